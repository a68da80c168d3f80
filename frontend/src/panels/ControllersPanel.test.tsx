/** Escape closes the list of controllers, but not while a list in it is open. */

import { act, cleanup, fireEvent, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { openDocument } from "../state/document";
import { ControllersPanel } from "./ControllersPanel";
import { draw, makeApp } from "./fixture";

afterEach(cleanup);

it("closes by Escape, after the list that was open in it", async () => {
  const app = makeApp();
  const control = { slider: null, device: "nano", channel: 1, number: 7, sends: "absolute" } as const;
  openDocument(app.document, PICTURE, null, [control]);
  app.view.setState({ isControllersOpen: true });
  const page = draw(app, <ControllersPanel />);
  const kind = page.getByRole("combobox", { name: "What the control of Variety sends" });
  fireEvent.click(kind);
  await waitFor(() => expect(kind.getAttribute("aria-expanded")).toBe("true"));
  fireEvent.keyDown(kind, { key: "Escape" });
  expect(app.view.getState().isControllersOpen).toBe(true);
  await waitFor(() => expect(kind.getAttribute("aria-expanded")).toBe("false"));
  act(() => void fireEvent.keyDown(kind, { key: "Escape" }));
  expect(app.view.getState().isControllersOpen).toBe(false);
});
