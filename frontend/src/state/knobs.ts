/** Knobs: controllers move the sliders of the document, as a hand does: shown at once, and one step when they rest. */

import type { Clock } from "../protocol/clock";
import type { Control } from "../protocol/wire";
import { controlOf, type SliderId } from "./controls";
import { type DocumentStore, onPictureChange } from "./document";
import type { Editor } from "./editor";
import type { Factors } from "./factors";
import type { KnobSlider } from "./knob_sliders";
import { type KnobMove, partOf, placeOf, placesOf, stepsOf } from "./midi_messages";
import { Observable } from "./observable";
import type { Change } from "./picture";

/** A hand that has not turned a knob for this long has let go of it. */
export const REST_MS = 600;

/** Steps of an endless knob from one end of a slider to the other, as presses of an arrow key. */
const STEPS = 100;

/** What a slider shows of its knob. */
export interface KnobSight {
  /** Where the knob has moved the slider, until that is a step; null: the knob moves nothing now. */
  readonly value: number | null;
  /** Where the knob stands, as a value, while it is not where the slider is: it has no hold until it gets there. */
  readonly waiting: number | null;
}

export interface KnobsContext {
  readonly document: DocumentStore;
  readonly editor: Editor;
  readonly factors: Factors;
  /** Whether a factor that is let go of is measured and corrected. */
  readonly isClosed: () => boolean;
  readonly clock: Clock;
  /** The slider of an id as it stands in the document; null where it cannot be moved. */
  readonly find: (id: SliderId) => KnobSlider | null;
}

/** What is known of one knob since it was heard first. */
interface KnobState {
  /** Upper 7 bits of a fine control, until its lower ones come. */
  upper: number;
  /** Where it stood last, as a value of its slider; null: not heard yet. */
  last: number | null;
  /** So near to the slider it has hold of it. */
  reach: number;
}

/**
 * A knob that tells its place has no hold of a slider that stands elsewhere: turned there, or past it, it catches the
 * value and moves it from then on, so that nothing jumps. It loses its hold when the value changes by another hand.
 * Knobs that move together are one gesture, and one step.
 */
export class Knobs {
  /** By slider; only those whose knob moves them, or has no hold of them. */
  readonly sights = new Observable<ReadonlyMap<SliderId, KnobSight>>(new Map());
  private readonly knobs = new Map<string, KnobState>();
  /** The gesture: sliders that were moved, as they stood when it began, and where they are. */
  private readonly held = new Map<SliderId, { readonly slider: KnobSlider; value: number }>();
  private rest: (() => void) | null = null;
  private isCommitting = false;
  /** A hand is on a slider of the page; it may not have moved it yet. */
  private isGrasped = false;

  constructor(private readonly context: KnobsContext) {
    onPictureChange(context.document, () => {
      if (!this.isCommitting) this.letGo();
      this.look();
    });
    context.document.subscribe(({ controls }, before) => {
      if (controls !== before.controls) this.forgetKnobs(controls);
    });
  }

  /** A controller's knob was moved. */
  handleMove(device: string, move: KnobMove): void {
    const { controls } = this.context.document.getState();
    for (const control of controls) {
      const part = control.device === device ? partOf(move, control) : null;
      if (part !== null) this.turn(control, part, move.value);
    }
  }

  /** A hand takes hold of a slider of the page, or lets go of it. */
  setGrasped(isGrasped: boolean): void {
    this.isGrasped = isGrasped;
  }

  /** A hand is put on the page, or the knobs have come to rest: what they moved becomes a step. */
  settle(): void {
    const held = [...this.held];
    this.letGo();
    if (held.length === 0) return;
    const { editor, factors, isClosed } = this.context;
    const act = Symbol("knobs");
    const label = held.map(([, { slider, value }]) => labelOf(slider, value)).join(", ");
    const targets = held.flatMap(([, { slider, value }]) => {
      // A value that the picture has by itself needs no measuring.
      const target = value === slider.home ? null : slider.target?.(value);
      return target ? [target] : [];
    });
    this.isCommitting = true;
    try {
      editor.commit(label, this.changeOf(held), act);
    } finally {
      this.isCommitting = false;
    }
    if (isClosed() && targets.length > 0) {
      void factors.set(label, targets, { loop: "closed", isKnown: true, act });
    }
  }

  private turn(control: Control, part: "value" | "lower", value: number): void {
    const { editor, find } = this.context;
    const slider = this.held.get(control.slider)?.slider ?? find(control.slider);
    if (slider === null) return;
    const knob = this.knobOf(control);
    // A hand that drags is not disturbed; the knob has to catch what it leaves.
    const isTaken = this.isGrasped || (editor.isInHand && this.held.size === 0);
    const { sends } = control;
    if (sends === "absolute" || sends === "fine") {
      if (sends === "fine" && part === "value") knob.upper = value;
      if (sends === "fine" && part === "value") return;
      const places = placesOf(sends);
      const place = placeOf(sends === "fine" ? knob.upper * 128 + value : value, places);
      this.turnTo(
        control.slider,
        slider,
        knob,
        slider.low + place * (slider.high - slider.low),
        places,
        isTaken,
      );
    } else if (!isTaken) this.turnBy(control.slider, slider, stepsOf(value, sends));
  }

  /** One that knows its place: the value it asks for, and how many places it has. */
  private turnTo(
    id: SliderId,
    slider: KnobSlider,
    knob: KnobState,
    asked: number,
    places: number,
    isTaken: boolean,
  ): void {
    const grain = (slider.high - slider.low) / (places - 1);
    const now = clamp(this.held.get(id)?.value ?? slider.value, slider);
    const { last } = knob;
    knob.last = asked;
    // Those of fine knobs lie closer than a hand could meet.
    const reach = Math.max(1.5 * grain, (slider.high - slider.low) / 200);
    knob.reach = reach;
    const isThere = Math.abs(asked - now) <= reach;
    const hadHold = last !== null && Math.abs(last - now) <= reach;
    const hasPassed = last !== null && (last - now) * (asked - now) < 0;
    if (isTaken || !(isThere || hadHold || hasPassed)) {
      this.show(id, { value: this.held.get(id)?.value ?? null, waiting: asked });
      return;
    }
    this.hold(id, slider, snap(asked, slider, grain / 2));
  }

  /** An endless one. */
  private turnBy(id: SliderId, slider: KnobSlider, steps: number): void {
    const stride = (slider.high - slider.low) / STEPS;
    const now = this.held.get(id)?.value ?? slider.value;
    const next = snap(now + steps * stride, slider, stride / 2);
    // One that was typed past an end is not pulled back at once.
    const [low, high] = [Math.min(slider.low, now), Math.max(slider.high, now)];
    this.hold(id, slider, Math.min(high, Math.max(low, next)));
  }

  private hold(id: SliderId, slider: KnobSlider, value: number): void {
    this.held.set(id, { slider, value });
    this.context.editor.preview(this.changeOf([...this.held]));
    this.show(id, { value, waiting: null });
    this.rest?.();
    this.rest = this.context.clock.after(REST_MS, () => this.settle());
  }

  /** The gesture is over. What waits for its knob goes on waiting. */
  private letGo(): void {
    this.rest?.();
    this.rest = null;
    this.held.clear();
    const waiting = [...this.sights.get()].filter(([, sight]) => sight.waiting !== null);
    if (this.sights.get().size > waiting.length) this.sights.set(new Map(waiting));
  }

  /** What the document has now may lie elsewhere than its knobs stand, or where they do. */
  private look(): void {
    const { document, find } = this.context;
    for (const control of document.getState().controls) {
      const { last = null, reach = 0 } = this.knobs.get(keyOf(control)) ?? {};
      const slider = last === null || this.held.has(control.slider) ? null : find(control.slider);
      if (last === null || slider === null) continue;
      const isAway = Math.abs(last - clamp(slider.value, slider)) > reach;
      const known = this.sights.get().get(control.slider)?.waiting ?? null;
      if (isAway !== (known !== null))
        this.show(control.slider, { value: null, waiting: isAway ? last : null });
    }
  }

  private changeOf(held: readonly (readonly [SliderId, { slider: KnobSlider; value: number }])[]): Change {
    return (picture) => held.reduce((next, [, { slider, value }]) => slider.move(value)(next), picture);
  }

  private show(id: SliderId, sight: KnobSight): void {
    this.sights.set(new Map(this.sights.get()).set(id, sight));
  }

  private knobOf(control: Control): KnobState {
    const key = keyOf(control);
    const known = this.knobs.get(key) ?? { upper: 0, last: null, reach: 0 };
    this.knobs.set(key, known);
    return known;
  }

  /** One that moves another slider, or in another way, begins anew. */
  private forgetKnobs(controls: readonly Control[]): void {
    const keys = new Set(controls.map(keyOf));
    for (const key of this.knobs.keys()) if (!keys.has(key)) this.knobs.delete(key);
    const sights = [...this.sights.get()].filter(([id]) => controlOf(controls, id) !== null);
    if (sights.length < this.sights.get().size) this.sights.set(new Map(sights));
  }
}

function keyOf({ slider, device, channel, number, sends }: Control): string {
  return JSON.stringify([slider, device, channel, number, sends]);
}

function labelOf({ title, target, say }: KnobSlider, value: number): string {
  return target ? `${title} ${say(value)}` : title;
}

function clamp(value: number, { low, high }: KnobSlider): number {
  return Math.min(high, Math.max(low, value));
}

/** As near to home as it can get, a knob means home: that is the one value people look for. */
function snap(value: number, { home }: KnobSlider, within: number): number {
  return Math.abs(value - home) <= within ? home : value;
}
