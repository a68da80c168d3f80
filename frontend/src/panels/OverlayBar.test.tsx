/** The bar's opacity follows the hand, and Escape gives back what it was. */

import { cleanup, fireEvent } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ViewStore } from "../state/view";
import { draw, makeApp } from "./fixture";
import { OverlayBar } from "./OverlayBar";

let view: ViewStore;
let slider: HTMLElement;

beforeEach(() => {
  const app = makeApp();
  view = app.view;
  view.setState({ overlay: "lines", overlayOpacity: 0.5 });
  slider = draw(app, <OverlayBar />).getByRole("slider");
});

afterEach(cleanup);

it("gives the opacity back that a gesture began with", () => {
  fireEvent.keyDown(slider, { key: "End" });
  fireEvent.keyDown(slider, { key: "ArrowLeft" });
  expect(view.getState().overlayOpacity).toBeCloseTo(0.95);
  fireEvent.keyDown(slider, { key: "Escape" });
  expect(view.getState().overlayOpacity).toBe(0.5);
});

it("keeps what a gesture ended with, and begins the next one there", () => {
  fireEvent.keyDown(slider, { key: "End" });
  fireEvent.keyUp(slider, { key: "End" });
  fireEvent.keyDown(slider, { key: "Home" });
  expect(view.getState().overlayOpacity).toBe(0);
  fireEvent.keyDown(slider, { key: "Escape" });
  expect(view.getState().overlayOpacity).toBe(1);
});
