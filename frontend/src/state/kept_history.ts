/** Kept history: the steps of a tab and the ways that were left, over a reload. */

import {
  commitContent,
  contentOf,
  type DocumentStore,
  isSameContent,
  type Moment,
  presentContent,
} from "./document";
import { DocumentInvalid } from "./foreign";
import { type BrowserStorage, readKept } from "./kept";
import type { Mooring, Moorings } from "./moorings";
import { DOCUMENT_VERSION, normalizeDocument } from "./normalize";

export interface KeptHistoryContext {
  readonly document: DocumentStore;
  readonly moorings: Moorings;
  /** Of this tab alone; it outlives a reload. */
  readonly storage: BrowserStorage;
}

const KEY = "wend.history";
/** Of text; a browser keeps some millions of letters for a site. */
const MAX_LENGTH = 1_000_000;

type Line = readonly Moment[];

/** What is written down. Moments of several lines, and timelines of several moments, are written once. */
interface Written {
  /** The saved document of the present moment; null: of none. */
  readonly saved: string | null;
  readonly at: number;
  /** Ids of moments: the present line, then those that were left. */
  readonly lines: readonly (readonly number[])[];
  readonly moments: readonly Pick<Moment, "id" | "label" | "home" | "picture">[];
  /** By place of the moment, what of its content others share. */
  readonly rests: readonly number[];
  readonly shared: readonly Pick<Moment, "timeline" | "controls">[];
  readonly moored: readonly (readonly [number, Mooring])[];
}

export class KeptHistory {
  constructor(private readonly context: KeptHistoryContext) {}

  /** The page goes away. */
  keep(): void {
    const { document, moorings, storage } = this.context;
    const { line, at, branches } = document.getState();
    // Nothing was opened yet: what was kept before is what there is to go on with.
    if (line.length === 0) return;
    const saved = moorings.here?.summary.id ?? null;
    let lines = [line, ...branches];
    let start = 0;
    for (;;) {
      const text = JSON.stringify(write(lines, start, at, saved, moorings.entries()));
      if (text.length <= MAX_LENGTH) {
        storage.setItem(KEY, text);
        return;
      }
      // The ways that were left longest ago go first, then the oldest steps.
      if (lines.length > 1) lines = lines.slice(0, lines.length / 2);
      else if (start < at) start = Math.ceil((start + at) / 2);
      else break;
    }
    storage.removeItem(KEY);
  }

  /** The tab was reloaded, and has opened what it showed: the steps before and after it are there again. */
  restore(): void {
    const { document, moorings, storage } = this.context;
    const read = readWritten(readKept(storage, KEY));
    storage.removeItem(KEY);
    const content = presentContent(document);
    const id = moorings.here?.summary.id ?? null;
    if (read === null || content === null || read.saved !== id) return;
    const { lines, at } = read;
    const [line, ...branches] = lines;
    const there = line?.[at];
    if (line === undefined || there === undefined) return;
    const isSame = isSameContent(there, content);
    // What no server has is as the address says.
    if (!isSame && id === null) return;
    // A home whose line was left out is none: its number may be given to another moment.
    const homes = new Set(lines.flat().map(({ home }) => home));
    moorings.bringBack(read.moored.filter(([home]) => homes.has(home)));
    const count = 1 + Math.max(...lines.flat().map((moment) => moment.id));
    document.setState({ ...contentOf(there), line, at, branches, count });
    // Another window went on with it.
    if (!isSame) commitContent(document, "As it was opened", content);
  }
}

function write(
  lines: readonly Line[],
  start: number,
  at: number,
  saved: string | null,
  moored: Written["moored"],
): Written {
  const moments = new Map<number, Moment>();
  const shared: Pick<Moment, "timeline" | "controls">[] = [];
  const written = lines.map((line, place) => {
    const kept = line.slice(place === 0 ? start : 0).filter(isOfContent);
    for (const moment of kept) moments.set(moment.id, moment);
    return kept.map(({ id }) => id);
  });
  const rests = [...moments.values()].map(({ timeline, controls }) => {
    const known = shared.findIndex((each) => each.timeline === timeline && each.controls === controls);
    return known >= 0 ? known : shared.push({ timeline, controls }) - 1;
  });
  const gone = (lines[0] ?? [])
    .slice(start, at + 1)
    .filter((each, place, all) => !isOfContent(each, place, all));
  return {
    saved,
    at: at - start - gone.length,
    lines: written,
    moments: [...moments.values()].map(({ id, label, home, picture }) => ({ id, label, home, picture })),
    rests,
    shared,
    moored,
  };
}

/** What a step did outside of the document cannot be written down, nor undone after a reload. */
function isOfContent({ deed, ...moment }: Moment, place: number, line: Line): boolean {
  const before = line[place - 1];
  return deed === null || before === undefined || !isSameContent(before, moment);
}

interface Read {
  readonly saved: string | null;
  readonly at: number;
  readonly lines: readonly Line[];
  readonly moored: Written["moored"];
}

/** What was written down, checked as anything foreign is; null where another version, or a hand, wrote it. */
function readWritten(data: Readonly<Record<string, unknown>>): Read | null {
  const { saved, at, lines, moments, rests, shared, moored } = data as unknown as Partial<Written>;
  const lists: readonly unknown[] = [lines, moments, rests, shared, moored];
  if (!lines || !moments || !rests || !shared || !moored || at === undefined) return null;
  if (!lists.every(Array.isArray)) return null;
  try {
    const known = new Map(
      moments.map(({ id, label, home, picture }, place) => {
        const rest = shared[rests[place] ?? 0];
        const content = contentOf(normalizeDocument({ version: DOCUMENT_VERSION, picture, ...rest }));
        return [id, { ...content, id, label, home, act: null, deed: null }];
      }),
    );
    return {
      saved: saved ?? null,
      at,
      lines: lines.map((line) => line.flatMap((id) => known.get(id) ?? [])),
      moored,
    };
  } catch (error) {
    if (!(error instanceof DocumentInvalid)) throw error;
    return null;
  }
}
