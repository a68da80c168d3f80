/** PanelEdge: the edge of a panel of this page, which sets how large it is, and keeps that. */

import { useStore } from "zustand";
import { Separator } from "../controls/Separator";
import { PANEL_SIZES, type PanelId, resizePanel } from "../state/layout";
import { useApp } from "./app";

export interface PanelEdgeProps {
  readonly panel: PanelId;
  readonly label: string;
  /** Of the box it stands in: the columns beside the stage are set from the stage's own edges. */
  readonly edge: "left" | "right" | "top";
  /** Told before a size is set. */
  readonly onResize?: () => void;
}

export function PanelEdge({ panel, label, edge, onResize }: PanelEdgeProps) {
  const { layout } = useApp();
  const value = useStore(layout, (state) => state[panel] ?? null);
  const { low, high } = PANEL_SIZES[panel];
  return (
    <Separator
      label={label}
      edge={edge}
      low={low}
      high={high}
      value={value}
      measure={(box) =>
        edge === "top" ? box.height : edge === "left" ? box.left : window.innerWidth - box.right
      }
      onResize={(size) => {
        onResize?.();
        resizePanel(layout, panel, size);
      }}
      onReset={() => resizePanel(layout, panel, null)}
    />
  );
}
