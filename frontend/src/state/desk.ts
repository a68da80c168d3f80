/** The desk: what a page may do with the browser around it. A test lays out a desk of its own. */

export interface Desk {
  copy(text: string): Promise<void>;
  save(blob: Blob, name: string): void;
  /** Moves the keyboard to the element of this id. */
  focus(id: string): void;
  /** The walk whose slider the keyboard is at; null: it is elsewhere. */
  focusedWalk(): string | null;
  reload(): void;
}

export class BrowserDesk implements Desk {
  async copy(text: string): Promise<void> {
    // Pages of another machine without TLS get no clipboard, and a browser may refuse it: selecting the text still
    // copies there, while a hand's press is fresh.
    if (!window.isSecureContext) return this.copyBySelection(text);
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.copyBySelection(text);
    }
  }

  save(blob: Blob, name: string): void {
    const url = URL.createObjectURL(blob);
    const anchor = document.createElement("a");
    anchor.href = url;
    anchor.download = name;
    anchor.click();
    // The download has to begin before its source may go.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  focus(id: string): void {
    const element = document.getElementById(id);
    element?.focus();
    // What was only just brought into sight can be reached once it has been laid out.
    if (element !== document.activeElement) requestAnimationFrame(() => document.getElementById(id)?.focus());
  }

  focusedWalk(): string | null {
    return document.activeElement?.closest("[data-walk]")?.getAttribute("data-walk") ?? null;
  }

  reload(): void {
    window.location.reload();
  }

  private copyBySelection(text: string): void {
    const before = document.activeElement;
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    if (!isCopied) throw new DOMException("the browser refused to copy", "NotAllowedError");
  }
}
