/** PanelEdge: the edge of a panel of this page, which sets how large it is, and keeps that. */

import { useRef } from "react";
import { useStore } from "zustand";
import { Separator } from "../controls/Separator";
import { PANEL_SIZES, type PanelId, resizePanel } from "../state/layout";
import { useApp } from "./app";

export interface PanelEdgeProps {
  readonly panel: PanelId;
  readonly label: string;
  readonly edge: "left" | "right" | "top";
}

/** Stands within the panel whose size it sets, or in a box as large as that. */
export function PanelEdge({ panel, label, edge }: PanelEdgeProps) {
  const { layout } = useApp();
  const place = useRef<HTMLDivElement>(null);
  const value = useStore(layout, (state) => state[panel] ?? null);
  const { low, high } = PANEL_SIZES[panel];
  const measure = () => {
    const box = place.current?.parentElement?.getBoundingClientRect();
    return (edge === "top" ? box?.height : box?.width) ?? low;
  };
  return (
    <div ref={place} style={{ display: "contents" }}>
      <Separator
        label={label}
        edge={edge}
        low={low}
        high={high}
        value={value}
        measure={measure}
        onResize={(size) => resizePanel(layout, panel, size)}
        onReset={() => resizePanel(layout, panel, null)}
      />
    </div>
  );
}
