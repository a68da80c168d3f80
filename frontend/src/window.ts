/** The window: joins the studio to keys, address, sound and network of the browser it stands in. */

import type { Clock } from "./protocol/clock";
import { keepInAddress } from "./state/address";
import { listenToKeys } from "./state/keys";
import { keepLabelsWhileFilling } from "./state/mask_labels";
import { BrowserSpeaker, keepSounding } from "./state/speaker";
import { keepWatching } from "./state/watching";
import type { Stores } from "./stores";
import { type Studio, VIEW } from "./studio";

export function joinWindow(
  { document: documents, view, maskView, live }: Stores,
  { socket, session, scene, editor, player, sounds, jobNews, commands }: Studio,
  clock: Clock,
): void {
  keepLabelsWhileFilling(maskView, view);
  keepSounding(player, sounds, documents, new BrowserSpeaker(), () => clock.now());
  listenToKeys(window, commands);
  keepWatching({
    view,
    document: documents,
    live,
    watch: (watching) => socket.watch(VIEW, watching),
    showFinal: () => editor.showFinal(),
    clearMap: () => scene.clearMap(),
  });
  keepInAddress(
    documents,
    (fragment) => window.history.replaceState(null, "", fragment),
    ({ code, sentence, hint }) => live.notice.set({ kind: "error", about: "link", code, sentence, hint }),
  );
  document.addEventListener("visibilitychange", () => document.hidden || jobNews.seen());
  window.addEventListener("hashchange", () => void session.openLink(window.location.hash));
  window.addEventListener("online", () => socket.retryNow());
}
