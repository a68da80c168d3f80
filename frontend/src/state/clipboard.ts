/** The clipboard: a text goes there, and how that ended is told. */

import type { Desk } from "./desk";
import type { Live } from "./live";

/** `sentence` says that it is done; what could not be copied is shown, to be taken by hand. */
export async function copyText(desk: Desk, live: Live, text: string, sentence: string): Promise<void> {
  try {
    await desk.copy(text);
    live.notice.set({ kind: "info", about: "file", code: "copied", sentence, hint: "" });
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    live.notice.set({
      kind: "error",
      about: "file",
      code: "clipboard",
      sentence: "The browser did not let it be copied.",
      hint: text,
    });
  }
}
