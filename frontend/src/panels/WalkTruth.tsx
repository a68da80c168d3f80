/** WalkTruth: what a walk does, shown on hover as it was measured; pressed, for this picture, and on which layers. */

import { ActionIcon, Button, Popover } from "@mantine/core";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { Icon } from "../controls/icons";
import { LayerRangeSlider } from "../controls/LayerRangeSlider";
import type { LayerRange, WalkSummary } from "../protocol/wire";
import { fewerShares, sharesOfLayers } from "../state/footprint";
import { findEdit, withLayers } from "../state/picture";
import type { WalkNotation } from "../state/walk_units";
import { useApp, useForeignChange } from "./app";
import { WalkEffect } from "./WalkEffect";
import { WalkFootprint } from "./WalkFootprint";
import { WalkOrigin } from "./WalkOrigin";
import styles from "./WalkTruth.module.css";

export interface WalkTruthProps {
  readonly model: string;
  readonly walk: WalkSummary;
  readonly layers: readonly string[];
  readonly notation: WalkNotation;
}

/** A pointer on its way to somewhere else opens nothing. */
const REST_MS = 300;
const MOST_BARS = 6;

export function WalkTruth({ model, walk, layers, notation }: WalkTruthProps) {
  const { document } = useApp();
  const own = useStore(document, ({ picture }) => (picture && findEdit(picture, walk.id)?.layers) ?? null);
  const [shown, setShown] = useState<"glance" | "whole" | null>(null);
  const [isOfPicture, setOfPicture] = useState(false);
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const button = useRef<HTMLButtonElement>(null);
  const dropdown = useRef<HTMLDivElement>(null);
  useEffect(() => () => clearTimeout(rest.current), []);
  const close = () => {
    setShown(null);
    button.current?.focus({ preventScroll: true });
  };
  useEffect(() => {
    if (shown !== "whole") return;
    const closeOutside = (event: Event) => {
      const isInside = [button, dropdown].some(({ current }) => current?.contains(event.target as Node));
      if (!isInside) setShown(null);
    };
    window.addEventListener("pointerdown", closeOutside, true);
    return () => window.removeEventListener("pointerdown", closeOutside, true);
  }, [shown]);
  const footprint = walk.footprint ?? null;
  const hasLayers = layers.length > 1 && walk.space === "w";
  const label = hasLayers ? `Layers of ${walk.title}` : `What ${walk.title} does`;
  const onPointerEnter = (event: PointerEvent) => {
    // A hand that drags a slider passes over many.
    if (event.pointerType !== "mouse" || event.buttons !== 0 || !footprint) return;
    rest.current = setTimeout(() => setShown((now) => now ?? "glance"), REST_MS);
  };
  const onPointerLeave = () => {
    clearTimeout(rest.current);
    setShown((now) => (now === "glance" ? null : now));
  };
  const toggle = () => {
    clearTimeout(rest.current);
    setOfPicture(footprint === null);
    setShown((now) => (now === "whole" ? null : "whole"));
  };
  return (
    <span className={styles.place}>
      <ActionIcon
        ref={button}
        color="gray"
        c={own === null ? "dimmed" : "var(--accent)"}
        size={24}
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={shown === "whole"}
        title={shown === null && !footprint ? label : undefined}
        variant={own === null ? "subtle" : "default"}
        onPointerEnter={onPointerEnter}
        onPointerLeave={onPointerLeave}
        onClick={toggle}
      >
        <Glyph walk={walk} count={layers.length} />
      </ActionIcon>
      {/* One of many rows: what opens is made when it opens. */}
      {shown !== null && (
        <Popover
          width={312}
          position="bottom-end"
          withArrow
          trapFocus={shown === "whole"}
          shadow="md"
          opened
          closeOnClickOutside={false}
          onChange={(isOpen) => !isOpen && close()}
        >
          <Popover.Target>
            <span className={styles.anchor} />
          </Popover.Target>
          <Popover.Dropdown ref={dropdown} aria-label={label}>
            {footprint && !isOfPicture ? (
              <WalkFootprint
                model={model}
                walk={walk}
                footprint={footprint}
                layers={layers}
                notation={notation}
              />
            ) : (
              <WalkEffect walk={walk} layers={layers} />
            )}
            {shown === "whole" && (
              <>
                {footprint ? (
                  <Button
                    className={styles.turn}
                    variant="subtle"
                    size="compact-xs"
                    onClick={() => setOfPicture(!isOfPicture)}
                  >
                    {isOfPicture ? "As measured in many pictures" : "Measure for this picture"}
                  </Button>
                ) : (
                  <p className={styles.lack}>Of this picture. Not measured in others yet.</p>
                )}
                <WalkOrigin walk={walk} />
                {hasLayers && <Rows walk={walk} layers={layers} own={own} label={label} />}
              </>
            )}
          </Popover.Dropdown>
        </Popover>
      )}
    </span>
  );
}

/** The layers as small bars where they have been measured. */
function Glyph({ walk, count }: { readonly walk: WalkSummary; readonly count: number }) {
  const shares = walk.footprint
    ? fewerShares(sharesOfLayers(walk.footprint, walk.layers, count), MOST_BARS)
    : [];
  if (shares.length === 0) return <Icon name={count > 1 && walk.space === "w" ? "layers" : "eye"} />;
  return (
    <span className={styles.glyph} aria-hidden="true">
      {shares.map((share, bar) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
        <span key={bar} style={{ height: `${Math.max(8, share * 100)}%` }} />
      ))}
    </span>
  );
}

interface RowsProps {
  readonly walk: WalkSummary;
  readonly layers: readonly string[];
  readonly own: LayerRange | null;
  readonly label: string;
}

/** Which layers it acts on in this picture. */
function Rows({ walk, layers, own, label }: RowsProps) {
  const { editor } = useApp();
  const onForeignChange = useForeignChange();
  const change = (rows: LayerRange) => withLayers(walk.id, isSame(rows, walk.layers) ? null : rows);
  return (
    <>
      <div className={styles.choice}>
        <span>Layers it acts on</span>
        <Button disabled={own === null} onClick={() => editor.commit(label, withLayers(walk.id, null))}>
          As found
        </Button>
      </div>
      <LayerRangeSlider
        label={label}
        rows={own ?? walk.layers}
        names={layers}
        onPreview={(rows) => editor.preview(change(rows))}
        onCommit={(rows) => editor.commit(label, change(rows))}
        onCancel={() => editor.cancel()}
        onForeignChange={onForeignChange}
      />
    </>
  );
}

function isSame(a: LayerRange, b: LayerRange): boolean {
  return a.start === b.start && a.end === b.end;
}
