/** The slider tries values while keys and pointers move, and settles one when they let go. */

import { fireEvent, render } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ValueSlider } from "./ValueSlider";

let events: string[];
let acts: symbol[];
let interrupt: () => void;
let slider: HTMLElement;
let leave: () => void;

beforeEach(() => {
  events = [];
  acts = [];
  document.body.replaceChildren();
  const view = render(
    <ValueSlider
      label="Smile"
      value={1}
      low={-2}
      high={4}
      step={0.5}
      home={0}
      valueText="1 sd"
      onPreview={(value) => events.push(`try ${value}`)}
      onCommit={(value, act) => {
        events.push(`take ${value}`);
        acts.push(act);
      }}
      onCancel={() => events.push("give up")}
      onForeignChange={(listener) => {
        interrupt = listener;
        return () => undefined;
      }}
    />,
  );
  slider = view.getByRole("slider");
  leave = view.unmount;
  slider.getBoundingClientRect = () => new DOMRect(0, 0, 600, 20);
  slider.setPointerCapture = () => undefined;
});

it("gives up what it tried when it is taken away under the hand", () => {
  fireEvent.pointerDown(slider, { button: 0, clientX: 300, pointerId: 1 });
  fireEvent.pointerMove(slider, { clientX: 400, pointerId: 1 });
  leave();
  expect(events.at(-1)).toBe("give up");
});

it("tells its name and value", () => {
  expect(slider.getAttribute("aria-label")).toBe("Smile");
  expect(slider.getAttribute("aria-valuetext")).toBe("1 sd");
  expect(slider.tabIndex).toBe(0);
});

it("makes one change of a held arrow key", () => {
  fireEvent.keyDown(slider, { key: "ArrowRight" });
  fireEvent.keyDown(slider, { key: "ArrowRight", repeat: true });
  fireEvent.keyUp(slider, { key: "ArrowRight" });
  expect(events).toEqual(["try 1.5", "try 2", "take 2"]);
});

it.each([
  [{ key: "ArrowLeft", shiftKey: true }, -2],
  [{ key: "ArrowLeft", ctrlKey: true }, 0.95],
  [{ key: "End" }, 4],
  [{ key: "Delete" }, 0],
])("takes %j to %d", (key, value) => {
  fireEvent.keyDown(slider, key);
  fireEvent.keyUp(slider, key);
  expect(events.at(-1)).toBe(`take ${value}`);
});

it("gives up with Escape", () => {
  fireEvent.keyDown(slider, { key: "ArrowRight" });
  fireEvent.keyDown(slider, { key: "Escape" });
  fireEvent.keyUp(slider, { key: "Escape" });
  expect(events).toEqual(["try 1.5", "give up"]);
});

it("takes hold of the thumb where it is, and settles once", () => {
  fireEvent.pointerDown(slider, { clientX: 303, pointerId: 1, button: 0 });
  fireEvent.pointerMove(slider, { clientX: 403, pointerId: 1 });
  fireEvent.pointerUp(slider, { clientX: 403, pointerId: 1 });
  expect(events).toEqual(["try 2", "take 2"]);
});

it("jumps to a press beside the thumb, moves finely with shift, and rests at home", () => {
  fireEvent.pointerDown(slider, { clientX: 500, pointerId: 1, button: 0 });
  fireEvent.pointerMove(slider, { clientX: 400, pointerId: 1, shiftKey: true });
  fireEvent.pointerMove(slider, { clientX: 112, pointerId: 1 });
  fireEvent.pointerUp(slider, { pointerId: 1 });
  expect(events).toEqual(["try 3", "try 2.9", "try 0", "take 0"]);
});

it("goes home with a double-click", () => {
  press(500, 1);
  press(500, 2);
  expect(events).toEqual(["try 3", "take 3", "try 3", "take 0"]);
  expect(acts[1]).toBe(acts[0]);
  press(200, 1);
  expect(acts[2]).not.toBe(acts[0]);
});

it.each(["drag", "key"])("lets go of a %s when another hand changes the value", (kind) => {
  if (kind === "drag") fireEvent.pointerDown(slider, { clientX: 300, pointerId: 1, button: 0 });
  else fireEvent.keyDown(slider, { key: "ArrowRight" });
  events = [];
  interrupt();
  fireEvent.pointerMove(slider, { clientX: 400, pointerId: 1 });
  fireEvent.pointerUp(slider, { clientX: 400, pointerId: 1 });
  fireEvent.keyUp(slider, { key: "ArrowRight" });
  expect(events).toEqual(["give up"]);
  interrupt();
  expect(events).toEqual(["give up"]);
});

/** A press and its release, the `count`th of a series, as browsers tell of it. */
function press(clientX: number, count: number): void {
  fireEvent.pointerDown(slider, { clientX, pointerId: 1, button: 0 });
  fireEvent.mouseDown(slider, { clientX, button: 0, detail: count });
  fireEvent.pointerUp(slider, { clientX, pointerId: 1 });
}

it("draws zones where they lie on the track, and says them", () => {
  document.body.replaceChildren();
  const nothing = () => undefined;
  const view = render(
    <ValueSlider
      label="Shift"
      value={0}
      low={-10}
      high={10}
      step={1}
      home={0}
      valueText="0 px"
      zones={[
        { kind: "trained", low: -5, high: 5 },
        { kind: "saturated", low: 8, high: 20 },
      ]}
      description="Trained from −5 to 5."
      onPreview={nothing}
      onCommit={nothing}
      onCancel={nothing}
      onForeignChange={() => nothing}
    />,
  );
  const shift = view.getByRole("slider", { name: "Shift" });
  const zones = [...shift.querySelectorAll<HTMLElement>("[data-kind]")].map(({ dataset, style }) => [
    dataset.kind,
    style.getPropertyValue("--from"),
    style.getPropertyValue("--to"),
  ]);
  expect(zones).toEqual([
    ["trained", "0.25", "0.75"],
    ["saturated", "0.9", "1"],
  ]);
  expect(shift.getAttribute("aria-description")).toBe("Trained from −5 to 5.");
});

describe("the clipboard", () => {
  const nothing = () => undefined;
  const clip = (text = "") => {
    const held = new Map([["text/plain", text]]);
    const clipboardData = {
      getData: (type: string) => held.get(type) ?? "",
      setData: (type: string, data: string) => void held.set(type, data),
    };
    return { held, clipboardData };
  };
  const drawn = (committed: number[], read?: (text: string) => number | null) => {
    const view = render(
      <ValueSlider
        label="Shift"
        value={4}
        low={-10}
        high={10}
        step={1}
        home={0}
        valueText="4.0 px"
        {...(read && { read })}
        onPreview={nothing}
        onCommit={(value) => committed.push(value)}
        onCancel={nothing}
        onForeignChange={() => nothing}
      />,
    );
    return view.getByRole("slider", { name: "Shift" });
  };

  it("takes a value in words, and gives one as a step", () => {
    const committed: number[] = [];
    const slider = drawn(committed);
    const { held, clipboardData } = clip();
    fireEvent.copy(slider, { clipboardData });
    expect(held.get("text/plain")).toBe("4.0 px");
    for (const text of ["−2,5", "99", "much", ""]) fireEvent.paste(slider, clip(text));
    expect(committed).toEqual([-2.5, 10]);
  });

  it("leaves a copy to text that is selected elsewhere", () => {
    const slider = drawn([]);
    const text = document.body.appendChild(document.createElement("p"));
    text.textContent = "A sentence";
    document.getSelection()?.selectAllChildren(text);
    const { held, clipboardData } = clip();
    fireEvent.copy(slider, { clipboardData });
    expect(held.get("text/plain")).toBe("");
    document.getSelection()?.removeAllRanges();
    fireEvent.copy(slider, { clipboardData });
    expect(held.get("text/plain")).toBe("4.0 px");
  });

  it("reads what is pasted in the slider's own unit", () => {
    const committed: number[] = [];
    const slider = drawn(committed, (text) => (text.endsWith(" px") ? Number(text.slice(0, -3)) : null));
    for (const text of ["3 px", "3"]) fireEvent.paste(slider, clip(text));
    expect(committed).toEqual([3]);
  });
});

describe("under the wheel", () => {
  // The browser of these tests makes wheels without keys.
  const turn = (deltaY: number, keys: object = { altKey: true }) =>
    slider.dispatchEvent(Object.assign(new WheelEvent("wheel", { deltaY, cancelable: true }), keys));

  it("moves with Alt alone, a step a click, and settles once it rests", () => {
    vi.useFakeTimers();
    fireEvent.pointerEnter(slider);
    expect(turn(-100, {})).toBe(true);
    expect(turn(-120)).toBe(false);
    turn(240);
    turn(-100, { altKey: true, shiftKey: true });
    expect(events).toEqual(["try 1.5", "try 0.5", "try 0.55"]);
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    expect(events.at(-1)).toBe("take 0.55");
    fireEvent.pointerLeave(slider);
    expect(turn(-100)).toBe(true);
  });

  it("sums up what a trackpad tells in bits", () => {
    fireEvent.pointerEnter(slider);
    for (let bit = 0; bit < 9; bit++) turn(-5);
    expect(events).toEqual(["try 1.5"]);
  });
});

describe("under a finger", () => {
  const touch = { button: 0, pointerId: 1, pointerType: "touch" };

  it("shows nothing of a finger that scrolls, and takes the place of one that taps", () => {
    fireEvent.pointerDown(slider, { ...touch, clientX: 500, clientY: 10 });
    fireEvent.pointerCancel(slider, touch);
    expect(events).toEqual(["give up"]);
    fireEvent.pointerDown(slider, { ...touch, clientX: 500, clientY: 10 });
    fireEvent.pointerUp(slider, touch);
    expect(events.at(-1)).toBe("take 3");
  });

  it("moves finely once it is off the track", () => {
    fireEvent.pointerDown(slider, { ...touch, clientX: 300, clientY: 10 });
    fireEvent.pointerMove(slider, { ...touch, clientX: 400, clientY: 100 });
    fireEvent.pointerMove(slider, { ...touch, clientX: 500, clientY: 40 });
    expect(events).toEqual(["try 1.1", "try 2.1"]);
  });
});
