/** Regions: sliders that were found for a painted mask, where they were found, and whether that still holds. */

import {
  type Drift,
  type LayerRange,
  MAX_MEASURED_AGAIN,
  type Mask,
  type Picture,
  type RegionFound,
  type RegionSlider,
  type WalkSummary,
} from "../protocol/wire";
import type { DocumentStore } from "./document";
import { lackOf, type MaskImage } from "./mask_image";
import { Observable } from "./observable";
import { alphaOf } from "./picture";
import { withoutIdleMasks } from "./picture_masks";
import { type ListedFound, type ListedSlider, namedFamilies, recallSearches } from "./region_shelf";

/** One search and what came of it. */
export interface Region {
  readonly request: number;
  /** The mask's pixels. */
  readonly mask: string;
  /** The picture that sliders were looked for at, or measured again. */
  readonly origin: Picture;
  /** Whether they were looked for there, and not only measured again. */
  readonly isFoundThere: boolean;
  /** Ids of those that were measured there; the others are listed as they were measured before. */
  readonly measured: readonly string[];
  /** Null until the first answer. */
  readonly found: ListedFound | null;
  /** What a whole search took here, or a whole measuring where no search is known; null: not known. */
  readonly seconds: number | null;
  /** Ids that a hand has put aside. */
  readonly discarded: readonly string[];
}

/** What is asked of the server. */
export interface RegionQuestion {
  readonly request: number;
  readonly picture: Picture;
  readonly mask: string;
  readonly layers: LayerRange | null;
  /** To be measured again; empty: new ones are looked for. */
  readonly walks: readonly string[];
  /** Of region sliders that the document names, which must not leave the shelf. */
  readonly families: readonly string[];
}

export interface RegionsContext {
  readonly document: DocumentStore;
  /** What the hand has made of the document's picture by now. */
  readonly inHand: () => Picture | null;
  readonly ask: (question: RegionQuestion) => void;
  readonly stop: () => void;
  /** Pixels of a mask at hand; null while they are fetched. */
  readonly imageOf: (id: string) => MaskImage | null;
}

/** Whether a picture's edits are bent to keep a region as it is. */
export function keepsStill(picture: Picture): boolean {
  return picture.edits.length > 0 && picture.masks.some((mask) => mask.is_still);
}

export class Regions {
  /** By model and pixels: what was found for a mask is found again when the hand goes back to it. */
  readonly all = new Observable<ReadonlyMap<string, Region>>(new Map());
  /** What 'keep still' kept of the picture in the document; null while nothing is kept still, or not known. */
  readonly drift = new Observable<Drift | null>(null);
  private requests = 0;
  /** The newest question that was told to end early. */
  private stopped = 0;

  constructor(private readonly context: RegionsContext) {
    context.document.subscribe(({ picture }, before) => {
      // Numbers of one picture say nothing of the next: they go with it.
      if (JSON.stringify(picture) !== JSON.stringify(before.picture)) this.drift.set(null);
    });
  }

  /** What was found for a mask of the picture on the stage. */
  of(mask: Mask): Region | null {
    return this.all.get().get(this.keyOf(mask.image)) ?? null;
  }

  /** Looks for sliders of a mask at the picture as it is; one that is of no use is not asked about. */
  find(mask: Mask, layers: LayerRange | null = null): void {
    const image = this.context.imageOf(mask.image);
    if (image && lackOf(image) !== null) this.stop();
    else this.begin(mask, layers, []);
  }

  /** Whether the server is at the newest question. */
  get isBusy(): boolean {
    return [...this.all.get().values()].some((each) => each.request === this.requests && isSearching(each));
  }

  /** Measures what was found before at the picture as it is. */
  measureAgain(mask: Mask): void {
    const region = this.of(mask);
    const walks = region ? slidersOf(region).map(({ walk }) => walk) : [];
    if (walks.length > 0) this.begin(mask, null, walks);
    else this.find(mask);
  }

  /** Measures those that a round has left out, where it measured the others. */
  measureRest(mask: Mask): void {
    const region = this.of(mask);
    const walks = region ? unmeasured(region) : [];
    if (region && walks.length > 0) this.ask(region.mask, region.origin, null, walks, region.measured);
  }

  /** Lists again what the shelf has of a mask that nothing was looked for since the page was opened. */
  recall(mask: Mask, walks: readonly WalkSummary[]): void {
    const { picture } = this;
    if (picture === null || this.of(mask) !== null) return;
    const searches = recallSearches(mask.image, walks)
      .filter(({ origin }) => origin.model === picture.model)
      .map(({ origin, found }) => ({
        request: 0,
        mask: mask.image,
        origin,
        isFoundThere: true,
        measured: found.sliders.map(({ walk }) => walk),
        found,
        seconds: null,
        discarded: [],
      }));
    const near = searches.find((region) => !isElsewhere(region, picture, walks));
    const region = near ?? searches.at(-1);
    if (region) this.put(region);
  }

  stop(): void {
    this.stopped = this.requests;
    this.context.stop();
  }

  discard(mask: Mask, walk: string): void {
    const region = this.of(mask);
    if (region) this.put({ ...region, discarded: [...region.discarded, walk] });
  }

  /** Has back what was put aside. */
  restore(mask: Mask, walk: string): void {
    const region = this.of(mask);
    if (region) this.put({ ...region, discarded: region.discarded.filter((each) => each !== walk) });
  }

  handleFound(found: RegionFound): void {
    const region = [...this.all.get().values()].find(({ request }) => request === found.request);
    // An answer to a question that a newer one has replaced.
    if (!region) return;
    const before = region.found?.sliders ?? [];
    const sliders = region.isFoundThere ? this.settle(before, found.sliders) : renewed(before, found.sliders);
    const measured = [...new Set([...region.measured, ...found.sliders.map(({ walk }) => walk)])];
    const isWhole = found.is_done && found.lack === null && found.request !== this.stopped;
    const isNews = isWhole && (region.isFoundThere || region.seconds === null);
    const seconds = isNews ? found.seconds : region.seconds;
    this.put({ ...region, measured, seconds, found: { ...found, sliders } });
  }

  /** The server is back: what it was at work on has to be asked again. */
  resume(): void {
    for (const region of this.all.get().values()) {
      const isOpen = region.request === this.requests && region.found?.is_done !== true;
      if (isOpen && region.origin.model === this.picture?.model) {
        const walks = region.isFoundThere ? [] : slidersOf(region).map(({ walk }) => walk);
        this.ask(region.mask, region.origin, null, walks);
      }
    }
  }

  /** Best first. Once one of them is moved, all stay where the hand has them, and those that come later follow. */
  private settle(before: readonly ListedSlider[], news: readonly RegionSlider[]): readonly ListedSlider[] {
    const picture = this.context.inHand();
    const isMoved = ({ walk }: ListedSlider) => picture !== null && alphaOf(picture, walk) !== 0;
    if (!before.some(isMoved)) return news;
    const fresh = news.filter(({ walk }) => !before.some((each) => each.walk === walk));
    const settled = before.flatMap((each) => {
      const known = news.find(({ walk }) => walk === each.walk);
      if (known) return known;
      return isMoved(each) ? each : (fresh.shift() ?? []);
    });
    return [...settled, ...fresh];
  }

  private get picture(): Picture | null {
    return this.context.document.getState().picture;
  }

  private begin(mask: Mask, layers: LayerRange | null, walks: readonly string[]): void {
    const { picture } = this;
    if (picture) this.ask(mask.image, withoutIdleMasks(picture), layers, walks);
  }

  /** measured: ids that hold at that picture already. */
  private ask(
    mask: string,
    picture: Picture,
    layers: LayerRange | null,
    wanted: readonly string[],
    measured: readonly string[] = [],
  ): void {
    this.requests += 1;
    // More than the server takes at once: those in use first.
    const used = wanted.filter((walk) => alphaOf(picture, walk) !== 0);
    const walks = [...new Set([...used, ...wanted])].slice(0, MAX_MEASURED_AGAIN);
    const before = this.all.get().get(this.keyOf(mask));
    // Sliders that are measured again stay where they are until there is news of them.
    const found = walks.length > 0 && before?.found ? { ...before.found, is_done: false, fraction: 0 } : null;
    const discarded = walks.length > 0 ? (before?.discarded ?? []) : [];
    const isFoundThere = walks.length === 0;
    const seconds = before?.seconds ?? null;
    const request = this.requests;
    this.put({ request, mask, origin: picture, isFoundThere, measured, found, seconds, discarded });
    const { line, branches } = this.context.document.getState();
    const families = namedFamilies([...[...branches].reverse().flat(), ...line]);
    this.context.ask({ request, picture, mask, layers, walks, families });
  }

  private put(region: Region): void {
    this.all.set(new Map(this.all.get()).set(`${region.origin.model} ${region.mask}`, region));
  }

  private keyOf(mask: string): string {
    return `${this.picture?.model} ${mask}`;
  }
}

/** Each in its place, as it was measured now or, until there is news of it, before. */
function renewed(before: readonly ListedSlider[], news: readonly RegionSlider[]): readonly ListedSlider[] {
  return before.map((each) => news.find(({ walk }) => walk === each.walk) ?? each);
}

/** Those that were found and not put aside, best first. */
export function slidersOf({ found, discarded }: Region): readonly ListedSlider[] {
  return (found?.sliders ?? []).filter(({ walk }) => !discarded.includes(walk));
}

/** Ids of those in sight that are listed as they were measured elsewhere. */
export function unmeasured(region: Region): readonly string[] {
  const ids = slidersOf(region).map(({ walk }) => walk);
  return ids.filter((walk) => !region.measured.includes(walk));
}

/** Ids of all region sliders that the panel shows in a place of their own. */
export function regionWalks(all: ReadonlyMap<string, Region>): ReadonlySet<string> {
  return new Set([...all.values()].flatMap((region) => slidersOf(region).map(({ walk }) => walk)));
}

/** Whether a search is on its way. */
export function isSearching({ found }: Region): boolean {
  return found === null || !found.is_done;
}

/** So much of their ranges may other sliders move together before what was measured counts as measured elsewhere. */
const NEAR = 0.25;

/**
 * Whether the picture has moved far from where a region was measured: another seed, truncation, noise or class, or
 * other sliders by more than a quarter of a range. The region's own sliders do not count: they were measured there.
 */
export function isElsewhere(region: Region, picture: Picture, walks: readonly WalkSummary[]): boolean {
  const { origin, found } = region;
  const still = (each: Picture) => (keepsStill(each) ? each.masks.filter((mask) => mask.is_still) : []);
  const rest = (each: Picture) =>
    JSON.stringify({ ...each, edits: [], masks: still(each).map(({ image }) => image) });
  if (rest(origin) !== rest(picture)) return true;
  const own = new Set(found?.sliders.map(({ walk }) => walk));
  const names = new Set([...origin.edits, ...picture.edits].map(({ walk }) => walk));
  let moved = 0;
  for (const name of names) {
    if (own.has(name)) continue;
    const walk = walks.find(({ id }) => id === name);
    const range = walk ? walk.high - walk.low : 1;
    moved += Math.abs(alphaOf(picture, name) - alphaOf(origin, name)) / (range > 0 ? range : 1);
  }
  return moved > NEAR;
}
