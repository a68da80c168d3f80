/** The edge of a panel: moved by keys, set back by a double-click. */

import { cleanup, fireEvent, render } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { Separator } from "./Separator";

afterEach(cleanup);

function draw(edge: "left" | "right" | "top") {
  const sizes: (number | null)[] = [];
  const view = render(
    <Separator
      label="Width of the sliders"
      edge={edge}
      low={200}
      high={400}
      value={null}
      measure={() => 300}
      onResize={(size) => sizes.push(size)}
      onReset={() => sizes.push(null)}
    />,
  );
  return { sizes, separator: view.getByRole("separator", { name: "Width of the sliders" }) };
}

it.each([
  ["left", "ArrowRight", 316],
  ["right", "ArrowRight", 284],
  ["right", "ArrowLeft", 316],
  ["top", "ArrowUp", 316],
  ["top", "ArrowDown", 284],
] as const)("at the %s edge %s makes it %i", (edge, key, size) => {
  const { sizes, separator } = draw(edge);
  fireEvent.keyDown(separator, { key });
  expect(sizes).toEqual([size]);
});

it("goes far with shift, to its ends, and back to what it was at first", () => {
  const { sizes, separator } = draw("left");
  fireEvent.keyDown(separator, { key: "ArrowRight", shiftKey: true });
  fireEvent.keyDown(separator, { key: "Home" });
  fireEvent.keyDown(separator, { key: "End" });
  fireEvent.keyDown(separator, { key: "Delete" });
  fireEvent.doubleClick(separator);
  expect(sizes).toEqual([364, 200, 400, null, null]);
});

it("follows the hand that pulls it, and no other", () => {
  const { sizes, separator } = draw("right");
  separator.setPointerCapture = () => undefined;
  fireEvent.pointerMove(separator, { clientX: 50 });
  fireEvent.pointerDown(separator, { clientX: 100, button: 0, pointerId: 1 });
  fireEvent.pointerMove(separator, { clientX: 70 });
  fireEvent.pointerUp(separator);
  fireEvent.pointerMove(separator, { clientX: 10 });
  expect(sizes).toEqual([330]);
});

it("tells how large that is drawn which had no room for more", () => {
  const { separator } = draw("right");
  expect(separator.getAttribute("aria-valuenow")).toBe("300");
  expect(separator.getAttribute("aria-valuetext")).toBe("300 pixels, as it was at first");
});
