/** Job record: the command that does a job again. */

import { expect, it } from "vitest";
import { commandOf } from "./job_record";

const schema = (defaults: Readonly<Record<string, unknown>>) => ({
  type: "object",
  properties: Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: typeof value, default: value }]),
  ),
});

it("names what differs, and leaves out what is the recipe's own", () => {
  const recipe = { kind: "steer", params: schema({ model: "", edit: "", samples: 10, seed: 0 }) };
  const params = { model: "small", edit: "shift_x", samples: 20, seed: 0 };
  expect(commandOf(recipe, params)).toBe("wend steer small shift_x --set samples=20");
});

it("gives every value of a list a place", () => {
  const recipe = { kind: "survey", params: schema({ against: "", count: 1000 }) };
  const params = { models: ["a", "b"], against: "portraits:hat=none", count: 1000 };
  expect(commandOf(recipe, params)).toBe(`wend survey a b --set 'against="portraits:hat=none"'`);
});

it("says all to a command with defaults of its own", () => {
  const recipe = { kind: "nearness", params: schema({ model: "", count: 1000, psi: 1, k: 3, seed: 0 }) };
  const params = { model: "small", count: 1000, psi: 1, k: 3, seed: 0 };
  expect(commandOf(recipe, params)).toBe("wend measure model small --n 1000 --psi 1 --k 3 --seed 0");
});
