/** Overlaps: what is known of every slider beside those in use and locked, asked anew when those change. */

import type { Clock } from "../protocol/clock";
import { WendProblem } from "../protocol/http";
import type { OverlapsClient } from "../protocol/overlaps";
import type { Edit, OverlapBody, Picture, WalkOverlap, WalkSummary } from "../protocol/wire";
import { type DocumentStore, onPictureChange } from "./document";
import type { MapAxes } from "./latent_map";
import { Observable } from "./observable";

/** It is asked once the hand has rested for so long. */
const REST_MS = 300;
/** Below, two sliders are as good as square to each other. */
const LEAST_COSINE = 0.3;
/** Above, nothing that anybody would see is lost. */
const WHOLE = 0.995;

export interface OverlapsContext {
  readonly client: Pick<OverlapsClient, "ask">;
  readonly document: DocumentStore;
  readonly clock: Clock;
}

export class Overlaps {
  /** By walk; empty while nothing is moved or locked, and of another model's walks. */
  readonly found = new Observable<ReadonlyMap<string, WalkOverlap>>(new Map());
  private asked = "";
  private aborter = new AbortController();
  private stopResting: () => void = () => undefined;

  constructor(private readonly context: OverlapsContext) {
    onPictureChange(context.document, () => this.look());
  }

  private look(): void {
    const { picture } = this.context.document.getState();
    const question = picture && questionOf(picture);
    const wanted = question ? JSON.stringify(question) : "";
    if (wanted === this.asked) return;
    this.asked = wanted;
    this.stopResting();
    this.aborter.abort();
    if (question === null) {
      if (this.found.get().size > 0) this.found.set(new Map());
      return;
    }
    const aborter = new AbortController();
    this.aborter = aborter;
    this.stopResting = this.context.clock.after(REST_MS, () => void this.ask(question, aborter.signal));
  }

  private async ask(question: OverlapBody, signal: AbortSignal): Promise<void> {
    try {
      const { walks } = await this.context.client.ask(question, signal);
      if (!signal.aborted) this.found.set(new Map(walks.map((walk) => [walk.walk, walk])));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof WendProblem)) throw error;
      // It is a hint beside the sliders: what is wrong with the server is told elsewhere.
      this.asked = "";
      this.found.set(new Map());
    }
  }
}

/** What matters of a picture: which sliders are in use, on which layers, and which are locked; not how far. */
function questionOf({ model, edits }: Picture): OverlapBody | null {
  const used = edits.filter(({ alpha, is_locked }) => alpha !== 0 || is_locked);
  if (used.length === 0) return null;
  return { model, edits: used.map((edit): Edit => ({ ...edit, alpha: edit.alpha === 0 ? 0 : 1 })) };
}

/** Whether a walk can be locked: it goes along a line, as directions and factors do. */
export function canLock({ is_linear, factor }: WalkSummary): boolean {
  return is_linear || factor !== null;
}

/** How much of a slider the locks leave, for a badge; null: all of it. */
export function leftOf(overlap: WalkOverlap | undefined): number | null {
  return overlap && overlap.locks > 0 && overlap.strength < WHOLE ? overlap.strength : null;
}

const REASONS: Readonly<Record<WalkOverlap["loose"][number]["why"], string>> = {
  curved: "its way is no straight line",
  space: "one moves z and the other w",
  layers: "they act on different layers",
};

/** Which locks do not hold a slider, and why, in sentences. */
export function sayLoose(
  overlap: WalkOverlap | undefined,
  walks: readonly WalkSummary[],
  what = "it",
): readonly string[] {
  return (overlap?.loose ?? []).map(
    ({ walk, why }) => `The lock on ${nameOf(walk, walks)} does not hold ${what}: ${REASONS[why]}.`,
  );
}

/** What the locks do to a map along two sliders, in sentences: what they hold, what they leave, and which do not. */
export function sayMapLocks(
  locked: readonly WalkSummary[],
  axes: MapAxes,
  found: ReadonlyMap<string, WalkOverlap>,
  walks: readonly WalkSummary[],
): readonly string[] {
  const what = locked.length === 1 ? "it" : "them";
  const ofAxis = (arrow: string, walk: WalkSummary) => {
    if (locked.some(({ id }) => id === walk.id))
      return [`${arrow} is locked itself, and the map moves it all the same.`];
    const overlap = found.get(walk.id);
    const left = leftOf(overlap);
    return [
      ...(left === null ? [] : [`${Math.round(left * 100)} % of ${arrow} is left.`]),
      ...sayLoose(overlap, walks, arrow),
    ];
  };
  return [
    `The map leaves alone how far the picture lies along ${what}; what ${locked.length === 1 ? "it shows" : "they show"} may still change.`,
    ...ofAxis("→", axes.x),
    ...ofAxis("↑", axes.y),
  ];
}

function nameOf(id: string, walks: readonly WalkSummary[]): string {
  return `“${walks.find((walk) => walk.id === id)?.title ?? id}”`;
}

/** What is to be said of a slider beside the others, in sentences; none: nothing. */
export function sayOverlap(
  overlap: WalkOverlap | undefined,
  walks: readonly WalkSummary[],
): readonly string[] {
  if (!overlap) return [];
  const name = (id: string) => nameOf(id, walks);
  const left = leftOf(overlap);
  const alike = overlap.cosines
    .filter(({ cosine }) => Math.abs(cosine) >= LEAST_COSINE)
    .sort((a, b) => Math.abs(b.cosine) - Math.abs(a.cosine))
    .slice(0, 3)
    .map(({ walk, cosine }) => `${name(walk)} ${cosine > 0 ? "+" : "−"}${Math.abs(cosine).toFixed(2)}`);
  return [
    ...(left === null ? [] : [`${Math.round(left * 100)} % of it is left beside what is locked.`]),
    ...sayLoose(overlap, walks),
    ...(alike.length === 0 ? [] : [`Goes the same way as ${alike.join(", ")}.`]),
  ];
}
