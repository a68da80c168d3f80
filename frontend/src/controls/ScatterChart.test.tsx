/** ScatterChart: a point tells its numbers, stands where they are, and a click chooses it. */

import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ScatterChart, type ScatterSeries } from "./ScatterChart";

const X = { label: "area", unit: "%", low: null, high: null, scale: "log" } as const;
const Y = { label: "difference", unit: "%", low: -100, high: null, scale: "linear" } as const;
const SERIES: readonly ScatterSeries[] = [
  {
    name: "a",
    points: [
      { name: "sky", x: 60, y: 2 },
      { name: "hat", x: 0.5, y: -100 },
    ],
  },
  { name: "b", points: [{ name: "hat", x: 0.5, y: -20 }] },
];

it("has a button for every point, and names it once", () => {
  const onChoose = vi.fn();
  render(<ScatterChart title="Loss" x={X} y={Y} series={SERIES} chosen="hat" onChoose={onChoose} />);
  const buttons = screen.getAllByRole("button");
  expect(buttons.map((button) => button.getAttribute("aria-label"))).toEqual([
    "a, sky: area (%) 60, difference (%) 2",
    "a, hat: area (%) 0.5, difference (%) −100",
    "b, hat: area (%) 0.5, difference (%) −20",
  ]);
  expect(buttons.map((button) => button.textContent)).toEqual(["sky", "hat", ""]);
  expect(buttons.map((button) => button.getAttribute("aria-pressed"))).toEqual(["false", "true", "true"]);
  fireEvent.click(screen.getByRole("button", { name: /^b, hat/ }));
  expect(onChoose).toHaveBeenCalledExactlyOnceWith("hat");
});

it("puts what is larger further right and higher", () => {
  render(<ScatterChart title="Loss" x={X} y={Y} series={SERIES} chosen={null} onChoose={vi.fn()} />);
  const [sky, hat] = screen.getAllByRole("button");
  const place = (of: HTMLElement | undefined) =>
    [of?.style.left, of?.style.top].map((text) => Number.parseFloat(text ?? ""));
  const [[left = 0, top = 0], [otherLeft = 0, otherTop = 0]] = [place(sky), place(hat)];
  expect(left).toBeGreaterThan(otherLeft);
  expect(top).toBeLessThan(otherTop);
});
