/** Model commands: the drawer of models, the way to a relative, how near a model is to its world, and what it cannot draw. */

import { fitting } from "./blend";
import { findModel } from "./catalog";
import type { Command, CommandContext } from "./commands";
import { toggleTab } from "./drawer";
import { openJobs } from "./jobs_view";
import { NEARNESS_KIND } from "./nearness";
import { SURVEY_KIND } from "./survey";
import { foundLast } from "./vanished";
import { FOCUS } from "./view_commands";

/** Of a long list the first say enough. */
const MOST_TOLD = 2;

type Context = Pick<
  CommandContext,
  | "catalog"
  | "desk"
  | "document"
  | "view"
  | "drawer"
  | "jobs"
  | "jobsView"
  | "kin"
  | "live"
  | "photoInChild"
  | "view"
>;

export function modelCommands(context: Context): Command[] {
  const { document, view, drawer, jobs, jobsView } = context;
  const foundHere = () => foundLast(jobs.store.getState().jobs, document.getState().picture?.model);
  return [
    {
      id: "toggle-models",
      label: "Models",
      group: "Models",
      keys: ["G"],
      run: () => toggleTab(drawer, "models"),
      isEnabled: () => true,
    },
    {
      id: "go-blend",
      label: "Old to new: blend with another model",
      group: "Models",
      keys: ["Shift+A"],
      run: () => void goToBlend(context),
      isEnabled: () => document.getState().picture !== null,
    },
    {
      id: "photo-in-child",
      label: "The photo in models made of this one",
      group: "Models",
      keys: ["Shift+U"],
      run: () => void showInChildren(context),
      isEnabled: () => document.getState().picture !== null,
    },
    {
      id: "drawing-board",
      label: "Drawing board: sketch and train a new model",
      group: "Models",
      keys: ["Shift+B"],
      run: () => {
        const isBoardOpen = !view.getState().isBoardOpen;
        view.setState({ isBoardOpen });
        // An open drawer would take half of the paper.
        if (isBoardOpen) drawer.setState({ isOpen: false });
      },
      isEnabled: () => document.getState().picture !== null,
    },
    {
      id: "survey",
      label: "What it cannot draw",
      group: "Models",
      keys: ["Shift+W"],
      run: () => {
        const model = document.getState().picture?.model;
        const params = model === undefined ? null : { models: [model] };
        openJobs(drawer, jobsView, { kind: "form", recipe: SURVEY_KIND, params });
      },
      // Right after a reload nobody knows yet: the form comes with the recipes.
      isEnabled: () => jobs.store.getState().recipes?.some(({ kind }) => kind === SURVEY_KIND) ?? true,
    },
    {
      id: "nearness",
      label: "How near is it to its world?",
      group: "Models",
      keys: ["Shift+Y"],
      run: () => {
        const model = document.getState().picture?.model;
        if (model !== undefined) openJobs(drawer, jobsView, { kind: "nearness", model });
      },
      isEnabled: () =>
        document.getState().picture !== null &&
        (jobs.store.getState().recipes?.some(({ kind }) => kind === NEARNESS_KIND) ?? true),
    },
    {
      id: "vanished",
      label: "What vanished of the photo",
      group: "Models",
      keys: ["Shift+P"],
      run: () => jobsView.setState({ compared: foundHere() }),
      isEnabled: () => foundHere() !== null,
    },
  ];
}

/** The photo that was found last in the model on the stage, or in the one that was made of; else how to find one. */
async function showInChildren(context: Context): Promise<void> {
  const { catalog, document, jobs, kin, live, photoInChild } = context;
  const id = document.getState().picture?.model ?? "";
  const all = jobs.store.getState().jobs;
  const parent = (kin.all.get().get(id) ?? (await kin.learn(id)))?.parent ?? undefined;
  const found = foundLast(all, id) ?? (parent === undefined ? null : foundLast(all, parent));
  if (found !== null) {
    photoInChild.asked.set(found);
    return;
  }
  const of = parent ?? id;
  const title = findModel(catalog.getState(), of)?.title ?? of;
  live.notice.set({
    kind: "info",
    about: "file",
    code: "no_photo_found",
    sentence: `No photo has been found in ${title} yet.`,
    hint: `${of === id ? "Drop" : `Open ${title}, drop`} a photo onto the picture and choose “In z”; what is found there can be shown in models made from it.`,
    actions: [],
  });
}

/** Moves the keyboard to the slider between two models, or says why there is none. */
async function goToBlend({ catalog, desk, document, kin, live, view }: Context): Promise<void> {
  const id = document.getState().picture?.model ?? "";
  // While they are asked for nothing is known of them. That a server does not answer is told already.
  const list = kin.all.get().get(id) ?? (await kin.learn(id));
  if (!list || document.getState().picture?.model !== id) return;
  const others = list.kin;
  if (fitting(others).length > 0) {
    view.setState({ side: "picture" });
    desk.focus(FOCUS.blend);
    return;
  }
  const title = findModel(catalog.getState(), id)?.title ?? id;
  const whys = others.slice(0, MOST_TOLD).map((each) => `${each.title}: ${each.why_not_weights}.`);
  live.notice.set({
    kind: "info",
    about: "file",
    code: "nothing_to_blend",
    sentence: `${title} can be blended with no model that is here.`,
    hint: [...whys, "A model that was trained on from it can be, such as one made from drawings."].join(" "),
    actions: [],
  });
}
