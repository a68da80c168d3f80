/** Job schema: the JSON schema of a recipe's parameters, read into the fields of a form. */

import type { RecipeSummary } from "../protocol/wire";

/** What a field is chosen from, where that is no list of the schema's own. */
export const PICKS = ["model", "models", "walk", "layers", "class", "picture", "mask", "sketches"] as const;
export type Picked = (typeof PICKS)[number];

export interface Option {
  readonly value: string | number | boolean;
  readonly label: string;
}

/** Ends of a number; null: none. An open end is not part of the range. */
export interface Bounds {
  readonly isWhole: boolean;
  readonly low: number | null;
  readonly high: number | null;
  readonly isLowOpen: boolean;
  readonly isHighOpen: boolean;
}

export type Control =
  | { readonly kind: "number"; readonly bounds: Bounds }
  /** `offers`: some of what may be typed. */
  | {
      readonly kind: "text";
      readonly maxLength: number | null;
      readonly offers?: readonly string[];
      /** Names a set of pictures, and some may be sent. */
      readonly isPictures?: boolean;
    }
  | { readonly kind: "switch" }
  | { readonly kind: "choice"; readonly options: readonly Option[] }
  | { readonly kind: "choices"; readonly options: readonly Option[]; readonly least: number }
  | {
      readonly kind: "numbers";
      readonly bounds: Bounds;
      readonly least: number;
      readonly most: number | null;
    }
  /** `isPair`: layers are written as [start, end], not as an object. */
  | { readonly kind: "pick"; readonly of: Picked; readonly isPair: boolean }
  /** Something no control is made for: typed as JSON. */
  | { readonly kind: "json" };

export interface Field {
  /** Names from the outermost object inwards. */
  readonly path: readonly string[];
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** What a number counts. */
  readonly unit: string;
  /** The heading it stands under; empty for the first lot. */
  readonly group: string;
  readonly isAdvanced: boolean;
  /** Whether it means nothing for a model without classes. */
  readonly needsClasses: boolean;
  readonly isNullable: boolean;
  /** Undefined where the schema gives none. */
  readonly fallback: unknown;
  readonly control: Control;
}

type Schema = Readonly<Record<string, unknown>>;

/** The fields of a recipe in the order of its schema; objects within objects lie flat. */
export function readFields(recipe: Pick<RecipeSummary, "params">): readonly Field[] {
  const root = recipe.params as Schema;
  return fieldsOf(root, root, [], { group: "", isAdvanced: false });
}

interface Inherited {
  readonly group: string;
  readonly isAdvanced: boolean;
}

function fieldsOf(root: Schema, owner: Schema, path: readonly string[], above: Inherited): readonly Field[] {
  return Object.entries(asSchema(owner.properties)).flatMap(([name, raw]) => {
    const { schema, isNullable } = resolve(root, asSchema(raw));
    const group = textOf(schema.group) || above.group;
    const isAdvanced = schema.advanced === true || above.isAdvanced;
    const own = [...path, name];
    const hasPick = PICKS.some((pick) => pick === schema.picks);
    const isObject = !hasPick && typeof schema.properties === "object";
    if (isObject && !isNullable) {
      const inner = { group: group || titleOf(schema, name), isAdvanced };
      return withFallbacks(fieldsOf(root, schema, own, inner), path.length + 1, schema.default);
    }
    return [
      {
        path: own,
        id: own.join("."),
        title: titleOf(schema, name),
        help: sentence(textOf(schema.description)),
        unit: textOf(schema.unit),
        group,
        isAdvanced,
        needsClasses: schema.needs === "classes" || schema.picks === "class",
        isNullable,
        fallback: schema.default,
        control: controlOf(schema),
      },
    ];
  });
}

/** A default given for a whole object holds for the fields within it. */
function withFallbacks(fields: readonly Field[], depth: number, fallback: unknown): readonly Field[] {
  if (fallback === undefined) return fields;
  return fields.map((field) => {
    const value = valueAt(fallback, field.path.slice(depth));
    return value === undefined ? field : { ...field, fallback: value };
  });
}

/** Follows references and takes `null` out of a choice; what stands beside a reference wins over it. */
function resolve(root: Schema, schema: Schema): { readonly schema: Schema; readonly isNullable: boolean } {
  if (typeof schema.$ref === "string") {
    const { $ref, ...beside } = schema;
    const target = asSchema(asSchema(root.$defs)[String($ref).split("/").at(-1) ?? ""]);
    return resolve(root, { ...target, ...beside });
  }
  const parts = [schema.anyOf, schema.oneOf, schema.allOf].find(Array.isArray) as
    | readonly unknown[]
    | undefined;
  if (!parts) return { schema, isNullable: schema.type === "null" };
  const real = parts.map(asSchema).filter((part) => part.type !== "null");
  const isNullable = real.length < parts.length;
  const { anyOf: _any, oneOf: _one, allOf: _all, ...beside } = schema;
  const [only] = real;
  if (real.length === 1 && only) {
    const inner = resolve(root, { ...only, ...beside });
    return { schema: inner.schema, isNullable: isNullable || inner.isNullable };
  }
  const choices = real.flatMap((part) => optionsOf(resolve(root, part).schema) ?? []);
  if (choices.length >= real.length) return { schema: { ...beside, options: choices }, isNullable };
  return { schema: beside, isNullable };
}

function controlOf(schema: Schema): Control {
  const pick = PICKS.find((each) => each === schema.picks);
  if (pick) return { kind: "pick", of: pick, isPair: schema.type === "array" };
  const options = optionsOf(schema);
  if (options) return { kind: "choice", options };
  switch (schema.type) {
    case "boolean":
      return { kind: "switch" };
    case "integer":
    case "number":
      return { kind: "number", bounds: boundsOf(schema) };
    case "string":
      return {
        kind: "text",
        maxLength: numberOf(schema.maxLength),
        ...offersOf(schema),
        ...(schema.picks === "pictures" && { isPictures: true }),
      };
    case "array":
      return listControlOf(schema);
    default:
      return { kind: "json" };
  }
}

function listControlOf(schema: Schema): Control {
  const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems.map(asSchema) : null;
  const items = prefix?.[0] ?? asSchema(schema.items);
  const least = numberOf(schema.minItems) ?? 0;
  const options = optionsOf(items);
  if (options && !prefix) return { kind: "choices", options, least };
  const areNumbers = (prefix ?? [items]).every(({ type }) => type === "number" || type === "integer");
  if (!areNumbers) return { kind: "json" };
  return { kind: "numbers", bounds: boundsOf(items), least, most: numberOf(schema.maxItems) };
}

function optionsOf(schema: Schema): readonly Option[] | null {
  if (Array.isArray(schema.options)) return schema.options as readonly Option[];
  const values = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : null;
  if (!values?.every(isOptionValue)) return null;
  const title = "const" in schema ? textOf(schema.title) : "";
  return values.map((value) => ({ value, label: title || sayOption(value) }));
}

function offersOf({ examples }: Schema): { readonly offers?: readonly string[] } {
  const offers = Array.isArray(examples) ? examples.filter((each) => typeof each === "string") : [];
  return offers.length > 0 ? { offers } : {};
}

function boundsOf(schema: Schema): Bounds {
  const [low, openLow] = [numberOf(schema.minimum), numberOf(schema.exclusiveMinimum)];
  const [high, openHigh] = [numberOf(schema.maximum), numberOf(schema.exclusiveMaximum)];
  return {
    isWhole: schema.type === "integer",
    low: low ?? openLow,
    high: high ?? openHigh,
    isLowOpen: low === null && openLow !== null,
    isHighOpen: high === null && openHigh !== null,
  };
}

function isOptionValue(value: unknown): value is Option["value"] {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The value at a path within objects; undefined where there is none. */
export function valueAt(data: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined,
    data,
  );
}

function asSchema(data: unknown): Schema {
  return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as Schema) : {};
}

function textOf(data: unknown): string {
  return typeof data === "string" ? data : "";
}

function numberOf(data: unknown): number | null {
  return typeof data === "number" && Number.isFinite(data) ? data : null;
}

/** The title that was given; pydantic's own, `Learning Rate`, is written as a sentence begins. */
function titleOf(schema: Schema, name: string): string {
  const title = textOf(schema.title);
  return title.toLowerCase() === name.replaceAll("_", " ") ? sayName(name) : title || sayName(name);
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return begun === "" || /[.?!]$/.test(begun) ? begun : `${begun}.`;
}

/** `learning_rate` as `Learning rate`. */
export function sayName(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function sayOption(value: Option["value"]): string {
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value).replaceAll("_", " ");
}
