/** The board desk: strokes become one step of a drawing when the hand lets go. */

import { describe, expect, it } from "vitest";
import { activeOf, BOARD_SIDE, createBoardStore, undone, withActive, withKind } from "../state/board";
import { BoardDesk } from "./board_desk";

const at = (alpha: Uint8Array, x: number, y: number) =>
  alpha[Math.floor(y * BOARD_SIDE) * BOARD_SIDE + Math.floor(x * BOARD_SIDE)] ?? 0;

function drawn(width: number | null = null) {
  const board = createBoardStore();
  const desk = new BoardDesk(board, () => width);
  const stroke = (...points: (readonly [number, number])[]) => {
    const [first, ...rest] = points.map(([x, y]) => ({ x, y }));
    if (first) desk.begin(first);
    desk.move(rest);
    desk.end();
  };
  return { board, desk, stroke, alpha: () => activeOf(board.getState()).image.alpha };
}

describe("strokes", () => {
  it("are ink along their way, and one step", () => {
    const { board, stroke, alpha } = drawn();
    stroke([0.2, 0.5], [0.8, 0.5]);
    expect(at(alpha(), 0.5, 0.5)).toBe(255);
    expect(at(alpha(), 0.5, 0.6)).toBe(0);
    expect(activeOf(board.getState()).past).toHaveLength(1);
  });

  it("are as wide as what the computer draws, unless a hand says otherwise", () => {
    const { board, desk } = drawn(0.1);
    expect(desk.width).toBe(0.1);
    board.setState({ width: 0.02 });
    expect(desk.width).toBe(0.02);
  });

  it("are of the drawing that they were begun on", () => {
    const { board, desk, stroke, alpha } = drawn();
    stroke([0.2, 0.5], [0.8, 0.5]);
    desk.begin({ x: 0.2, y: 0.2 });
    board.setState((state) => withActive(state, undone));
    desk.move([{ x: 0.8, y: 0.2 }]);
    desk.end();
    expect(alpha().every((value) => value === 0)).toBe(true);
    expect(activeOf(board.getState()).future).toHaveLength(1);
  });

  it("are rubbed out", () => {
    const { board, stroke, alpha } = drawn();
    stroke([0.2, 0.5], [0.8, 0.5]);
    board.setState({ tool: "eraser", width: 0.2 });
    stroke([0.5, 0.4], [0.5, 0.6]);
    expect(at(alpha(), 0.5, 0.5)).toBe(0);
    expect(at(alpha(), 0.25, 0.5)).toBe(255);
  });

  it("are drawn on both sides with the mirror", () => {
    const { board, stroke, alpha } = drawn();
    board.setState({ isMirrored: true });
    stroke([0.2, 0.3], [0.2, 0.4]);
    expect(at(alpha(), 0.8, 0.35)).toBe(255);
  });

  it("leave nothing where they are given up", () => {
    const { desk, alpha } = drawn();
    desk.begin({ x: 0.5, y: 0.5 });
    desk.cancel();
    desk.end();
    expect(alpha().every((value) => value === 0)).toBe(true);
  });

  it("paint labels without soft edges", () => {
    const { board, stroke, alpha } = drawn();
    board.setState((state) => withKind(state, "labels"));
    board.setState({ label: 5, width: 0.1 });
    stroke([0.2, 0.5], [0.8, 0.5]);
    expect(new Set(alpha())).toEqual(new Set([0, 5]));
  });
});
