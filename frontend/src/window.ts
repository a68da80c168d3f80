/** The window: joins the studio to keys, address, sound and network of the browser it stands in. */

import type { Clock } from "./protocol/clock";
import { keepInAddress } from "./state/address";
import { listenToKeys } from "./state/keys";
import { keepLabelsWhileFilling } from "./state/mask_labels";
import { BrowserSpeaker, keepSounding } from "./state/speaker";
import { keepWatching } from "./state/watching";
import type { Stores } from "./stores";
import { type Studio, VIEW } from "./studio";

/** What a hand drags a value with. */
const GRASPED = '[role="slider"]';

export function joinWindow(
  { document: documents, view, catalog, maskView, live }: Stores,
  {
    socket,
    session,
    scene,
    editor,
    player,
    sounds,
    jobNews,
    commands,
    saved,
    unsent,
    history,
    lastWords,
    knobs,
    boardSets,
  }: Studio,
  clock: Clock,
): void {
  keepLabelsWhileFilling(maskView, view);
  keepSounding(player, sounds, documents, new BrowserSpeaker(), () => clock.now());
  listenToKeys(window, commands);
  keepWatching({
    view,
    document: documents,
    catalog,
    live,
    watch: (watching) => socket.watch(VIEW, watching),
    showFinal: () => editor.showFinal(),
    clearMap: () => scene.clearMap(),
  });
  const writeAddress = keepInAddress({
    document: documents,
    saved,
    unsent,
    read: () => window.location.hash,
    write: (fragment) => window.history.replaceState(null, "", fragment),
    mark: (isCurrent) => document.documentElement.setAttribute("data-address-current", String(isCurrent)),
    onProblem: ({ code, sentence, hint }) =>
      live.notice.set({ kind: "error", about: "link", code, sentence, hint }),
  });
  // A drawing is too large for a last word.
  window.addEventListener("beforeunload", (event) => {
    if (!boardSets.isKept) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    lastWords.leave();
    history.keep();
  });
  document.addEventListener("visibilitychange", () => {
    // A page that is out of sight may go without a word; what it sends last may be too long for that.
    if (document.hidden) void saved.save();
    else jobNews.seen();
  });
  window.addEventListener("hashchange", async () => {
    await session.openLink(window.location.hash);
    // A link that was not opened must not stand over what is.
    await writeAddress();
  });
  // A hand on the page ends what knobs began: it goes on from there.
  for (const type of ["pointerdown", "keydown"] as const) {
    window.addEventListener(type, () => knobs.settle(), { capture: true });
  }
  // One that is held still says nothing else of it: a knob must not take it away.
  const grasp = ({ type, target }: Event) =>
    knobs.setGrasped(type === "pointerdown" && target instanceof Element && target.closest(GRASPED) !== null);
  for (const type of ["pointerdown", "pointerup", "pointercancel"] as const) {
    window.addEventListener(type, grasp, { capture: true });
  }
  window.addEventListener("online", () => socket.retryNow());
}
