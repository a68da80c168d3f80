/** The panel says that a search for sliders failed, and begins it anew when asked to. */

import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render } from "@testing-library/react";
import { expect, it } from "vitest";
import { FakeClock, PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import { createCatalogStore } from "../state/catalog";
import { createCommands } from "../state/commands";
import { createDocumentStore, openDocument } from "../state/document";
import { Editor } from "../state/editor";
import { fakeJobs } from "../state/fakes";
import { Live } from "../state/live";
import { Thumbnails } from "../state/thumbnails";
import { createViewStore } from "../state/view";
import { type App, AppContext } from "./app";
import { WalkPanel } from "./WalkPanel";

const nothing = () => undefined;

it("says so, with a button", () => {
  const document = createDocumentStore();
  openDocument(document, PICTURE);
  const view = createViewStore({ getItem: () => null, setItem: nothing });
  const live = new Live();
  const editor = new Editor(document, nothing, nothing);
  const http = new HttpClient(async () => new Response());
  const searched: string[] = [];
  const catalog = createCatalogStore();
  const app: App = {
    document,
    view,
    catalog,
    live,
    editor,
    thumbnails: new Thumbnails(http, new FakeClock()),
    commands: createCommands({
      ...fakeJobs(),
      catalog,
      document,
      view,
      live,
      editor,
      http,
      desk: { copy: async () => undefined, save: nothing, focus: nothing, reload: nothing },
      address: "",
      random: () => 0,
    }),
    ...fakeJobs(),
    isMac: false,
    attachStage: () => {
      throw new Error("there is no stage");
    },
    searchAgain: (model) => searched.push(model),
    retryConnection: nothing,
    reload: nothing,
    now: () => 0,
  };
  const panel = render(
    <MantineProvider>
      <AppContext value={app}>
        <WalkPanel />
      </AppContext>
    </MantineProvider>,
  );
  expect(panel.queryByRole("alert")).toBeNull();
  act(() =>
    live.report({
      type: "progress",
      work: `discover:${PICTURE.model}`,
      label: "failed",
      fraction: 0,
      seconds_left: null,
      is_done: true,
      failure: "No memory.",
    }),
  );
  expect(panel.getByRole("alert").textContent).toContain("The search for sliders failed. No memory.");
  fireEvent.click(panel.getByRole("button", { name: "Search again" }));
  expect(searched).toEqual([PICTURE.model]);
});
