/** Knob learning: a slider listens for the knob that is to move it, and the document keeps which one that was. */

import type { Clock } from "../protocol/clock";
import { type Control, MAX_CONTROLS } from "../protocol/wire";
import { isSameKnob, type SliderId, withControl, withoutControl } from "./controls";
import { commitContent, type DocumentStore, undoOf } from "./document";
import type { Live } from "./live";
import { guessSends, type KnobMove } from "./midi_messages";
import { type MidiPorts, sayMidi } from "./midi_ports";
import { Observable } from "./observable";

/** A hand that turns has turned enough to be understood, or has stopped. */
const ENOUGH = 8;
const REST_MS = 600;

/** A slider that listens. */
export interface Learning {
  readonly slider: SliderId;
  readonly title: string;
}

export interface KnobLearningContext {
  readonly document: DocumentStore;
  readonly live: Live;
  readonly clock: Clock;
  readonly ports: MidiPorts;
  /** A slider's title; its id where the picture's model has none of that id. */
  readonly titleOf: (slider: SliderId) => string;
}

export class KnobLearning {
  /** Null while no slider listens. */
  readonly learning = new Observable<Learning | null>(null);
  /** The slider that will listen once the browser lets controllers be heard. */
  private asking: { readonly slider: SliderId } | null = null;
  private device = "";
  private moves: KnobMove[] = [];
  private rest: (() => void) | null = null;

  constructor(private readonly context: KnobLearningContext) {}

  /** The next knob that is turned moves this slider from then on. Asked again for the same one, it stops listening. */
  async learn(slider: SliderId): Promise<void> {
    const isAgain = (this.asking ?? this.learning.get())?.slider === slider;
    this.cancel();
    if (isAgain) return;
    const asking = { slider };
    this.asking = asking;
    const isOpen = await this.context.ports.open().catch((error: unknown) => {
      if (this.asking === asking) this.asking = null;
      throw error;
    });
    // It was called off, or another slider was asked for, while the browser asked.
    if (this.asking !== asking) return;
    this.asking = null;
    if (!isOpen) {
      const told = sayMidi(this.context.ports.status.get());
      if (told) this.tell("error", told.sentence, told.hint);
      return;
    }
    this.learning.set({ slider, title: this.context.titleOf(slider) });
  }

  cancel(): void {
    this.rest?.();
    this.rest = null;
    this.moves = [];
    this.asking = null;
    this.learning.set(null);
  }

  /** A knob was moved; whether a slider listened to it. */
  handleMove(device: string, move: KnobMove): boolean {
    if (this.learning.get() === null) return false;
    const [first] = this.moves;
    // The first one that is turned is meant; the lower half of a fine one comes beside it.
    const isOther = first && (this.device !== device || first.channel !== move.channel);
    if (isOther || (first && move.number !== first.number && move.number !== first.number + 32)) return true;
    this.device = device;
    this.moves.push(move);
    this.rest?.();
    this.rest = this.context.clock.after(REST_MS, () => this.finish());
    if (this.moves.length >= ENOUGH) this.finish();
    return true;
  }

  /** Says how the numbers of a slider's knob are meant. */
  setSends(slider: SliderId, sends: Control["sends"]): void {
    const { controls } = this.context.document.getState();
    this.keep(
      `What the control of ${this.context.titleOf(slider)} sends`,
      controls.map((control) => (control.slider === slider ? { ...control, sends } : control)),
    );
  }

  /** No knob moves this slider any more. */
  forget(slider: SliderId): void {
    const { controls } = this.context.document.getState();
    this.keep(`Forget the control of ${this.context.titleOf(slider)}`, withoutControl(controls, slider));
  }

  forgetAll(): void {
    this.keep("Forget all controls", []);
  }

  private finish(): void {
    const learning = this.learning.get();
    const [first] = this.moves;
    const sends = guessSends(this.moves);
    this.cancel();
    if (learning === null || !first) return;
    const { slider, title } = learning;
    const control: Control = {
      slider,
      device: this.device,
      channel: first.channel,
      number: first.number,
      sends,
    };
    const { document, titleOf } = this.context;
    const { controls } = document.getState();
    const before = controls.find((each) => each.slider !== slider && isSameKnob(each, control));
    const next = withControl(controls, control);
    if (next.length > MAX_CONTROLS) {
      this.tell("error", `A document has at most ${MAX_CONTROLS} controls.`, "Forget one of them first.");
      return;
    }
    this.keep(`Learn a control for ${title}`, next);
    const hint = before ? `It moved ${titleOf(before.slider)} before.` : "Kept with the document.";
    const actions = [{ label: "Undo", run: undoOf(document) }];
    this.tell("info", `${title} follows ${nameControl(control)}.`, hint, actions);
  }

  private keep(label: string, controls: readonly Control[]): void {
    const { document } = this.context;
    const { picture, timeline } = document.getState();
    if (picture !== null) commitContent(document, label, { picture, timeline, controls });
  }

  private tell(
    kind: "info" | "error",
    sentence: string,
    hint: string,
    actions: readonly { readonly label: string; readonly run: () => void }[] = [],
  ): void {
    this.context.live.notice.set({ kind, about: "file", code: "midi", sentence, hint, actions });
  }
}

/** `control 7 of nanoKONTROL2`; the channel where it is not the first. */
export function nameControl({ device, channel, number }: Control): string {
  return `control ${number} of ${device}${channel === 1 ? "" : `, channel ${channel}`}`;
}
