/** The sheet lays seeds out from the one in hand, and the one that is pressed is taken. */

import { cleanup, fireEvent } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { seedOf, withAlpha } from "../state/picture";
import { draw, makeApp } from "./fixture";
import { SeedSheet } from "./SeedSheet";

/** One in whose sight nothing ever comes. */
class StillObserver {
  observe(): void {}
  disconnect(): void {}
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("keeps its place while a hand chooses", () => {
  vi.stubGlobal("IntersectionObserver", StillObserver);
  const app = makeApp();
  app.editor.commit("Smile", withAlpha("pca-w/1", 1));
  app.view.setState({ isSheetOpen: true });
  const page = draw(app, <SeedSheet />);
  const names = () =>
    page.getAllByRole("button", { name: /^Seed \d/ }).map((each) => each.getAttribute("aria-label"));
  const before = names();
  expect([before.length, before[0]]).toEqual([48, "Seed 7"]);
  fireEvent.click(page.getByRole("button", { name: "Seed 30" }));
  const { picture } = app.document.getState();
  expect(picture && seedOf(picture)).toBe(30);
  expect(picture?.edits).toHaveLength(1);
  expect(names()).toEqual(before);
  fireEvent.keyDown(page.getByRole("region", { name: "Many seeds" }), { key: "Escape" });
  expect(app.view.getState().isSheetOpen).toBe(false);
});
