/** Keys: which command a key press means, and how a key is written for people. */

import type { Command, CommandTable } from "./commands";

/** A key press, as much of it as matters here. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Does this press mean this key, written as in `Mod+Shift+Z`? */
export function isKey(press: KeyPress, written: string): boolean {
  const parts = written.split("+");
  const key = parts.at(-1) ?? "";
  const pressed = press.key === " " ? "Space" : press.key;
  if (press.altKey || pressed.toUpperCase() !== key.toUpperCase()) return false;
  if ((press.ctrlKey || press.metaKey) !== parts.includes("Mod")) return false;
  // For signs such as ? it depends on the keyboard whether shift is needed to type them.
  const isLetter = key.toUpperCase() !== key.toLowerCase();
  return !isLetter || press.shiftKey === parts.includes("Shift");
}

/** A key may mean one thing in a mode of the page, and another outside of it. */
export function findCommand(commands: CommandTable, press: KeyPress): Command | undefined {
  const found = Object.values(commands).filter((command) => command.keys.some((key) => isKey(press, key)));
  return found.find((command) => command.isMeant?.()) ?? found.find((command) => !command.isMeant);
}

/** `Mod+Shift+Z` as it is printed on the keys of this machine. */
export function printKey(written: string, isMac: boolean): string {
  return written.replace("Mod", isMac ? "⌘" : "Ctrl").replace("Shift", isMac ? "⇧" : "Shift");
}

/** The part of the page's window that keys come from. */
export interface KeySource {
  addEventListener(type: "keydown" | "keyup", listener: (event: KeyboardEvent) => void): void;
  addEventListener(type: "blur", listener: () => void): void;
}

/** Runs commands from keys. A text field keeps its keys; a held command ends with its key or the window's focus. */
export function listenToKeys(source: KeySource, commands: CommandTable): void {
  let held: Command | null = null;
  /** The space bar was taken for a command: letting it go must press no button either. */
  let hasTakenSpace = false;
  const release = () => {
    held?.release?.();
    held = null;
  };
  source.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isTyping(event.target) || isPressing(event) || isAsked(event)) return;
    const command = findCommand(commands, event);
    if (!command) return;
    event.preventDefault();
    hasTakenSpace = event.key === " ";
    if (event.repeat && (command.release || hasTakenSpace)) return;
    if (!command.isEnabled()) return;
    command.run();
    if (command.release) held = command;
  });
  source.addEventListener("keyup", (event) => {
    if (event.key === " " && hasTakenSpace) event.preventDefault();
    if (held?.keys.some((key) => key.toUpperCase() === event.key.toUpperCase())) release();
  });
  source.addEventListener("blur", release);
}

/** The space bar presses the button that the keyboard has been brought to; one that was clicked it leaves alone. */
function isPressing({ key, target }: KeyboardEvent): boolean {
  return (
    key === " " &&
    target instanceof HTMLElement &&
    target.matches(":is(button, summary, a, input, [role=option], [role=menuitem]):focus-visible")
  );
}

/** A dialog that has to be answered first stands before the page. */
function isAsked({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('[role=dialog][aria-modal="true"]') !== null;
}

const TEXT_INPUTS = ["text", "number", "search", "url", "email", "password"];

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.includes(target.type);
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  );
}
