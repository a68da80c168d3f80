/** The catalog: what the server has to offer, models and walks, as last heard. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { type HttpClient, WendProblem } from "../protocol/http";
import type { CodesBrought, ModelProblem, ModelSummary, WalkList, WalkSummary } from "../protocol/wire";

export interface CatalogState {
  readonly models: readonly ModelSummary[];
  readonly refused: readonly ModelProblem[];
  readonly defaultModel: string | null;
  /** By model; missing until they were fetched. */
  readonly walks: Readonly<Record<string, WalkList>>;
  /** By model: why its walks could not be fetched when they were last asked for. */
  readonly untold: Readonly<Record<string, WendProblem>>;
  /** By model: ids of the sliders that stand on top, kept while a search still brings others. */
  readonly first: Readonly<Record<string, readonly string[]>>;
  /** By the id of a latent that was found: where it lies; missing until that is known. */
  readonly codeSpaces: Readonly<Record<string, CodesBrought["codes"][number]["space"]>>;
  /** What found latents are called by their hashes, such as the photo's file; as far as they were told. */
  readonly codeTitles: Readonly<Record<string, string>>;
}

export type CatalogStore = StoreApi<CatalogState>;

export function createCatalogStore(): CatalogStore {
  return createStore<CatalogState>(() => ({
    models: [],
    refused: [],
    defaultModel: null,
    walks: {},
    untold: {},
    first: {},
    codeSpaces: {},
    codeTitles: {},
  }));
}

export async function fetchModels(store: CatalogStore, http: HttpClient): Promise<void> {
  const list = await http.models();
  const models = [...list.models].sort(inOrder);
  store.setState({ models, refused: list.refused, defaultModel: list.default });
}

/** As people count: beta 4 before beta 10. */
function inOrder(a: ModelSummary, b: ModelSummary): number {
  return a.id.localeCompare(b.id, "en", { numeric: true });
}

/** What a found latent is called, without the ending of its file; null where that was not told. */
export function titleOfCode({ codeTitles }: CatalogState, code: string): string | null {
  const title = codeTitles[code]?.replace(/\.[a-z0-9]{2,12}$/i, "").trim();
  return title || null;
}

/** Fetches walks; of two answers for a model that overtake each other the later question's stays. */
export class WalkFetcher {
  private asked = 0;
  private readonly newest = new Map<string, number>();

  constructor(
    private readonly store: CatalogStore,
    private readonly http: HttpClient,
  ) {}

  /** Null when a later question has been answered before. */
  async fetch(model: string): Promise<WalkList | null> {
    this.asked += 1;
    const question = this.asked;
    const list = await this.http.walks(model).catch((error: unknown) => {
      if (error instanceof WendProblem) this.note(model, error);
      throw error;
    });
    this.note(model, null);
    if ((this.newest.get(model) ?? 0) > question) return null;
    this.newest.set(model, question);
    const { walks, first } = this.store.getState();
    this.store.setState({
      walks: { ...walks, [model]: list },
      first: { ...first, [model]: keepFirst(first[model], list.walks) },
    });
    return list;
  }

  private note(model: string, problem: WendProblem | null): void {
    const { [model]: before, ...others } = this.store.getState().untold;
    if (problem) this.store.setState({ untold: { ...others, [model]: problem } });
    else if (before) this.store.setState({ untold: others });
  }
}

export function findModel(state: CatalogState, id: string): ModelSummary | undefined {
  return state.models.find((model) => model.id === id);
}

/** A group of sliders, strongest first. */
export interface WalkGroup {
  /** The same for the same method and rows, whatever else is found. */
  readonly id: string;
  readonly title: string;
  /** What a paper calls them. */
  readonly hint?: string;
  readonly walks: readonly WalkSummary[];
}

/** How a method is called to somebody who has not read its paper. */
const METHOD_TITLES: Readonly<Record<string, string>> = {
  factor: "Factors of the world",
  coordinate: "Latents of the network",
  pca: "Main variations",
  sefa: "Strongest weights",
};

/** What the methods are called in their papers. */
const METHOD_HINTS: Readonly<Record<string, string>> = {
  pca: "Principal components of w (GANSpace)",
  sefa: "Eigenvectors of the style weights (SeFa)",
};

/** Whether a walk was learned by somebody's job, not found by itself. */
export function isLearned({ method }: WalkSummary): boolean {
  return !(method in METHOD_TITLES);
}

/** Whether a walk was learned on one class alone, which is not the one given. */
export function isOfOtherClass({ class_index }: WalkSummary, classIndex: number | null): boolean {
  return class_index !== null && classIndex !== null && class_index !== classIndex;
}

/** Whether a walk of one model could move the latents of another: theirs are of one size. */
export function couldMove(walk: WalkSummary, own: ModelSummary, other: ModelSummary): boolean {
  if (own.id === other.id || other.num_ws < walk.layers.end) return false;
  return walk.space === "z" ? own.z_dim === other.z_dim : own.w_dim === other.w_dim;
}

/** How many sliders stand on top, whatever found them. */
const BEST = 3;
/** A mean change of 13 of 255 at the ends: what moves less is looked for in vain by who has not seen it before. */
const SEEN = 0.05;

/**
 * The few to try first: those that stood there before, else a new choice.
 * A slider must not leave the hand that holds it because a search has found a stronger one.
 */
export function keepFirst(
  before: readonly string[] | undefined,
  walks: readonly WalkSummary[],
): readonly string[] {
  const able = walks.filter((walk) => !walk.is_hidden && !isLearned(walk));
  const isWhole = before?.length === BEST && before.every((id) => able.some((walk) => walk.id === id));
  if (isWhole) return before;
  const clear = clearest(able);
  const others = unlike(byStrength(able.filter((walk) => !clear.includes(walk))));
  return [...clear, ...others].slice(0, BEST).map((walk) => walk.id);
}

/** Those whose name says the most of what they were measured to move; one a factor, the clearest first. */
function clearest(walks: readonly WalkSummary[]): readonly WalkSummary[] {
  const leadOf = ({ settings }: WalkSummary) => (typeof settings.lead === "number" ? settings.lead : 0);
  const byFactor = new Map<unknown, WalkSummary>();
  for (const walk of [...walks].sort((a, b) => leadOf(b) - leadOf(a))) {
    const { led_by } = walk.settings;
    if (leadOf(walk) > 0 && walk.strength >= SEEN && !byFactor.has(led_by)) byFactor.set(led_by, walk);
  }
  return [...byFactor.values()].slice(0, BEST);
}

/** The group of what people have put out of sight; the panel folds it up. */
export const HIDDEN = "hidden";

/** Names of the groups that people have made, in the order of the alphabet. */
export function ownGroups(walks: readonly WalkSummary[]): readonly string[] {
  const names = new Set(walks.flatMap(({ group }) => (group === null ? [] : [group])));
  return [...names].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
}

/**
 * Those pinned, those in groups that people made, those learned, those to try first, the rest by method and rows,
 * those hidden; every walk exactly once, the strongest first, learned ones as the server has them: what one job
 * learned stays together.
 */
export function groupWalks(walks: readonly WalkSummary[], firstIds: readonly string[]): readonly WalkGroup[] {
  const sorted = byStrength(walks);
  const [hidden, shown] = split(sorted, (walk) => walk.is_hidden);
  const [pinned, unpinned] = split(shown, (walk) => walk.is_pinned);
  const [grouped, ungrouped] = split(unpinned, (walk) => walk.group !== null);
  const [learned, found] = split(ungrouped, isLearned);
  const first = firstIds.flatMap((id) => found.filter((walk) => walk.id === id));
  const rest = found.filter((walk) => !first.includes(walk));
  const methods = [...new Set(rest.map((walk) => walk.method))].sort();
  return [
    { id: "pinned", title: "Pinned", walks: pinned },
    ...ownGroups(grouped).map((name) => ({
      id: `own ${name}`,
      title: name,
      walks: grouped.filter((walk) => walk.group === name),
    })),
    { id: "learned", title: "Learned", walks: walks.filter((walk) => learned.includes(walk)) },
    { id: "first", title: "Try first", walks: first },
    ...methods.flatMap((method) =>
      splitByRows(
        method,
        rest.filter((walk) => walk.method === method),
      ),
    ),
    { id: HIDDEN, title: "Hidden", walks: hidden },
  ].filter((group) => group.walks.length > 0);
}

function split(
  walks: readonly WalkSummary[],
  belongs: (walk: WalkSummary) => boolean,
): readonly [readonly WalkSummary[], readonly WalkSummary[]] {
  return [walks.filter(belongs), walks.filter((walk) => !belongs(walk))];
}

function byStrength(walks: readonly WalkSummary[]): readonly WalkSummary[] {
  return [...walks].sort((a, b) => b.strength - a.strength || a.id.localeCompare(b.id));
}

/** One group of each range of rows, coarse to fine, a wider one first; a lone range is not named. */
function splitByRows(method: string, walks: readonly WalkSummary[]): readonly WalkGroup[] {
  const nameRows = ({ layers: { start, end } }: WalkSummary) =>
    end - start === 1 ? `layer ${end}` : `layers ${start + 1}–${end}`;
  const ranges = [...walks].sort((a, b) => a.layers.start - b.layers.start || b.layers.end - a.layers.end);
  const names = [...new Set(ranges.map(nameRows))];
  const title = METHOD_TITLES[method] ?? method;
  const hint = METHOD_HINTS[method];
  return names.map((name) => ({
    id: `${method} ${name}`,
    ...(hint !== undefined && { hint }),
    title: names.length === 1 ? title : `${title} · ${name}`,
    walks: walks.filter((walk) => nameRows(walk) === name),
  }));
}

/**
 * The strongest of the narrowest, mutually different row ranges; filled up with the strongest left.
 * Rows of a generator differ in kind (coarse ones move heads, fine ones colours), so the first few
 * move different rows where they can: three sliders of one kind would show a third of what there is.
 */
function unlike(sorted: readonly WalkSummary[]): readonly WalkSummary[] {
  const byRange = new Map<string, WalkSummary>();
  for (const walk of sorted) {
    const range = `${walk.layers.start}-${walk.layers.end}`;
    if (!byRange.has(range)) byRange.set(range, walk);
  }
  const width = ({ layers }: WalkSummary) => layers.end - layers.start;
  const chosen = [...byRange.values()].sort((a, b) => width(a) - width(b)).slice(0, BEST);
  for (const walk of sorted) {
    if (chosen.length >= BEST) break;
    if (!chosen.includes(walk)) chosen.push(walk);
  }
  return chosen.sort((a, b) => a.layers.start - b.layers.start || b.strength - a.strength);
}

/** Models made or brought here, which are looked for first, and those that came along; each in the server's order. */
export function inGroups(models: readonly ModelSummary[]): readonly (readonly ModelSummary[])[] {
  const own = models.filter(({ is_shipped }) => !is_shipped);
  return [own, models.filter((each) => !own.includes(each))].filter(({ length }) => length > 0);
}
