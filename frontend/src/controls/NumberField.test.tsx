/** The number field steps by arrow keys and by the wheel with Alt, shows each step, and takes the last one at rest. */

import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NumberField } from "./NumberField";

let events: string[];
let field: HTMLInputElement;

beforeEach(() => {
  vi.useFakeTimers();
  events = [];
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function draw(given: { readonly isWhole?: boolean; readonly step?: number; readonly value?: number } = {}) {
  render(
    <NumberField
      label="Smile"
      value={1}
      min={-3}
      max={3}
      width={5}
      format={(value) => value.toFixed(2)}
      onPreview={(value) => events.push(`try ${value.toFixed(2)}`)}
      onCommit={(value) => events.push(`take ${value.toFixed(2)}`)}
      onGiveUp={() => events.push("give up")}
      {...given}
    />,
  );
  field = screen.getByRole<HTMLInputElement>("textbox", { name: "Smile" });
}

const rest = () => act(() => vi.advanceTimersByTime(1000));

it("shows every step of an arrow key, and takes the last once it rests", () => {
  draw({ step: 0.5 });
  fireEvent.keyDown(field, { key: "ArrowUp" });
  fireEvent.keyDown(field, { key: "ArrowUp" });
  fireEvent.keyDown(field, { key: "ArrowDown", ctrlKey: true });
  expect(field.value).toBe("1.95");
  rest();
  expect(events).toEqual(["try 1.50", "try 2.00", "try 1.95", "take 1.95"]);
});

it("steps on from what was typed, and stops at an end", () => {
  draw({ step: 0.5 });
  fireEvent.change(field, { target: { value: "-2,5" } });
  fireEvent.keyDown(field, { key: "ArrowDown", shiftKey: true });
  fireEvent.keyDown(field, { key: "Enter" });
  rest();
  expect(events).toEqual(["try -3.00", "take -3.00"]);
});

it("steps whole numbers by one, and none that has no step", () => {
  draw({ isWhole: true });
  fireEvent.keyDown(field, { key: "ArrowUp", ctrlKey: true });
  expect(events).toEqual(["try 2.00"]);
  cleanup();
  events = [];
  draw();
  fireEvent.keyDown(field, { key: "ArrowUp" });
  rest();
  expect(events).toEqual([]);
});

it("gives up with Escape what it had reached", () => {
  draw({ step: 0.5 });
  fireEvent.keyDown(field, { key: "ArrowUp" });
  fireEvent.keyDown(field, { key: "Escape" });
  rest();
  expect(events).toEqual(["try 1.50", "give up"]);
  expect(field.value).toBe("1.00");
});

it("gives up what it had reached when it is taken away", () => {
  draw({ step: 0.5 });
  fireEvent.keyDown(field, { key: "ArrowUp" });
  cleanup();
  rest();
  expect(events).toEqual(["try 1.50", "give up"]);
});

it("turns with the wheel while Alt is held, finely with Shift, and else leaves it to the page", () => {
  draw({ step: 0.5 });
  fireEvent.pointerEnter(field);
  // The browser of these tests makes wheels without keys.
  const turn = (deltaY: number, keys: object = {}) => {
    const event = Object.assign(new WheelEvent("wheel", { deltaY, cancelable: true }), keys);
    act(() => void field.dispatchEvent(event));
    return !event.defaultPrevented;
  };
  expect(turn(-100)).toBe(true);
  expect(turn(-100, { altKey: true })).toBe(false);
  expect(turn(100, { altKey: true, shiftKey: true })).toBe(false);
  expect(turn(-100, { altKey: true, ctrlKey: true })).toBe(true);
  rest();
  expect(events).toEqual(["try 1.50", "try 1.45", "take 1.45"]);
});
