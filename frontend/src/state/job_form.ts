/** Job form: what is typed and chosen for a recipe, checked in sentences, and its named presets. */

import type { Params, RecipeSummary } from "../protocol/wire";
import { type Bounds, type Field, valueAt } from "./job_schema";

/** By field: the text of what is typed, the value of what is chosen. */
export type Draft = Readonly<Record<string, unknown>>;

export interface Checked {
  readonly params: Params;
  /** By field: what is wrong with it, as a sentence. */
  readonly problems: Readonly<Record<string, string>>;
}

/** The draft of parameters: what they lack is the recipe's default, and after that what is at hand. */
export function draftOf(fields: readonly Field[], params: Params, atHand: Params = {}): Draft {
  return Object.fromEntries(
    fields.map((field) => {
      const given = valueAt(params, field.path);
      // A pick that stands for "none" is a choice like any other; one that lacks is taken from what is at hand.
      const lacks = field.control.kind === "pick" && !field.isNullable && !field.fallback;
      const fallback = lacks ? (atHand[field.id] ?? field.fallback) : field.fallback;
      return [field.id, write(field, given === undefined ? fallback : given)];
    }),
  );
}

/** A value as it stands in the form. */
function write(field: Field, value: unknown): unknown {
  switch (field.control.kind) {
    case "number":
      return typeof value === "number" ? writeNumber(value) : "";
    case "numbers":
      return Array.isArray(value) ? value.map((item) => writeNumber(Number(item))).join(", ") : "";
    case "text":
      return typeof value === "string" ? value : "";
    case "json":
      return value === undefined ? "" : JSON.stringify(value);
    case "switch":
      return value === true;
    case "choices":
      return Array.isArray(value) ? value : [];
    case "choice":
    case "pick":
      return value ?? null;
    default:
      return field.control satisfies never;
  }
}

function writeNumber(value: number): string {
  return String(value).replace("-", "−");
}

/** What the draft means, or what is wrong with it. */
export function check(fields: readonly Field[], draft: Draft): Checked {
  const problems: Record<string, string> = {};
  const params: Record<string, unknown> = {};
  for (const field of fields) {
    const read = readField(field, draft[field.id]);
    if (typeof read === "string") problems[field.id] = read;
    else if (read !== null) put(params, field.path, read.value);
  }
  return { params, problems };
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  target[name] ??= {};
  put(target[name] as Record<string, unknown>, rest, value);
}

/** A value, a sentence about what is wrong, or null where the server's own default should stand. */
type Read = { readonly value: unknown } | string | null;

function readField(field: Field, raw: unknown): Read {
  const { control, title, unit } = field;
  switch (control.kind) {
    case "number":
      return readTyped(field, raw, (text) => readNumber(text, control.bounds, title, unit));
    case "numbers":
      return readTyped(field, raw, (text) => readNumbers(text, control, field));
    case "json":
      return readTyped(field, raw, (text) => readJson(text, title));
    case "text":
      return readText(field, String(raw ?? ""), control.maxLength);
    case "switch":
      return { value: raw === true };
    case "choices": {
      const list = Array.isArray(raw) ? raw : [];
      return list.length < control.least ? `Choose at least ${control.least}.` : { value: list };
    }
    case "choice":
    case "pick":
      return readChosen(field, raw);
    default:
      return control satisfies never;
  }
}

function readText({ title, isNullable }: Field, text: string, maxLength: number | null): Read {
  if (maxLength !== null && text.length > maxLength) {
    return `${title} may have ${maxLength} characters at most.`;
  }
  return { value: text === "" && isNullable ? null : text };
}

function readChosen({ title, isNullable }: Field, raw: unknown): Read {
  if (raw !== null && raw !== undefined) return { value: raw };
  return isNullable ? { value: null } : `Choose ${title.charAt(0).toLowerCase()}${title.slice(1)}.`;
}

/** An empty field stands for none where there may be none, else for the default, else it lacks. */
function readTyped(field: Field, raw: unknown, read: (text: string) => Read): Read {
  const text = String(raw ?? "").trim();
  if (text !== "") return read(text);
  if (field.isNullable) return { value: null };
  return field.fallback === undefined ? `${field.title} is needed.` : null;
}

function readNumber(text: string, bounds: Bounds, title: string, unit: string): Read {
  const number = parse(text);
  const problem = number === null ? "must be a number." : outside(number, bounds, unit);
  return problem === null ? { value: number } : `${title} ${problem}`;
}

function readNumbers(
  text: string,
  { bounds, least, most }: { readonly bounds: Bounds; readonly least: number; readonly most: number | null },
  { title, unit }: Field,
): Read {
  // A comma parts numbers here; a decimal one would not be told from it.
  const numbers = text
    .split(/[,;\s]+/)
    .filter(Boolean)
    .map(parse);
  const values = numbers.filter((number) => number !== null);
  if (values.length < numbers.length) return `${title} must be numbers with commas between them.`;
  if (values.length < least || (most !== null && values.length > most)) {
    const count = most === least ? `${least}` : most === null ? `at least ${least}` : `${least} to ${most}`;
    return `${title} must be ${count} number${count === "1" ? "" : "s"}.`;
  }
  const problem = values.map((value) => outside(value, bounds, unit)).find((each) => each !== null);
  return problem ? `Each number ${problem}` : { value: values };
}

function readJson(text: string, title: string): Read {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return `${title} must be JSON. ${error.message}`;
    throw error;
  }
}

function parse(text: string): number | null {
  const number = Number(text.replace("−", "-").replace(",", "."));
  return Number.isFinite(number) ? number : null;
}

function outside(value: number, bounds: Bounds, unit: string): string | null {
  const { isWhole, low, high, isLowOpen, isHighOpen } = bounds;
  const say = (end: number) => `${writeNumber(end)}${unit ? ` ${unit}` : ""}`;
  if (isWhole && !Number.isInteger(value)) return "must be a whole number.";
  if (low !== null && (isLowOpen ? value <= low : value < low)) {
    return isLowOpen ? `must be more than ${say(low)}.` : `must be at least ${say(low)}.`;
  }
  if (high !== null && (isHighOpen ? value >= high : value > high)) {
    return isHighOpen ? `must be less than ${say(high)}.` : `must be at most ${say(high)}.`;
  }
  return null;
}

/** The range of a number for its help: `1 to 64`. */
export function sayBounds({ low, high, isLowOpen, isHighOpen }: Bounds): string {
  if (low !== null && high !== null) return `${writeNumber(low)} to ${writeNumber(high)}`;
  if (low !== null) return isLowOpen ? `more than ${writeNumber(low)}` : `${writeNumber(low)} or more`;
  if (high !== null) return isHighOpen ? `less than ${writeNumber(high)}` : `${writeNumber(high)} or less`;
  return "";
}

type Presets = RecipeSummary["presets"];

/** The recipe's presets, and its own defaults before them where they are none of these. */
export function presetsOf(fields: readonly Field[], { presets }: Pick<RecipeSummary, "presets">): Presets {
  if (Object.keys(presets).length === 0) return presets;
  const isThere = presetOf(fields, presets, draftOf(fields, {})) !== null;
  return isThere ? presets : { default: {}, ...presets };
}

/** What a job is about, not how it is done: a preset that does not name one of these leaves it as it is. */
const SUBJECTS: readonly string[] = ["edit", "mask", "rectangle"];

/**
 * Lays a preset over a draft: fields that any preset names take its value or their default, others stay. held: what
 * an earlier preset took the place of; it is put back by one that leaves it to who asks.
 */
export function withPreset(
  fields: readonly Field[],
  presets: Presets,
  name: string,
  draft: Draft,
  held: Draft = {},
): Draft {
  const preset = presets[name] ?? {};
  const chosen = draftOf(fields, preset);
  const set = namedBy(fields, presets).filter((field) => !isSubject(field) || isNamed(field, preset));
  return { ...draft, ...held, ...Object.fromEntries(set.map(({ id }) => [id, chosen[id]])) };
}

/** What the job was about before a preset said so: to be put back by the next one. */
export function heldBy(
  fields: readonly Field[],
  presets: Presets,
  name: string,
  draft: Draft,
  held: Draft,
): Draft {
  const taken = fields.filter((field) => isSubject(field) && isNamed(field, presets[name] ?? {}));
  return Object.fromEntries(taken.map(({ id }) => [id, id in held ? held[id] : draft[id]]));
}

/** Whether it says what a job is about. */
export function isSubject({ id }: Pick<Field, "id">): boolean {
  return SUBJECTS.includes(id);
}

function isNamed({ path }: Field, preset: Params): boolean {
  return valueAt(preset, path) !== undefined;
}

/** The preset that the draft is, as far as presets go; null for one of the user's own. */
export function presetOf(
  fields: readonly Field[],
  presets: Presets,
  draft: Draft,
  held: Draft = {},
): string | null {
  const named = namedBy(fields, presets);
  const meaning = (of: Draft) => JSON.stringify(check(named, of).params);
  const now = meaning(draft);
  return (
    Object.keys(presets).find((name) => meaning(withPreset(fields, presets, name, draft, held)) === now) ??
    null
  );
}

function namedBy(fields: readonly Field[], presets: Presets): readonly Field[] {
  const sets = Object.values(presets);
  return fields.filter((field) => sets.some((set) => isNamed(field, set)));
}

/** As the server names the one parameter that it does not take. */
const REFUSED = /^The parameter (\S+) cannot be used: (.*)$/s;

/** The field that a refusal is about, and what is wrong with it, so that it is told there; null where it is none. */
export function refusedField(
  fields: readonly Field[],
  sentence: string,
): { readonly id: string; readonly why: string } | null {
  const [, name, why = ""] = REFUSED.exec(sentence) ?? [];
  const field = fields.find(({ id }) => id === name);
  return field ? { id: field.id, why: why.charAt(0).toUpperCase() + why.slice(1) } : null;
}
