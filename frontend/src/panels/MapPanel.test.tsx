/** The map: the picture follows its dot, a drag is one step, and its path goes on the timeline. */

import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import { pastOf } from "../state/document";
import { alphaOf, withLock } from "../state/picture";
import { draw, makeApp } from "./fixture";
import { MapPanel } from "./MapPanel";

afterEach(cleanup);

function open() {
  const app = makeApp();
  const walks = ["pca-w/0", "pca-w/1"].map((id) => ({ ...WALK, id, title: `Along ${id}` }));
  app.catalog.setState({ walks: { [PICTURE.model]: { model: PICTURE.model, walks, is_complete: true } } });
  app.sliderView.setState({ isMapOpen: true });
  draw(app, <MapPanel />);
  const place = () => {
    const { picture } = app.document.getState();
    return picture && [alphaOf(picture, "pca-w/0"), alphaOf(picture, "pca-w/1")];
  };
  return { app, place, pad: screen.getByRole("slider", { name: "Place on the map" }) };
}

it("moves both sliders by keys, one step of the document", () => {
  const { app, place, pad } = open();
  fireEvent.keyDown(pad, { key: "ArrowRight" });
  fireEvent.keyDown(pad, { key: "ArrowRight" });
  fireEvent.keyDown(pad, { key: "ArrowUp" });
  expect(place()).toEqual([0, 0]);
  fireEvent.keyUp(pad, { key: "ArrowUp" });
  expect(place()?.map((alpha) => alpha.toFixed(2))).toEqual(["0.30", "0.15"]);
  expect(pastOf(app.document.getState())).toHaveLength(1);
  expect(pad.getAttribute("aria-valuetext")).toContain("Along pca-w/0");
});

it("puts the path drawn last on the timeline", () => {
  const { app, pad } = open();
  const put = screen.getByRole("button", { name: "Put the path on the timeline" });
  expect(put.hasAttribute("disabled")).toBe(true);
  for (const key of ["ArrowRight", "ArrowUp", "ArrowUp"]) fireEvent.keyDown(pad, { key });
  fireEvent.keyUp(pad, { key: "ArrowUp" });
  fireEvent.click(put);
  const pictures = app.document.getState().timeline?.keyframes.map(({ picture }) => picture) ?? [];
  expect(pictures).toHaveLength(6);
  expect(pictures.at(-1)).toEqual(app.document.getState().picture);
});

it("gives up what Escape gives up", () => {
  const { place, pad } = open();
  fireEvent.keyDown(pad, { key: "ArrowRight" });
  fireEvent.keyDown(pad, { key: "Escape" });
  expect(place()).toEqual([0, 0]);
});

it("says what is locked, and lets go of it", () => {
  const { app } = open();
  expect(screen.queryByRole("list", { name: "Locked sliders" })).toBeNull();
  act(() => {
    app.editor.commit("Lock", withLock("pca-w/0", true));
    app.overlaps.found.set(
      new Map([["pca-w/1", { walk: "pca-w/1", strength: 0.84, locks: 1, loose: [], cosines: [] }]]),
    );
  });
  const said = screen.getByText(/84 % of ↑ is left/).textContent;
  expect(said).toContain("→ is locked itself");
  fireEvent.click(screen.getByRole("button", { name: "Unlock Along pca-w/0" }));
  expect(app.document.getState().picture?.edits).toEqual([]);
});
