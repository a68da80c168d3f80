/** A factor's value is the picture's own and what its edit adds; setting one is one step, and the newest question wins. */

import { beforeEach, expect, it } from "vitest";
import { FactorsClient } from "../protocol/factors";
import { PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { FactorReading, FactorSetAnswer, FactorSetBody, Picture, Reading } from "../protocol/wire";
import { createDocumentStore, type DocumentStore, openDocument, pastOf, undo } from "./document";
import { Editor } from "./editor";
import { Factors } from "./factors";
import { alphaOf, withAlpha, withSeed } from "./picture";

const X = "factor-shift_x-0a1b2c/x";
const Y = "factor-shift_y-0a1b2c/y";

let documents: DocumentStore;
let editor: Editor;
let factors: Factors;
let shown: Picture[];
let asked: FactorSetBody[];
/** Laid down: how the server answers, now or later. */
let answers: ((answer: Response) => void)[];
let revision: number;

const picture = () => documents.getState().picture ?? PICTURE;

function read(
  values: Readonly<Record<string, number>>,
  measured: Readonly<Record<string, number>> = {},
): void {
  const readings = Object.entries(values).map(
    ([walk, value]): FactorReading => ({
      walk,
      value,
      measured: measured[walk] ?? null,
      position: 0,
      is_off_prior: false,
      is_unseen: false,
    }),
  );
  const reading: Reading = {
    type: "reading",
    view: 0,
    revision,
    values: [],
    chances: [],
    factors: readings,
    ms: 1,
  };
  factors.handleReading(reading);
}

function answer(more: Partial<FactorSetAnswer> = {}): Response {
  return Response.json({
    edits: [{ walk: X, alpha: 0.27, layers: null, is_locked: false }],
    predicted: [0.27],
    measured: [0.3],
    before: [0],
    rounds: 2,
    is_closed: true,
    notes: [],
    ...more,
  } satisfies FactorSetAnswer);
}

const closed = { loop: "closed", isKnown: true } as const;

beforeEach(() => {
  documents = createDocumentStore();
  shown = [];
  asked = [];
  answers = [];
  revision = 0;
  const client = new FactorsClient(
    new HttpClient((_path, init) => {
      asked.push(JSON.parse(String(init?.body)) as FactorSetBody);
      return new Promise((resolve, reject) => {
        answers.push(resolve);
        init?.signal?.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
      });
    }),
  );
  editor = new Editor(
    documents,
    (next, quality) => {
      shown.push(next);
      factors.noteShown(next, quality === "live");
      revision += 1;
      factors.noteSent(revision);
    },
    () => undefined,
  );
  factors = new Factors({ client, document: documents, editor, walksOf: () => [X, Y] });
  openDocument(documents, PICTURE);
  editor.showFinal();
});

it("takes the edit of the very picture that was read off its value", () => {
  editor.commit("Move", withAlpha(X, 0.1));
  read({ [X]: 0.15, [Y]: -0.2 });
  const own = factors.own.get();
  expect(own.get(X)?.value).toBeCloseTo(0.05);
  expect(own.get(Y)?.value).toBeCloseTo(-0.2);
  const x = own.get(X);
  expect(x && factors.isOf(x, picture())).toBe(true);
  expect(x && factors.isOf(x, withAlpha(X, -3)(picture()))).toBe(true);
  expect(x && factors.isOf(x, withSeed(8)(picture()))).toBe(false);
});

it("knows nothing of a picture that was never sent", () => {
  revision = 99;
  read({ [X]: 0.15 });
  expect(factors.own.get().size).toBe(0);
});

it("moves several factors to values in one step", () => {
  read({ [X]: 0.05, [Y]: -0.2 });
  factors.commit("Drag", [
    { walk: X, value: 0.3 },
    { walk: Y, value: 0.1 },
  ]);
  expect(alphaOf(picture(), X)).toBeCloseTo(0.25);
  expect(alphaOf(picture(), Y)).toBeCloseTo(0.3);
  expect(pastOf(documents.getState())).toHaveLength(1);
});

it("shows the prediction at once, and what was measured in its place, as one step", async () => {
  read({ [X]: 0 });
  const done = factors.set("x", [{ walk: X, value: 0.3 }], closed);
  expect(alphaOf(picture(), X)).toBeCloseTo(0.3);
  expect(factors.setting.get()?.state).toBe("busy");
  answers[0]?.(answer());
  await done;
  expect(alphaOf(picture(), X)).toBeCloseTo(0.27);
  expect(factors.setting.get()?.state).toBe("done");
  expect(pastOf(documents.getState())).toHaveLength(1);
  // What was measured counts: the slider stands where it was put, and the prediction beside it.
  expect((factors.own.get().get(X)?.value ?? 0) + alphaOf(picture(), X)).toBeCloseTo(0.3);
  expect((factors.own.get().get(X)?.predicted ?? 0) + alphaOf(picture(), X)).toBeCloseTo(0.27);
  read({ [X]: 0.27 }, { [X]: 0.3 });
  expect((factors.own.get().get(X)?.value ?? 0) + alphaOf(picture(), X)).toBeCloseTo(0.3);
  undo(documents);
  expect(picture().edits).toEqual([]);
  expect(factors.setting.get()).toBeNull();
});

it("is not led back by a reading of the predicted picture that comes after what was found", async () => {
  read({ [X]: 0 });
  const done = factors.set("x", [{ walk: X, value: 0.3 }], closed);
  const predicted = revision;
  answers[0]?.(answer());
  await done;
  const [found, newest] = [factors.own.get().get(X), revision];
  revision = predicted;
  read({ [X]: 0.3 }, { [X]: 0.36 });
  expect(factors.own.get().get(X)).toEqual(found);
  revision = newest;
  read({ [X]: 0.27 }, { [X]: 0.31 });
  expect((factors.own.get().get(X)?.value ?? 0) + alphaOf(picture(), X)).toBeCloseTo(0.31);
});

it("has the measured value of a picture that was set before, as after a reload", () => {
  editor.commit("as it was saved", withAlpha(X, 0.27));
  read({ [X]: 0.24, [Y]: -0.2 }, { [X]: 0.3 });
  const [x, y] = [factors.own.get().get(X), factors.own.get().get(Y)];
  expect(x?.isMeasured).toBe(true);
  expect((x?.value ?? 0) + 0.27).toBeCloseTo(0.3);
  expect((x?.predicted ?? 0) + 0.27).toBeCloseTo(0.24);
  expect(y?.isMeasured).toBe(false);
  expect(y?.value).toBeCloseTo(-0.2);
});

it("keeps where a picture set out from while factors move each other, and forgets it with the picture", () => {
  read({ [X]: 0, [Y]: 0 }, { [X]: 0.02 });
  editor.commit("y", withAlpha(Y, 1));
  // The move of y has taken x along.
  read({ [X]: 0.1, [Y]: 1 }, { [X]: 0.12 });
  expect(factors.own.get().get(X)?.start).toBeCloseTo(0.02);
  expect(factors.own.get().get(X)?.value).toBeCloseTo(0.12);
  editor.commit("Seed", withSeed(8));
  read({ [X]: 0.3, [Y]: 1 });
  expect(factors.own.get().get(X)?.start).toBeCloseTo(0.3);
});

it("lets a newer question end an older one", async () => {
  read({ [X]: 0 });
  const first = factors.set("x", [{ walk: X, value: 0.1 }], closed);
  const second = factors.set("x", [{ walk: X, value: 0.3 }], closed);
  answers[0]?.(answer({ edits: [{ walk: X, alpha: 9, layers: null, is_locked: false }] }));
  answers[1]?.(answer());
  await Promise.all([first, second]);
  expect(asked.map(({ targets }) => targets[0]?.value)).toEqual([0.1, 0.3]);
  expect(alphaOf(picture(), X)).toBeCloseTo(0.27);
});

it.each([
  ["another picture", () => editor.commit("Seed", withSeed(8))],
  ["a hand that moves a slider", () => editor.preview(withAlpha(Y, 1))],
  ["undo", () => undo(documents)],
])("gives up for %s", async (_what, act) => {
  read({ [X]: 0 });
  const done = factors.set("x", [{ walk: X, value: 0.3 }], closed);
  act();
  answers[0]?.(answer());
  await done;
  expect(alphaOf(picture(), X)).not.toBeCloseTo(0.27);
  expect(factors.setting.get()).toBeNull();
});

it("leaves the picture where a value is out of reach, and says why", async () => {
  read({ [X]: 0 });
  const done = factors.set("x", [{ walk: X, value: 3 }], { loop: "closed", isKnown: false });
  expect(picture().edits).toEqual([]);
  const problem = { code: "factor_out_of_reach", detail: "x reaches -0.3 to 0.3.", hint: "Ask for less." };
  answers[0]?.(
    new Response(JSON.stringify(problem), {
      status: 422,
      headers: { "Content-Type": "application/problem+json" },
    }),
  );
  await done;
  expect(picture().edits).toEqual([]);
  const setting = factors.setting.get();
  expect(setting?.state === "failed" && setting.told.sentence).toBe("x reaches -0.3 to 0.3.");
});
