/** The command table: every action once, with a key of its own, and keys that find it. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { ModelSummary, Picture } from "../protocol/wire";
import { type CatalogStore, createCatalogStore } from "./catalog";
import { type CommandTable, createCommands } from "./commands";
import { BrowserDesk, type Desk } from "./desk";
import { createDocumentStore, type DocumentStore, openDocument } from "./document";
import { Editor } from "./editor";
import { fakeDocuments, fakeJobs, fakeMasks, fakeTimeline } from "./fakes";
import { findCommand, isKey, type KeyPress, listenToKeys, printKey } from "./keys";
import { Live } from "./live";
import { Observable } from "./observable";
import { withAlpha, withSeed } from "./picture";
import { createViewStore, type ViewStore } from "./view";

class FakeDesk implements Desk {
  readonly copied: string[] = [];
  readonly saved: string[] = [];
  readonly focused: string[] = [];

  async copy(text: string): Promise<void> {
    this.copied.push(text);
  }
  save(_blob: Blob, name: string): void {
    this.saved.push(name);
  }
  focus(id: string): void {
    this.focused.push(id);
  }
  walk: string | null = null;
  focusedWalk(): string | null {
    return this.walk;
  }
  reload(): void {}
}

let documents: DocumentStore;
let catalog: CatalogStore;
let view: ViewStore;
let live: Live;
let desk: FakeDesk;
let shown: Picture[];
let editor: Editor;
let commands: CommandTable;
let answer: () => Response;
let jobs: ReturnType<typeof fakeJobs>;
let masks: ReturnType<typeof fakeMasks>;
let learned: (string | null)[];

function press(key: string, modifiers: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers };
}

beforeEach(() => {
  documents = createDocumentStore();
  const kept = new Map<string, string>();
  view = createViewStore({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  });
  live = new Live();
  desk = new FakeDesk();
  shown = [];
  learned = [];
  answer = () => new Response("png");
  editor = new Editor(
    documents,
    (picture) => shown.push(picture),
    () => undefined,
  );
  catalog = createCatalogStore();
  jobs = fakeJobs();
  masks = fakeMasks(documents, editor, live, desk);
  commands = createCommands({
    ...jobs,
    ...fakeTimeline(documents, editor, live),
    ...masks,
    ...fakeDocuments(documents, editor, live),
    knobLearning: { learn: async (slider) => void learned.push(slider) },
    document: documents,
    catalog,
    view,
    live,
    editor,
    http: new HttpClient(async () => answer()),
    desk,
    foreignDesk: { download: async () => undefined },
    photoInChild: { asked: new Observable<string | null>(null) },
    address: "http://here/",
    random: (limit) => limit,
  });
  openDocument(documents, PICTURE);
});

describe("the table", () => {
  it("has labels, and no key twice", () => {
    // While the hand paints some keys mean tools.
    const all = Object.values(commands);
    for (const mode of [all.filter(({ isMeant }) => isMeant), all.filter(({ isMeant }) => !isMeant)]) {
      const keys = mode.flatMap((command) => command.keys);
      expect(new Set(keys).size).toBe(keys.length);
    }
    for (const [id, command] of Object.entries(commands)) {
      expect(command.id).toBe(id);
      expect(command.label).not.toBe("");
      expect(command.keys.length).toBeGreaterThan(0);
    }
  });

  it("finds each command by each of its keys", () => {
    for (const command of Object.values(commands)) {
      masks.maskView.setState({ isMasking: command.isMeant !== undefined });
      for (const key of command.keys) {
        const parts = key.split("+");
        const pressed = press(parts.at(-1) ?? "", {
          ctrlKey: parts.includes("Mod"),
          shiftKey: parts.includes("Shift"),
        });
        expect(findCommand(commands, pressed)?.id).toBe(command.id);
      }
    }
  });

  it("enables what can be done", () => {
    expect(
      [commands.undo, commands.redo, commands.reset, commands.compare].map((each) => each.isEnabled()),
    ).toEqual([false, false, false, false]);
    editor.commit("Smile", withAlpha("a", 1));
    expect(
      [commands.undo, commands.redo, commands.reset, commands.compare].map((each) => each.isEnabled()),
    ).toEqual([true, false, true, true]);
    commands.undo.run();
    expect(commands.redo.isEnabled()).toBe(true);
  });
});

describe("commands", () => {
  it("move through seeds", () => {
    commands["next-seed"].run();
    expect(documents.getState().picture).toEqual(withSeed(8)(PICTURE));
    commands["previous-seed"].run();
    expect(documents.getState().picture).toEqual(PICTURE);
  });

  it("switch noise off, on and to another", () => {
    commands["toggle-noise"].run();
    expect(documents.getState().picture?.noise_seed).toBeNull();
    expect(commands["new-noise"].isEnabled()).toBe(false);
    commands["toggle-noise"].run();
    commands["new-noise"].run();
    expect(documents.getState().picture?.noise_seed).toBe(2 ** 32 - 1);
  });

  it("leave the noise alone of a model that draws without it", () => {
    const noise = () => [commands["toggle-noise"].isEnabled(), commands["new-noise"].isEnabled()];
    const open = (has_noise: boolean) =>
      catalog.setState({ models: [{ id: PICTURE.model, has_noise } as ModelSummary] });
    open(false);
    expect(noise()).toEqual([false, false]);
    open(true);
    expect(noise()).toEqual([true, true]);
  });

  it("measure the slider under the keyboard, else the one added last", () => {
    const measured = () => {
      commands.limits.run();
      return jobs.jobsView.getState().pane;
    };
    expect(commands.limits.isEnabled()).toBe(false);
    editor.commit("A", withAlpha("a", 1));
    editor.commit("B", withAlpha("b", 1));
    editor.commit("A", withAlpha("a", 2));
    expect(measured()).toMatchObject({ kind: "limits", walk: "b" });
    desk.walk = "a";
    expect(measured()).toMatchObject({ kind: "limits", walk: "a" });
  });

  it("copy a link and say so", async () => {
    commands["copy-link"].run();
    await expect.poll(() => desk.copied[0]).toMatch(/^http:\/\/here\/#p=/);
    await expect.poll(() => live.notice.get()?.sentence).toBe("Link copied.");
  });

  it("save what the server rendered", async () => {
    commands.download.run();
    await expect.poll(() => desk.saved).toEqual(["portraits-64-7.png"]);
  });

  it("tell why a picture could not be rendered", async () => {
    const problem = { code: "model_not_found", detail: "There is none.", hint: "Choose another." };
    answer = () =>
      new Response(JSON.stringify(problem), {
        status: 404,
        headers: { "Content-Type": "application/problem+json" },
      });
    commands.download.run();
    await expect
      .poll(() => live.notice.get())
      .toMatchObject({ kind: "error", code: "model_not_found", sentence: "There is none." });
  });

  it("remember the scheme in the view, not in the document", () => {
    const before = documents.getState();
    commands["toggle-scheme"].run();
    expect(view.getState().scheme).toBe("light");
    expect(documents.getState()).toBe(before);
  });
});

it("knows the walk whose slider the keyboard is at", () => {
  const row = document.createElement("div");
  row.dataset.walk = "pca-w/3";
  const slider = document.createElement("button");
  row.append(slider);
  document.body.append(row);
  const browser = new BrowserDesk();
  expect(browser.focusedWalk()).toBeNull();
  slider.focus();
  expect(browser.focusedWalk()).toBe("pca-w/3");
  row.remove();
});

describe("keys", () => {
  it("tell modifiers apart", () => {
    expect(isKey(press("z", { ctrlKey: true }), "Mod+Z")).toBe(true);
    expect(isKey(press("z", { metaKey: true }), "Mod+Z")).toBe(true);
    expect(isKey(press("z"), "Mod+Z")).toBe(false);
    expect(isKey(press("Z", { ctrlKey: true, shiftKey: true }), "Mod+Z")).toBe(false);
    expect(isKey(press("?", { shiftKey: true }), "?")).toBe(true);
    expect(isKey(press("n", { altKey: true }), "N")).toBe(false);
  });

  it("are printed for the machine", () => {
    expect(printKey("Mod+Shift+Z", false)).toBe("Ctrl+Shift+Z");
    expect(printKey("Mod+Shift+Z", true)).toBe("⌘+⇧+Z");
  });

  it("hold a comparison until they come up, and leave text fields and dialogs alone", () => {
    listenToKeys(window, commands);
    editor.commit("Smile", withAlpha("a", 1));
    const field = document.createElement("input");
    document.body.append(field);
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "c", bubbles: true }));
    expect(view.getState().isComparing).toBe(false);

    const dialog = document.createElement("div");
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true");
    document.body.append(dialog);
    dialog.dispatchEvent(new KeyboardEvent("keydown", { key: "c", bubbles: true }));
    dialog.remove();
    expect(view.getState().isComparing).toBe(false);

    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "c", bubbles: true }));
    expect(view.getState().isComparing).toBe(true);
    expect(shown.at(-1)?.edits).toEqual([]);
    document.body.dispatchEvent(new KeyboardEvent("keyup", { key: "c", bubbles: true }));
    expect(view.getState().isComparing).toBe(false);
    expect(shown.at(-1)?.edits).toHaveLength(1);
  });
});
