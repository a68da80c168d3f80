/** Mask view: with which tool this window paints, and what it shows of masks. Not saved in the document, nor undone. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { type KeyValueStorage, readKept } from "./kept";

export const MASK_TOOLS = ["brush", "eraser", "rectangle", "ellipse", "lasso", "fill"] as const;

export type MaskTool = (typeof MASK_TOOLS)[number];

export interface MaskView {
  /** Whether the hand on the stage paints. */
  readonly isMasking: boolean;
  readonly tool: MaskTool;
  /** The brush's diameter, as a share of the picture's shorter side. */
  readonly size: number;
  /** Pixels of soft edge, as such a share. */
  readonly edge: number;
  /** Shapes take away instead of adding. */
  readonly isTaking: boolean;
  /** Filling by label takes the piece under the hand, not all of its label. */
  readonly isPiece: boolean;
  /** The mask that is painted on; it may be one that has no pixels yet. Null: the first there is, or a new one. */
  readonly active: string | null;
  /** Names of the masks that are not drawn. */
  readonly hidden: readonly string[];
}

export type MaskViewStore = StoreApi<MaskView>;

const KEY = "wend.masks";

export const SIZE_RANGE = [0.01, 0.8] as const;
export const EDGE_RANGE = [0, 0.2] as const;

type Choices = Pick<MaskView, "tool" | "size" | "edge" | "isPiece">;

/** Tools and sizes are read from `storage` and written back when they change. */
export function createMaskViewStore(storage: KeyValueStorage): MaskViewStore {
  const store = createStore<MaskView>(() => ({
    isMasking: false,
    tool: "brush",
    size: 0.14,
    edge: 0.03,
    isTaking: false,
    isPiece: false,
    active: null,
    hidden: [],
    ...readChoices(readKept(storage, KEY)),
  }));
  store.subscribe((state, before) => {
    const [now, past] = [JSON.stringify(choicesOf(state)), JSON.stringify(choicesOf(before))];
    if (now !== past) storage.setItem(KEY, now);
  });
  return store;
}

/** Steps are a share of what there is, so that small brushes change finely. */
export function resizeBrush(store: MaskViewStore, steps: number): void {
  const [low, high] = SIZE_RANGE;
  store.setState(({ size }) => ({ size: Math.min(high, Math.max(low, size * 1.15 ** steps)) }));
}

export function resizeEdge(store: MaskViewStore, steps: number): void {
  const [low, high] = EDGE_RANGE;
  store.setState(({ edge }) => ({
    // From nothing there is no share to take.
    edge: Math.min(
      high,
      Math.max(
        low,
        steps > 0 ? Math.max(0.008, edge * 1.25 ** steps) : edge < 0.01 ? 0 : edge * 1.25 ** steps,
      ),
    ),
  }));
}

function choicesOf({ tool, size, edge, isPiece }: MaskView): Choices {
  return { tool, size, edge, isPiece };
}

function readChoices({ tool, size, edge, isPiece }: Readonly<Record<string, unknown>>): Partial<Choices> {
  return {
    ...(isTool(tool) && { tool }),
    ...(isBetween(size, SIZE_RANGE) && { size }),
    ...(isBetween(edge, EDGE_RANGE) && { edge }),
    ...(typeof isPiece === "boolean" && { isPiece }),
  };
}

function isTool(value: unknown): value is MaskTool {
  return (MASK_TOOLS as readonly unknown[]).includes(value);
}

function isBetween(value: unknown, [low, high]: readonly [number, number]): value is number {
  return typeof value === "number" && value >= low && value <= high;
}
