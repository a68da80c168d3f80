/** A form is read from the schema that pydantic writes, checked in sentences, and set by presets. */

import { expect, it } from "vitest";
import type { RecipeSummary } from "../protocol/wire";
import { RECIPE } from "./fakes";
import { check, draftOf, heldBy, presetOf, presetsOf, sayBounds, withPreset } from "./job_form";
import { readFields } from "./job_schema";

/** Every shape that pydantic gives: references, unions with null, tuples, constants, nested objects. */
const SHAPES: RecipeSummary["params"] = {
  type: "object",
  $defs: {
    Rows: {
      type: "object",
      properties: { start: { type: "integer" }, end: { type: "integer" } },
      title: "Rows",
    },
    Optimizer: { enum: ["adam", "l_bfgs"], type: "string" },
    Clip: {
      type: "object",
      title: "Clipping",
      properties: { norm: { type: "number", minimum: 0, default: 1 }, by: { type: "string", maxLength: 3 } },
    },
  },
  properties: {
    optimizer: { $ref: "#/$defs/Optimizer", default: "adam", description: "Which one." },
    layers: { anyOf: [{ $ref: "#/$defs/Rows" }, { type: "null" }], default: null, picks: "layers" },
    class_index: {
      anyOf: [{ type: "integer", minimum: 0 }, { type: "null" }],
      default: null,
      picks: "class",
    },
    seconds: { anyOf: [{ type: "number", minimum: 0 }, { type: "null" }], default: null, unit: "s" },
    range: {
      type: "array",
      prefixItems: [{ type: "number" }, { type: "number" }],
      minItems: 2,
      maxItems: 2,
      default: [-32, 32],
      unit: "px",
    },
    edits: { type: "array", items: { enum: ["zoom", "shift_x"] }, minItems: 1, default: ["zoom"] },
    clip: { $ref: "#/$defs/Clip", default: { norm: 5 }, advanced: true },
    size: { anyOf: [{ const: "auto" }, { const: 64 }], default: "auto" },
    extra: { type: "object", additionalProperties: true, default: {} },
    early: { type: "boolean", default: true },
  },
};

const fields = readFields({ params: SHAPES });
const field = (id: string) => fields.find((each) => each.id === id);
const steer = readFields(RECIPE);

it("finds a control for every shape", () => {
  expect(fields.map(({ id, control }) => [id, control.kind])).toEqual([
    ["optimizer", "choice"],
    ["layers", "pick"],
    ["class_index", "pick"],
    ["seconds", "number"],
    ["range", "numbers"],
    ["edits", "choices"],
    ["clip.norm", "number"],
    ["clip.by", "text"],
    ["size", "choice"],
    ["extra", "json"],
    ["early", "switch"],
  ]);
  expect(field("seconds")?.isNullable).toBe(true);
  expect(field("clip.norm")).toMatchObject({ fallback: 5, isAdvanced: true, group: "Clipping" });
  expect(field("optimizer")).toMatchObject({ help: "Which one.", title: "Optimizer" });
});

it("gives the defaults back as they were", () => {
  const { params, problems } = check(fields, draftOf(fields, {}));
  expect(problems).toEqual({});
  expect(params).toEqual({
    optimizer: "adam",
    layers: null,
    class_index: null,
    seconds: null,
    range: [-32, 32],
    edits: ["zoom"],
    clip: { norm: 5, by: "" },
    size: "auto",
    extra: {},
    early: true,
  });
});

it.each([
  ["seconds", "soon", "Seconds must be a number."],
  ["seconds", "-1", "Seconds must be at least 0 s."],
  ["range", "1", "Range must be 2 numbers."],
  ["range", "1, two", "Range must be numbers with commas between them."],
  ["edits", [], "Choose at least 1."],
  ["clip.by", "long", "By may have 3 characters at most."],
  ["optimizer", null, "Choose optimizer."],
])("says what is wrong with %s = %j", (id, value, sentence) => {
  expect(check(fields, { ...draftOf(fields, {}), [id]: value }).problems).toEqual({ [id]: sentence });
});

it("knows open ends, whole numbers, and a comma for the point", () => {
  const draft = draftOf(steer, { model: "m" });
  expect(check(steer, { ...draft, rate: "0" }).problems.rate).toBe("Learning rate must be more than 0.");
  expect(check(steer, { ...draft, rate: "0,01" }).params.rate).toBe(0.01);
  expect(check(steer, { ...draft, updates: "1.5" }).problems.updates).toBe("Updates must be a whole number.");
  expect(check(steer, { ...draft, updates: "20001" }).problems.updates).toBe(
    "Updates must be at most 20000 updates.",
  );
  expect(check(steer, { ...draft, updates: "" }).params).not.toHaveProperty("updates");
});

it("takes the model at hand where the recipe has none, and what it is told to repeat before that", () => {
  expect(draftOf(steer, {}, { model: "near" }).model).toBe("near");
  expect(draftOf(steer, { model: "told" }, { model: "near" }).model).toBe("told");
  expect(draftOf(fields, {}, { class_index: 3 }).class_index).toBeNull();
  expect(check(steer, draftOf(steer, {})).problems).toEqual({ model: "Choose model." });
});

it("lays a preset over what presets are about, and leaves the rest", () => {
  const draft = { ...draftOf(steer, { model: "m" }), edit: "zoom", updates: "7" };
  expect(presetOf(steer, RECIPE.presets, draft)).toBeNull();
  const published = withPreset(steer, RECIPE.presets, "as published", draft);
  expect(check(steer, published).params).toEqual({ model: "m", edit: "zoom", updates: 20000, rate: 0.0001 });
  expect(presetOf(steer, RECIPE.presets, published)).toBe("as published");
  const fast = withPreset(steer, RECIPE.presets, "fast", published);
  expect(check(steer, fast).params).toMatchObject({ updates: 400, rate: 0.001 });
});

it("leaves what a job is about to who asks, unless the preset is for one such thing", () => {
  const presets = { fast: {}, "zoom as published": { edit: "zoom", updates: 20000 } };
  const draft = { ...draftOf(steer, { model: "m" }), edit: "zoom" };
  expect(presetOf(steer, presets, draft)).toBe("fast");
  const published = withPreset(steer, presets, "zoom as published", { ...draft, edit: "shift_x" });
  expect(check(steer, published).params).toMatchObject({ edit: "zoom", updates: 20000 });
  const back = withPreset(steer, presets, "fast", published);
  expect(check(steer, back).params).toMatchObject({ edit: "zoom", updates: 400 });
});

it("keeps the region that was painted, whatever preset is laid over it", () => {
  const text = (name: string) => ({
    anyOf: [{ type: "string" }, { type: "null" }],
    default: null,
    title: name,
  });
  const fields = readFields({
    params: {
      properties: {
        mask: text("Region"),
        rectangle: text("Rectangle"),
        calls: { type: "integer", default: 20 },
      },
    },
  });
  const presets = {
    fast: {},
    published: { calls: 500 },
    mouth: { calls: 500, mask: null, rectangle: "680" },
  };
  const draft = draftOf(fields, { mask: "ab" });
  const laid = (name: string) => check(fields, withPreset(fields, presets, name, draft)).params;
  expect([laid("fast"), laid("published")]).toEqual([
    { mask: "ab", rectangle: null, calls: 20 },
    { mask: "ab", rectangle: null, calls: 500 },
  ]);
  expect(laid("mouth")).toEqual({ mask: null, rectangle: "680", calls: 500 });
  let [now, held] = [draft, {}];
  const lay = (name: string) => {
    [now, held] = [withPreset(fields, presets, name, now, held), heldBy(fields, presets, name, now, held)];
    return [presetOf(fields, presets, now, held), check(fields, now).params];
  };
  const mouth = ["mouth", { mask: null, rectangle: "680", calls: 500 }];
  expect([lay("fast"), lay("mouth"), lay("mouth"), lay("published"), lay("mouth"), lay("fast")]).toEqual([
    ["fast", { mask: "ab", rectangle: null, calls: 20 }],
    mouth,
    mouth,
    ["published", { mask: "ab", rectangle: null, calls: 500 }],
    mouth,
    ["fast", { mask: "ab", rectangle: null, calls: 20 }],
  ]);
});

it("offers the defaults first where no preset is the same", () => {
  expect(Object.keys(presetsOf(steer, RECIPE))).toEqual(["fast", "as published"]);
  expect(Object.keys(presetsOf(steer, { presets: { quick: { updates: 7 } } }))).toEqual(["default", "quick"]);
  expect(presetsOf(steer, { presets: {} })).toEqual({});
});

it("says a range in words", () => {
  const open = { isWhole: false, low: 0, high: null, isLowOpen: true, isHighOpen: false };
  expect(sayBounds(open)).toBe("more than 0");
  expect(sayBounds({ ...open, high: 1 })).toBe("0 to 1");
});

it("offers what a list names by its titles, and an edit of one's own by its name", () => {
  const [named, plain] = readFields({
    params: {
      properties: {
        named: { oneOf: [{ const: "shift_x", title: "Shift sideways" }, { const: "zoom" }] },
        plain: { type: "string", enum: ["zoom", "my_blur"], own: "edits" },
      },
    },
  }).map(({ control }) => (control.kind === "choice" ? control.options.map(({ label }) => label) : []));
  expect(named).toEqual(["Shift sideways", "zoom"]);
  expect(plain).toEqual(["zoom", "my blur"]);
});
