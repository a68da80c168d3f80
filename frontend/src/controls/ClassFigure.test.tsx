/** ClassFigure: rows tell their numbers, what leaves the axis is written, and a click chooses. */

import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ClassFigure, type ClassRow, sayChange } from "./ClassFigure";

const ROWS: readonly ClassRow[] = [
  { name: "sky", real: 60, marks: [{ area: 61, relative: 0.017, low: -0.1, high: 0.1 }] },
  { name: "cow", real: 1, marks: [{ area: 0, relative: -1, low: -1, high: -0.9 }] },
  { name: "car", real: 0.1, marks: [{ area: 0.35, relative: 2.5, low: 1, high: 4 }] },
];

it("is a list of buttons, one of them pressed", () => {
  const onChoose = vi.fn();
  render(<ClassFigure title="Classes" models={["a"]} rows={ROWS} chosen="cow" onChoose={onChoose} />);
  const buttons = screen.getAllByRole("button");
  expect(buttons.map((button) => button.textContent)).toEqual(["sky", "cow", "car+250 %"]);
  expect(buttons.map((button) => button.getAttribute("aria-pressed"))).toEqual(["false", "true", "false"]);
  expect(buttons[1]?.title).toBe("cow: real 1 %; a 0 %, −100 %");
  fireEvent.click(screen.getByRole("button", { name: /^sky/ }));
  expect(onChoose).toHaveBeenCalledExactlyOnceWith("sky");
});

it("writes numbers on both axes", () => {
  const { container } = render(
    <ClassFigure title="Classes" models={["a"]} rows={ROWS} chosen={null} onChoose={vi.fn()} />,
  );
  const axes = container.querySelector("[aria-hidden=true]:has(> span > span)");
  expect([...(axes?.querySelectorAll("span > span") ?? [])].map((each) => each.textContent)).toEqual([
    ...["0.1", "1", "10", "100"],
    ...["−100", "−50", "0", "+50", "+100"],
  ]);
});

it("says differences with their sign", () => {
  expect([-1, -0.004, 0.5].map(sayChange)).toEqual(["−100 %", "0 %", "+50 %"]);
});
