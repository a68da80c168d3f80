/** The bar's opacity follows the hand, and Escape gives back what it was. */

import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock, PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import { createCatalogStore } from "../state/catalog";
import { createCommands } from "../state/commands";
import { createDocumentStore, openDocument } from "../state/document";
import { Editor } from "../state/editor";
import { fakeJobs } from "../state/fakes";
import { Live } from "../state/live";
import { Thumbnails } from "../state/thumbnails";
import { createViewStore, type ViewStore } from "../state/view";
import { type App, AppContext } from "./app";
import { OverlayBar } from "./OverlayBar";

const nothing = () => undefined;

let view: ViewStore;
let slider: HTMLElement;

beforeEach(() => {
  const document = createDocumentStore();
  openDocument(document, PICTURE);
  view = createViewStore({ getItem: () => null, setItem: nothing });
  view.setState({ overlay: "lines", overlayOpacity: 0.5 });
  const live = new Live();
  const catalog = createCatalogStore();
  const editor = new Editor(document, nothing, nothing);
  const http = new HttpClient(async () => new Response());
  const desk = { copy: async () => undefined, save: nothing, focus: nothing, reload: nothing };
  const context = {
    ...fakeJobs(),
    document,
    catalog,
    view,
    live,
    editor,
    http,
    desk,
    address: "",
    random: () => 0,
  };
  const app: App = {
    document,
    view,
    catalog,
    live,
    editor,
    thumbnails: new Thumbnails(http, new FakeClock()),
    commands: createCommands(context),
    ...fakeJobs(),
    isMac: false,
    attachStage: () => {
      throw new Error("there is no stage");
    },
    searchAgain: nothing,
    retryConnection: nothing,
    reload: nothing,
    now: () => 0,
  };
  const bar = render(
    <MantineProvider>
      <AppContext value={app}>
        <OverlayBar />
      </AppContext>
    </MantineProvider>,
  );
  slider = bar.getByRole("slider");
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
