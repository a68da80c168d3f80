/** Every command of the table that changes the document can be taken back and made again, whatever came before. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { ModelSummary, Picture } from "../protocol/wire";
import type { CommandId } from "../state/commands";
import {
  commitContent,
  openDocument,
  pastOf,
  presentContent,
  redo,
  redoable,
  undo,
  undoable,
} from "../state/document";
import { withAlpha, withSeed } from "../state/picture";
import { withPictures } from "../state/timeline";
import type { App } from "./app";
import { makeApp } from "./fixture";

const MODEL = {
  id: PICTURE.model,
  title: "Faces",
  classes: [],
  layer_names: [],
  resolution: 64,
  num_ws: 10,
  has_noise: true,
  spaces: ["z", "w"],
  psi: 0.7,
} as unknown as ModelSummary;

const RICH: Picture = {
  ...withAlpha("pca-w/1", 1.5)(PICTURE),
  masks: [{ name: "mouth", image: "0".repeat(64), is_still: false }],
};

/** Commands that begin or end what lasts: a step of theirs is made elsewhere. */
const STEPPING: readonly CommandId[] = ["undo", "redo"];

/** Commands that have nothing to do in this document; a new one belongs here only if it changes none. */
const IDLE: readonly CommandId[] = [
  "find-factor",
  "factor-pad",
  "set-closed",
  "distribution",
  "new-job",
  "survey",
  "vanished",
  "photo-in-child",
  "leave-document",
];

let app: App;

beforeEach(() => {
  // Commands that ask a server are told that it has nothing of the kind.
  app = makeApp({}, async () => new Response("", { status: 404 }));
  app.catalog.setState({
    models: [MODEL],
    defaultModel: MODEL.id,
    walks: { [MODEL.id]: { model: MODEL.id, walks: [WALK], is_complete: true } },
  });
  open();
});

function open(): void {
  openDocument(app.document, RICH, withPictures([RICH, withSeed(8)(RICH)])(null));
  app.timelineView.setState({ chosen: 1 });
}

const content = () => presentContent(app.document);

async function run(id: CommandId): Promise<boolean> {
  const command = app.commands[id];
  const before = app.document.getState().count;
  if (!command.isEnabled()) return false;
  command.run();
  command.release?.();
  await Promise.resolve();
  return app.document.getState().count !== before;
}

const all = () => (Object.keys(app.commands) as CommandId[]).filter((id) => !STEPPING.includes(id));

it("takes back what each command does, and does it again", async () => {
  const changing: CommandId[] = [];
  const idle: CommandId[] = [];
  for (const id of all()) {
    open();
    const before = content();
    if (!app.commands[id].isEnabled()) idle.push(id);
    if (!(await run(id))) continue;
    changing.push(id);
    const after = content();
    while (undoable(app.document.getState())) undo(app.document);
    expect(content(), id).toEqual(before);
    while (redoable(app.document.getState())) redo(app.document);
    expect(content(), id).toEqual(after);
  }
  const known = [
    "reset",
    "random-seed",
    "next-seed",
    "previous-seed",
    "toggle-noise",
    "add-keyframe",
    "replace-keyframe",
  ] as const;
  expect(changing).toEqual(expect.arrayContaining([...known]));
  // A command that cannot run in this document is not tried: none may be so that changes documents.
  expect(idle.filter((id) => !IDLE.includes(id))).toEqual([]);
});

it("takes any row of commands back, step by step", async () => {
  // Lehmer's generator: the same rows at every run.
  let state = 7;
  const pick = (count: number) => {
    state = (state * 48271) % 2147483647;
    return state % count;
  };
  const ids = all();
  for (let row = 0; row < 12; row += 1) {
    open();
    const seen = [content()];
    for (let step = 0; step < 25; step += 1) {
      const length = pastOf(app.document.getState()).length;
      if (pick(4) === 0) {
        const next = withSeed(pick(1000))(app.document.getState().picture ?? RICH);
        commitContent(app.document, "Seed", { picture: next, timeline: content()?.timeline ?? null });
      } else await run(ids[pick(ids.length)] ?? "reset");
      // A step of its own, or one that takes the place of the last, as another press of the same act does.
      if (pastOf(app.document.getState()).length > length) seen.push(content());
      else seen[seen.length - 1] = content();
    }
    expect(pastOf(app.document.getState())).toHaveLength(seen.length - 1);
    for (const expected of [...seen].reverse()) {
      expect(content()).toEqual(expected);
      undo(app.document);
    }
    for (const expected of seen.slice(1)) {
      redo(app.document);
      expect(content()).toEqual(expected);
    }
  }
});
