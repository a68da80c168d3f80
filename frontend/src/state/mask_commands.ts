/** Mask commands: painting by keys. Most of their keys mean this only while the hand paints. */

import { findModel } from "./catalog";
import type { Command, CommandContext, CommandId } from "./commands";
import { MASK_TOOLS, type MaskTool, resizeBrush, resizeEdge } from "./mask_view";
import { hasW } from "./model_abilities";

/** What can be done to the whole mask that is painted on. */
export type MaskChange = "feather" | "grow" | "shrink" | "invert" | "clear";

/** What paints, as far as commands know it. */
export interface MaskActs {
  readonly alter: (change: MaskChange) => void;
  readonly showWhole: () => void;
}

const TOOLS: Readonly<Record<MaskTool, readonly [label: string, key: string]>> = {
  brush: ["Brush", "B"],
  eraser: ["Eraser", "E"],
  rectangle: ["Rectangle", "U"],
  ellipse: ["Ellipse", "O"],
  lasso: ["Lasso", "A"],
  fill: ["Fill by label", "F"],
};

const CHANGES: readonly (readonly [MaskChange, label: string, key: string])[] = [
  ["grow", "Grow", "="],
  ["shrink", "Shrink", "-"],
  ["feather", "Feather", "W"],
  ["invert", "Invert", "I"],
  ["clear", "Clear", "Backspace"],
];

export function maskCommands({ maskView, masks, maskActs, document, catalog }: CommandContext): Command[] {
  const isMasking = () => maskView.getState().isMasking;
  const hasPicture = () => document.getState().picture !== null;
  const mayPaint = () => {
    const model = findModel(catalog.getState(), document.getState().picture?.model ?? "");
    return model === undefined || hasW(model);
  };
  const whilePainting = (
    id: CommandId,
    label: string,
    keys: readonly string[],
    run: () => void,
  ): Command => ({
    id,
    label,
    group: "Regions",
    keys,
    run,
    isEnabled: hasPicture,
    isMeant: isMasking,
  });
  return [
    {
      id: "toggle-masking",
      label: "Paint a region, or stop",
      group: "Regions",
      keys: ["M"],
      run: () => maskView.setState((state) => ({ isMasking: !state.isMasking })),
      // A generator without w has no sliders for a region; what is being painted can always be left.
      isEnabled: () => isMasking() || (hasPicture() && mayPaint()),
    },
    {
      id: "new-mask",
      label: "New region",
      group: "Regions",
      keys: ["Shift+M"],
      run: () => masks.begin(),
      isEnabled: hasPicture,
    },
    {
      id: "show-whole",
      label: "Whole picture",
      group: "View",
      keys: ["0"],
      run: () => maskActs.showWhole(),
      isEnabled: hasPicture,
    },
    ...MASK_TOOLS.map((tool) => {
      const [label, key] = TOOLS[tool];
      return whilePainting(`mask-${tool}`, label, [key], () => maskView.setState({ tool }));
    }),
    whilePainting("mask-smaller", "Smaller brush", ["["], () => resizeBrush(maskView, -1)),
    whilePainting("mask-larger", "Larger brush", ["]"], () => resizeBrush(maskView, 1)),
    whilePainting("mask-harder", "Harder edge", ["{"], () => resizeEdge(maskView, -1)),
    whilePainting("mask-softer", "Softer edge", ["}"], () => resizeEdge(maskView, 1)),
    ...CHANGES.map(([change, label, key]) =>
      whilePainting(`mask-${change}`, label, [key], () => maskActs.alter(change)),
    ),
  ];
}
