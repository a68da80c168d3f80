/** MIDI ports: the controllers that are plugged in, as far as the browser lets a page hear them. */

import { type KnobMove, readMove } from "./midi_messages";
import { Observable } from "./observable";

/** The browser around the page, as much of it as MIDI needs. */
export interface MidiBrowser {
  /** Asks for the ports; null where the browser has no Web MIDI. */
  readonly request: (() => Promise<MIDIAccess>) | null;
  /** Whether the page came over https, or from this very machine. */
  readonly isSecure: boolean;
  /** Whether the user has allowed it before. */
  isAllowed(): Promise<boolean>;
}

export type MidiStatus =
  /** Nobody has asked for them yet. */
  | { readonly state: "closed" | "asking" | "open" | "missing" | "insecure" | "refused" }
  | { readonly state: "failed"; readonly why: string };

/** Names of exceptions by which a browser says that the user, or a rule of the site, does not want it. */
const REFUSALS = ["NotAllowedError", "SecurityError"];

export class MidiPorts {
  readonly status = new Observable<MidiStatus>({ state: "closed" });
  /** Names of what is plugged in, each once. */
  readonly devices = new Observable<readonly string[]>([]);
  private access: MIDIAccess | null = null;
  private opening: Promise<boolean> | null = null;

  constructor(
    private readonly browser: MidiBrowser,
    private readonly onMove: (device: string, move: KnobMove) => void,
  ) {}

  /** Asks the user where nobody has; false where no controller can be heard, which `status` says. */
  open(): Promise<boolean> {
    this.opening ??= this.ask().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** Opens them where the user has said yes before; asks nobody. */
  async openIfAllowed(): Promise<void> {
    if (this.browser.request !== null && (await this.browser.isAllowed())) await this.open();
  }

  private async ask(): Promise<boolean> {
    if (this.access !== null) return true;
    const { request, isSecure } = this.browser;
    if (request === null) {
      this.status.set({ state: isSecure ? "missing" : "insecure" });
      return false;
    }
    this.status.set({ state: "asking" });
    try {
      this.access = await request();
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error();
      this.status.set(REFUSALS.includes(name) ? { state: "refused" } : { state: "failed", why: message });
      if (!(error instanceof DOMException)) throw error;
      return false;
    }
    this.access.onstatechange = () => this.list();
    this.status.set({ state: "open" });
    this.list();
    return true;
  }

  /** A port that is plugged in anew is another one, under the same name. */
  private list(): void {
    const names = new Set<string>();
    this.access?.inputs.forEach((input) => {
      if (input.state !== "connected") return;
      const name = nameOf(input);
      names.add(name);
      input.onmidimessage = ({ data }) => {
        const move = data && readMove(data);
        if (move) this.onMove(name, move);
      };
    });
    if ([...names].join("\n") !== this.devices.get().join("\n")) this.devices.set([...names]);
  }
}

/** The documents' own limit. */
const MAX_NAME = 128;

function nameOf({ name, id }: MIDIInput): string {
  return (name || id || "controller").slice(0, MAX_NAME);
}

/** What keeps controllers from being heard, and what can be done; null: nothing does. */
export function sayMidi(status: MidiStatus): { readonly sentence: string; readonly hint: string } | null {
  switch (status.state) {
    case "closed":
    case "asking":
    case "open":
      return null;
    case "missing":
      return {
        sentence: "This browser has no Web MIDI.",
        hint: "Chrome, Edge and Firefox have it. What the document knows of controllers stays.",
      };
    case "insecure":
      return {
        sentence: "Browsers give controllers to pages over https or of the same machine alone.",
        hint: "Open Wend as http://localhost, or put https in front of it.",
      };
    case "refused":
      return {
        sentence: "The browser was told not to let this page hear MIDI controllers.",
        hint: "Allow MIDI for this site beside the address, then try again.",
      };
    case "failed":
      return {
        sentence: `The browser could not open its MIDI ports. ${status.why}`.trim(),
        hint: "See whether another program holds the controller, then try again.",
      };
  }
}

/** The ports of the browser that the page runs in. */
export class RealMidiBrowser implements MidiBrowser {
  readonly isSecure = window.isSecureContext;
  readonly request = "requestMIDIAccess" in navigator ? () => navigator.requestMIDIAccess() : null;

  async isAllowed(): Promise<boolean> {
    try {
      return (await navigator.permissions.query({ name: "midi" as PermissionName })).state === "granted";
    } catch (error) {
      // A browser that does not know the name has nothing to say of it.
      if (error instanceof TypeError) return false;
      throw error;
    }
  }
}
