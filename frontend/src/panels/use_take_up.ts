/** Taking up what a job found: its model comes onto the stage, its slider under the keyboard. */

import { WendProblem } from "../protocol/http";
import { findModel } from "../state/catalog";
import { undoOf } from "../state/document";
import { useApp } from "./app";

/** A slider comes once the shelf has been fetched; after this long it will not. */
const PATIENCE_MS = 8000;

/** As long as the row's light in WalkRow.module.css. */
const CALL_MS = 2000;

export interface TakeUp {
  readonly takeUpWalk: (model: string, walk: string) => Promise<void>;
  readonly takeUpModel: (model: string) => Promise<void>;
}

export function useTakeUp(): TakeUp {
  const { document: documents, catalog, modelDesk, drawer, view, live, fetchWalks } = useApp();

  const takeUpModel = async (id: string) => {
    const { picture } = documents.getState();
    const model = findModel(catalog.getState(), id);
    if (!model) {
      live.notice.set({
        kind: "error",
        about: "server",
        code: "model_not_found",
        sentence: `The model “${id}” is not on this server any more.`,
        hint: "Choose another in the list of models.",
      });
      return;
    }
    drawer.setState({ isOpen: false });
    if (picture?.model === id) return;
    const begun = await modelDesk.choose(model);
    if (begun === null) return;
    live.notice.set({
      kind: "info",
      about: "server",
      code: "model_switched",
      sentence: `The model is now “${model.title}”.`,
      hint: begun.sentence,
      actions: begun.back ? [begun.back] : [],
    });
  };

  const takeUpWalk = async (model: string, walk: string) => {
    const isSwitched = documents.getState().picture?.model !== model;
    await takeUpModel(model);
    const back = undoOf(documents);
    if (documents.getState().picture?.model !== model) return;
    view.setState({ side: "sliders" });
    fetchWalks(model);
    const slider = await waitForSlider(walk);
    if (slider) {
      show(slider);
      const title = slider.getAttribute("aria-label") ?? walk;
      const isBack = isSwitched ? [{ label: "Undo", run: back }] : [];
      live.notice.set({
        kind: "info",
        about: "server",
        code: "slider_taken_up",
        sentence: `“${title}” is among the sliders, and the keyboard is at it.`,
        hint: isSwitched ? `The model is now “${findModel(catalog.getState(), model)?.title ?? model}”.` : "",
        actions: [{ label: "Show it", run: () => show(slider) }, ...isBack],
      });
      return;
    }
    const { sentence, hint } = new WendProblem(
      "walk_not_found",
      "The slider is not on the shelf.",
      "It may have been deleted; start the job over to learn it again.",
    );
    live.notice.set({ kind: "error", about: "server", code: "walk_not_found", sentence, hint });
  };

  return { takeUpWalk, takeUpModel };
}

/** Brings a slider into sight and under the keyboard, and lets its row light up for a moment. */
function show(slider: HTMLElement): void {
  const fold = slider.closest("details");
  if (fold) fold.open = true;
  const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  slider.focus({ preventScroll: true });
  slider.scrollIntoView({ block: "center", behavior: isStill ? "auto" : "smooth" });
  const row = slider.closest<HTMLElement>("[data-walk]");
  if (!row) return;
  row.dataset.called = "true";
  setTimeout(() => delete row.dataset.called, CALL_MS);
}

/** The slider of a walk, once it stands on the page; null if it does not come. */
function waitForSlider(walk: string): Promise<HTMLElement | null> {
  const find = () => document.querySelector<HTMLElement>(`[data-walk="${CSS.escape(walk)}"] [role="slider"]`);
  return new Promise((resolve) => {
    const settle = (found: HTMLElement | null) => {
      clearTimeout(timer);
      observer.disconnect();
      resolve(found);
    };
    const observer = new MutationObserver(() => {
      const found = find();
      if (found) settle(found);
    });
    const timer = setTimeout(() => settle(find()), PATIENCE_MS);
    observer.observe(document.body, { childList: true, subtree: true });
    const now = find();
    if (now) settle(now);
  });
}
