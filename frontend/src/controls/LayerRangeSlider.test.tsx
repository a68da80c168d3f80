/** The layer slider settles what its handles did, unless another hand changed the rows meanwhile. */

import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { LayerRangeSlider } from "./LayerRangeSlider";

let events: string[];
let listeners: Set<() => void>;
let root: HTMLElement;
let leave: () => void;

beforeEach(() => {
  events = [];
  listeners = new Set();
  document.body.replaceChildren();
  const note = (word: string) => (rows: { start: number; end: number }) =>
    events.push(`${word} ${rows.start}-${rows.end}`);
  const view = render(
    <MantineProvider>
      <LayerRangeSlider
        label="Layers"
        rows={{ start: 0, end: 4 }}
        names={["a", "b", "c", "d"]}
        onPreview={note("try")}
        onCommit={note("take")}
        onCancel={() => events.push("give up")}
        onForeignChange={(listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        }}
      />
    </MantineProvider>,
  );
  root = view.container;
  leave = view.unmount;
});

function handle(): HTMLElement {
  const found = root.querySelector<HTMLElement>('[role="slider"][aria-label="Layers: first layer"]');
  if (!found) throw new Error("no handle");
  return found;
}

it("takes a key at once", () => {
  fireEvent.keyDown(handle(), { key: "ArrowRight" });
  expect(events).toEqual(["try 1-4", "take 1-4"]);
});

it("gives up what it tried when it is taken away under the hand", async () => {
  const track = handle().parentElement?.closest<HTMLElement>(".mantine-RangeSlider-trackContainer");
  if (!track) throw new Error("no track");
  track.getBoundingClientRect = () => new DOMRect(0, 0, 400, 20);
  fireEvent.mouseDown(handle(), { clientX: 0 });
  fireEvent.mouseMove(document, { clientX: 210 });
  await expect.poll(() => events.at(-1)).toBe("try 2-4");
  leave();
  expect(events.at(-1)).toBe("give up");
  fireEvent.mouseUp(document);
});

it("lets go of a drag when another hand changes the rows", async () => {
  const track = handle().parentElement?.closest<HTMLElement>(".mantine-RangeSlider-trackContainer");
  if (!track) throw new Error("no track");
  track.getBoundingClientRect = () => new DOMRect(0, 0, 400, 20);
  fireEvent.mouseDown(handle(), { clientX: 0 });
  fireEvent.mouseMove(document, { clientX: 210 });
  await expect.poll(() => events.at(-1)).toBe("try 2-4");
  events = [];
  // One more move is on its way to the next repaint.
  fireEvent.mouseMove(document, { clientX: 300 });
  act(() => {
    for (const listener of listeners) listener();
  });
  fireEvent.mouseMove(document, { clientX: 310 });
  fireEvent.mouseUp(document);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(events).toEqual([]);
  expect(handle().getAttribute("aria-valuenow")).toBe("0");
});
