/** The board: drawings in a row, one under the pen, each with its own way back. */

import { describe, expect, it } from "vitest";
import {
  activeOf,
  atBoardSize,
  BOARD_SIDE,
  type BoardState,
  createBoardStore,
  drawnOf,
  isBlank,
  MAX_SKETCHES,
  redone,
  undone,
  withActive,
  withAdded,
  withContent,
  withKind,
  withMoved,
  withRemoved,
} from "./board";
import { emptyMask, type MaskImage } from "./mask_image";

function inked(share: number): MaskImage {
  const image = emptyMask(BOARD_SIDE, BOARD_SIDE);
  image.alpha.fill(255, 0, Math.round(share * image.alpha.length));
  return image;
}

function board(...changes: ((state: BoardState) => Partial<BoardState>)[]): BoardState {
  const store = createBoardStore();
  for (const change of changes) store.setState(change);
  return store.getState();
}

const add = (state: BoardState) => withAdded(state, { image: inked(0.1), pose: [] });
const keys = ({ sketches }: BoardState) => sketches.map(({ key }) => key);

describe("sketches", () => {
  it("begin with one that is blank", () => {
    const state = board();
    expect(state.sketches).toHaveLength(1);
    expect(isBlank(activeOf(state), "lines")).toBe(true);
    expect(drawnOf(state)).toEqual([]);
  });

  it("are added behind the one under the pen, which goes along", () => {
    const state = board(add, add, () => ({ active: 0 }), add);
    expect(keys(state)).toEqual([0, 3, 1, 2]);
    expect(state.active).toBe(1);
  });

  it("are thirty at most", () => {
    const state = board(...Array.from({ length: 40 }, () => add));
    expect(state.sketches).toHaveLength(MAX_SKETCHES);
  });

  it("leave one behind when the last is deleted", () => {
    const state = board(
      add,
      (each) => withRemoved(each, 1),
      (each) => withRemoved(each, 0),
    );
    expect(state.sketches).toHaveLength(1);
    expect(isBlank(activeOf(state), "lines")).toBe(true);
  });

  it("change places while the pen stays with its own", () => {
    const state = board(add, add, (each) => withMoved(each, 2, 0));
    expect(keys(state)).toEqual([2, 0, 1]);
    expect(activeOf(state).key).toBe(2);
    expect(withMoved(state, 0, -1)).toEqual({});
  });
});

describe("a drawing", () => {
  it("goes back and forth step by step", () => {
    const [first, second] = [inked(0.1), inked(0.2)];
    const draw = (image: MaskImage) => (state: BoardState) =>
      withActive(state, (sketch) => withContent(sketch, { image }));
    const drawn = activeOf(board(draw(first), draw(second)));
    const back = undone(drawn);
    expect(back.image).toBe(first);
    expect(redone(back).image).toBe(second);
    expect(undone(undone(undone(drawn))).past).toEqual([]);
    expect(redone(withContent(back, { image: second })).image).toBe(second);
  });

  it("is blank with less ink than the server takes", () => {
    expect(isBlank({ image: inked(0.001), pose: [] }, "lines")).toBe(true);
    expect(isBlank({ image: inked(0.003), pose: [] }, "lines")).toBe(false);
    expect(isBlank({ image: emptyMask(4, 4), pose: [] }, "labels")).toBe(true);
  });

  it("keeps its lines at another size, and labels their numbers", () => {
    const small: MaskImage = { height: 2, width: 2, alpha: new Uint8Array([0, 7, 7, 0]) };
    const labels = atBoardSize(small, "labels");
    expect(new Set(labels.alpha)).toEqual(new Set([0, 7]));
    expect(labels.alpha[BOARD_SIDE - 1]).toBe(7);
    const lines = atBoardSize(small, "lines");
    expect(lines.alpha[0]).toBe(0);
    expect(lines.alpha[BOARD_SIDE - 1]).toBe(7);
    expect(new Set(lines.alpha).size).toBeGreaterThan(2);
  });
});

describe("another kind", () => {
  it("begins anew, but for those that are lines as well", () => {
    const state = board(add);
    expect(withKind(state, "edges")).toEqual({ kind: "edges" });
    const pose = { ...state, ...withKind(state, "pose") };
    expect(pose.sketches).toHaveLength(1);
    expect(activeOf(pose).pose.map(({ name }) => name)).toContain("mouth");
    expect(drawnOf(pose)).toHaveLength(1);
  });
});

it("forgets what could be taken back of other drawings where it is much, never of the one under the pen", () => {
  let state = board();
  for (let place = 0; place < 6; place++) {
    if (place > 0) state = { ...state, ...withAdded(state, null) };
    for (let step = 0; step < 30; step++) {
      state = { ...state, ...withActive(state, (sketch) => withContent(sketch, {})) };
    }
  }
  const kept = state.sketches.map(({ past }) => past.length);
  expect(activeOf(state).past).toHaveLength(30);
  expect(kept.reduce((sum, each) => sum + each)).toBe(120);
});
