/** The board: drawings in hand, one of them under the pen, and the tools. Pure: nothing here knows a server or a canvas. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { PosePoint, SketchBody } from "../protocol/wire";
import { emptyMask, type MaskImage } from "./mask_image";

export type BoardKind = NonNullable<SketchBody["kind"]>;

/** Pixels a side of a drawing on the board. */
export const BOARD_SIDE = 512;
export const MAX_SKETCHES = 30;
/** Steps that can be taken back, a drawing. */
const MAX_PAST = 30;
/** Of all drawings together: 30 MiB of them. */
const MOST_KEPT = 120;
/** Of the side, until what the computer draws has been measured: what it draws of the bundled portraits. */
export const FIRST_WIDTH = 0.043;
/** Of the drawing's area: less is nothing, as the server has it. */
const EMPTY_INK = 0.002;

/** What is drawn: ink 0 to 255 for lines, numbers of labels for label maps; or points, for a pose. */
export interface Content {
  readonly image: MaskImage;
  readonly pose: readonly PosePoint[];
}

export interface Sketch extends Content {
  /** Names it while it lives in this window. */
  readonly key: number;
  readonly past: readonly Content[];
  readonly future: readonly Content[];
}

export type Tool = "pen" | "eraser";

/** What lies under the drawing to be traced: the picture on the stage, a sample, or what is drawn of a sample. */
export type Trace =
  | { readonly kind: "none" }
  | { readonly kind: "picture" }
  | { readonly kind: "sample"; readonly seed: number }
  | { readonly kind: "map"; readonly thumbnail: string };

export interface BoardState {
  readonly kind: BoardKind;
  /** Of kind `card`: SET or SET/NETWORK; empty for none yet. */
  readonly network: string;
  readonly name: string;
  readonly sketches: readonly Sketch[];
  /** Place of the one under the pen. */
  readonly active: number;
  readonly tool: Tool;
  /** Of the pen, a share of the side; null: as what the computer draws. */
  readonly width: number | null;
  /** The label that the pen paints. */
  readonly label: number;
  /** Whether every stroke is drawn on the other side, too. */
  readonly isMirrored: boolean;
  readonly trace: Trace;
  /** 0 to 1. */
  readonly traceOpacity: number;
  readonly isTraceShown: boolean;
  readonly isInkShown: boolean;
}

export type BoardStore = StoreApi<BoardState>;

export function createBoardStore(): BoardStore {
  return createStore<BoardState>(() => ({
    kind: "lines",
    network: "",
    name: "My sketches",
    sketches: [blank(0, "lines")],
    active: 0,
    tool: "pen",
    width: null,
    label: 1,
    isMirrored: false,
    trace: { kind: "none" },
    traceOpacity: 0.4,
    isTraceShown: true,
    isInkShown: true,
  }));
}

/** A face in the middle: where a skeleton begins. Names are those of the pose extractor. */
export const FIRST_POSE: readonly PosePoint[] = [
  { name: "head", x: 0.5, y: 0.52 },
  { name: "left eye", x: 0.41, y: 0.47 },
  { name: "right eye", x: 0.59, y: 0.47 },
  { name: "mouth", x: 0.5, y: 0.64 },
];

export function blank(key: number, kind: BoardKind): Sketch {
  const pose = kind === "pose" ? FIRST_POSE : [];
  return { key, image: emptyMask(BOARD_SIDE, BOARD_SIDE), pose, past: [], future: [] };
}

/** Drawings that were looked at: nothing changes one that a hand has let go of. */
const looked = new WeakMap<MaskImage, { readonly isPlain: boolean; readonly ink: number }>();

/** Whether nothing is drawn yet; a pose always is something. */
export function isBlank({ image, pose }: Content, kind: BoardKind): boolean {
  if (kind === "pose") return pose.length === 0;
  const { isPlain, ink } = looked.get(image) ?? lookAt(image);
  return kind === "labels" ? isPlain : ink < EMPTY_INK * 255 * image.alpha.length;
}

function lookAt(image: MaskImage) {
  let [ink, isPlain] = [0, true];
  for (const value of image.alpha) {
    ink += value;
    isPlain &&= value === image.alpha[0];
  }
  const found = { isPlain, ink };
  looked.set(image, found);
  return found;
}

export function withContent(sketch: Sketch, content: Partial<Content>): Sketch {
  const { image, pose } = sketch;
  const past = [...sketch.past, { image, pose }].slice(-MAX_PAST);
  return { ...sketch, image, pose, ...content, past, future: [] };
}

export function undone(sketch: Sketch): Sketch {
  const before = sketch.past.at(-1);
  if (!before) return sketch;
  const { image, pose } = sketch;
  return {
    ...sketch,
    ...before,
    past: sketch.past.slice(0, -1),
    future: [{ image, pose }, ...sketch.future],
  };
}

export function redone(sketch: Sketch): Sketch {
  const [next] = sketch.future;
  if (!next) return sketch;
  const { image, pose } = sketch;
  return { ...sketch, ...next, past: [...sketch.past, { image, pose }], future: sketch.future.slice(1) };
}

/** The drawing under the pen. */
export function activeOf({ sketches, active }: BoardState): Sketch {
  const sketch = sketches[active] ?? sketches[0];
  if (!sketch) throw new Error("the board holds at least one drawing");
  return sketch;
}

/** The board with another drawing under the pen. What could be taken back of others is forgotten where it is much. */
export function withActive(state: BoardState, change: (sketch: Sketch) => Sketch): Partial<BoardState> {
  const active = change(activeOf(state));
  let left = MOST_KEPT - stepsOf(active);
  const sketches = state.sketches.map((each, place) => {
    if (place === state.active) return active;
    left -= stepsOf(each);
    return left >= 0 || stepsOf(each) === 0 ? each : { ...each, past: [], future: [] };
  });
  return { sketches };
}

function stepsOf({ past, future }: Sketch): number {
  return past.length + future.length;
}

/** One more drawing behind the one under the pen, and the pen goes to it; as it is where there are enough. */
export function withAdded(state: BoardState, content: Content | null): Partial<BoardState> {
  if (state.sketches.length >= MAX_SKETCHES) return {};
  const key = Math.max(...state.sketches.map((each) => each.key)) + 1;
  const added = { ...blank(key, state.kind), ...content };
  const place = state.active + 1;
  return { sketches: state.sketches.toSpliced(place, 0, added), active: place };
}

/** Without one; there is always one left, if need be a new one. */
export function withRemoved(state: BoardState, place: number): Partial<BoardState> {
  const left = state.sketches.toSpliced(place, 1);
  const key = Math.max(...state.sketches.map((each) => each.key)) + 1;
  const sketches = left.length > 0 ? left : [blank(key, state.kind)];
  const active = state.active > place ? state.active - 1 : state.active;
  return { sketches, active: Math.min(active, sketches.length - 1) };
}

/** One of them at another place in the row. The pen stays with its drawing. */
export function withMoved(state: BoardState, from: number, to: number): Partial<BoardState> {
  const moved = state.sketches[from];
  if (!moved || to < 0 || to >= state.sketches.length) return {};
  const sketches = state.sketches.toSpliced(from, 1).toSpliced(to, 0, moved);
  const key = activeOf(state).key;
  return { sketches, active: sketches.findIndex((each) => each.key === key) };
}

/** A board of another kind begins anew: a label map is no drawing. Line drawings stay with what looks for lines. */
export function withKind(state: BoardState, kind: BoardKind): Partial<BoardState> {
  if (kind === state.kind) return {};
  if (areLines(kind) && areLines(state.kind)) return { kind };
  return { kind, sketches: [blank(0, kind)], active: 0, tool: "pen", label: 1 };
}

export function areLines(kind: BoardKind): boolean {
  return kind !== "labels" && kind !== "pose";
}

/** Those that something is drawn on. */
export function drawnOf({ sketches, kind }: BoardState): readonly Sketch[] {
  return sketches.filter((each) => !isBlank(each, kind));
}

/** An image at the board's own size: lines between their pixels, labels as the nearest. */
export function atBoardSize(image: MaskImage, kind: BoardKind): MaskImage {
  if (image.width === BOARD_SIDE && image.height === BOARD_SIDE) return image;
  const made = emptyMask(BOARD_SIDE, BOARD_SIDE);
  const at = (x: number, y: number) => {
    const column = Math.min(image.width - 1, Math.max(0, x));
    return image.alpha[Math.min(image.height - 1, Math.max(0, y)) * image.width + column] ?? 0;
  };
  for (let y = 0; y < BOARD_SIDE; y++) {
    for (let x = 0; x < BOARD_SIDE; x++) {
      const fromX = ((x + 0.5) * image.width) / BOARD_SIDE - 0.5;
      const fromY = ((y + 0.5) * image.height) / BOARD_SIDE - 0.5;
      if (kind === "labels") {
        made.alpha[y * BOARD_SIDE + x] = at(Math.round(fromX), Math.round(fromY));
        continue;
      }
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, down] = [fromX - left, fromY - top];
      const upper = at(left, top) * (1 - right) + at(left + 1, top) * right;
      const lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
      made.alpha[y * BOARD_SIDE + x] = Math.round(upper * (1 - down) + lower * down);
    }
  }
  return made;
}

/** The network that looks, where it is none of those that come along. */
export function networkOf({ kind, network }: BoardState): string | null {
  return kind === "card" && network !== "" ? network : null;
}
