/** The comparison ends with what is compared. */

import { act } from "@testing-library/react";
import { expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { draw, makeApp } from "./fixture";
import { WipeView } from "./WipeView";

it("ends when what is compared goes, and does not come back by itself", () => {
  const app = makeApp();
  const snapshot = { id: "s", title: "Seed 7", picture: PICTURE, created: "" };
  app.gallery.store.setState({ snapshots: [snapshot], compared: ["s"] });
  app.sheet.setState({ isWiping: true });
  const { queryByRole } = draw(app, <WipeView />);
  expect(queryByRole("slider")).not.toBeNull();
  act(() => app.gallery.store.setState({ snapshots: [], compared: [] }));
  expect(app.sheet.getState().isWiping).toBe(false);
  act(() => app.gallery.store.setState({ snapshots: [snapshot], compared: ["s"] }));
  expect(queryByRole("slider")).toBeNull();
});
