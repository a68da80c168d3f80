/** Escape: closes a part of the page, wherever the keyboard is, unless something nearer is meant by the key. */

import { useEffect } from "react";

/** What has the keyboard and is closed by Escape itself: an open list or menu, a dialog, their own buttons. */
const POPUPS = '[role="menu"], [role="listbox"], [role="dialog"], [aria-haspopup][aria-expanded="true"]';

/** `close` is called for each Escape that no field, list, menu, dialog or gesture takes for itself. */
export function useEscape(close: () => void): void {
  useEffect(() => {
    let isForPopup = false;
    // On the way down: by the time the key comes back up, the popup has closed.
    const look = ({ target }: KeyboardEvent) => {
      isForPopup = target instanceof Element && target.closest(POPUPS) !== null;
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && !isForPopup) close();
    };
    window.addEventListener("keydown", look, { capture: true });
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", look, { capture: true });
      window.removeEventListener("keydown", onKeyDown);
    };
  }, [close]);
}
