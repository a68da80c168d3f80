/** Taking up what a job found: its model comes onto the stage, its slider under the keyboard. */

import { WendProblem } from "../protocol/http";
import { findModel } from "../state/catalog";
import { firstPicture } from "../state/picture";
import { useApp } from "./app";

/** A slider comes once the shelf has been fetched; after this long it will not. */
const PATIENCE_MS = 8000;

export interface TakeUp {
  readonly takeUpWalk: (model: string, walk: string) => Promise<void>;
  readonly takeUpModel: (model: string) => void;
}

export function useTakeUp(): TakeUp {
  const { document: documents, catalog, editor, jobsView, live, fetchWalks } = useApp();

  const takeUpModel = (id: string) => {
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
    jobsView.setState({ isOpen: false });
    if (picture?.model === id) return;
    editor.commit(`Model ${model.title}`, (old) => firstPicture(model, old.latent.seed));
  };

  const takeUpWalk = async (model: string, walk: string) => {
    takeUpModel(model);
    if (documents.getState().picture?.model !== model) return;
    fetchWalks(model);
    const slider = await waitForSlider(walk);
    if (slider) {
      slider.scrollIntoView({ block: "nearest" });
      slider.focus();
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
