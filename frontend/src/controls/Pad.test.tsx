/** The pad moves two values with one hand: keys and drags are one change each, and Escape takes them back. */

import { cleanup, fireEvent, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Pad, type PadPoint, type PadProps } from "./Pad";

let previews: PadPoint[];
let commits: (readonly [PadPoint, symbol])[];
let cancels: number;
let foreign: () => void;

const AXIS = { low: -1, high: 1, value: 0, home: 0.25, step: 0.02 };

function open(more: Partial<PadProps> = {}): HTMLElement {
  const view = render(
    <Pad
      label="x and y"
      x={{ name: "x", ...AXIS }}
      y={{ name: "y", ...AXIS }}
      valueText="x 0, y 0"
      onPreview={(point) => previews.push(point)}
      onCommit={(point, act) => commits.push([point, act])}
      onCancel={() => {
        cancels += 1;
      }}
      onForeignChange={(listener) => {
        foreign = listener;
        return () => undefined;
      }}
      {...more}
    />,
  );
  const pad = view.getByRole("slider", { name: "x and y" });
  pad.getBoundingClientRect = () => new DOMRect(0, 0, 200, 200);
  pad.setPointerCapture = () => undefined;
  return pad;
}

beforeEach(() => {
  previews = [];
  commits = [];
  cancels = 0;
});

afterEach(cleanup);

const at = (x: number, y: number) => ({ clientX: x, clientY: y, button: 0, pointerId: 1 });

it("goes where it is pressed, follows, and settles once", () => {
  const pad = open();
  fireEvent.pointerDown(pad, at(150, 50));
  expect(previews.at(-1)).toEqual([0.5, 0.5]);
  fireEvent.pointerMove(pad, at(170, 30));
  fireEvent.pointerMove(pad, at(500, -500));
  expect(commits).toEqual([]);
  fireEvent.pointerUp(pad, at(500, -500));
  expect(commits.map(([point]) => point)).toEqual([[1, 1]]);
});

it("takes hold of the handle where it is", () => {
  const pad = open();
  fireEvent.pointerDown(pad, at(104, 97));
  expect(previews).toEqual([]);
  fireEvent.pointerMove(pad, at(124, 97));
  expect(previews.at(-1)?.[0]).toBeCloseTo(0.2);
  expect(previews.at(-1)?.[1]).toBeCloseTo(0);
});

it("counts downwards where the values do", () => {
  const pad = open({ isDown: true });
  fireEvent.pointerDown(pad, at(100, 150));
  expect(previews.at(-1)).toEqual([0, 0.5]);
  fireEvent.pointerUp(pad, at(100, 150));
  fireEvent.keyDown(pad, { key: "ArrowUp", shiftKey: true });
  expect(previews.at(-1)?.[1]).toBeCloseTo(-0.2);
});

it("goes by keys, and home", () => {
  const pad = open();
  fireEvent.keyDown(pad, { key: "ArrowRight" });
  fireEvent.keyDown(pad, { key: "ArrowUp" });
  fireEvent.keyUp(pad, { key: "ArrowUp" });
  expect(commits.map(([point]) => point)).toEqual([[0.02, 0.02]]);
  fireEvent.keyDown(pad, { key: "Delete" });
  fireEvent.keyUp(pad, { key: "Delete" });
  expect(commits.at(-1)?.[0]).toEqual([0.25, 0.25]);
});

it("goes home by a double-click, as one act with its first press", () => {
  const pad = open();
  fireEvent.pointerDown(pad, at(150, 50));
  fireEvent.pointerUp(pad, at(150, 50));
  fireEvent.pointerDown(pad, at(150, 50));
  fireEvent.mouseDown(pad, { ...at(150, 50), detail: 2 });
  expect(commits.map(([point]) => point)).toEqual([
    [0.5, 0.5],
    [0.25, 0.25],
  ]);
  expect(commits[0]?.[1]).toBe(commits[1]?.[1]);
});

it.each([
  ["Escape", (pad: HTMLElement) => fireEvent.keyDown(pad, { key: "Escape" })],
  ["another hand", () => foreign()],
  ["a lost pointer", (pad: HTMLElement) => fireEvent.pointerCancel(pad)],
])("takes a drag back for %s", (_what, end) => {
  const pad = open();
  fireEvent.pointerDown(pad, at(150, 50));
  end(pad);
  fireEvent.pointerUp(pad, at(150, 50));
  expect([commits, cancels]).toEqual([[], 1]);
});

it("stands still where it is disabled", () => {
  const pad = open({ disabled: true });
  fireEvent.pointerDown(pad, at(150, 50));
  fireEvent.keyDown(pad, { key: "ArrowRight" });
  expect([previews, pad.tabIndex]).toEqual([[], -1]);
});
