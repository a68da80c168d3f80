/** WalkRow: one walk as a slider, with its value, its unit and the layers it acts on. */

import { ActionIcon, Button, Popover } from "@mantine/core";
import { memo } from "react";
import { useStore } from "zustand";
import { Icon } from "../controls/icons";
import { LayerRangeSlider } from "../controls/LayerRangeSlider";
import { NumberField } from "../controls/NumberField";
import { signed } from "../controls/numbers";
import { ValueSlider } from "../controls/ValueSlider";
import { type LayerRange, MAX_ALPHA, type WalkSummary } from "../protocol/wire";
import { FOCUS } from "../state/commands";
import { alphaOf, findEdit, withAlpha, withLayers } from "../state/picture";
import { notationOf } from "../state/readouts";
import { useApp, useForeignChange, useModel } from "./app";
import { useDraft } from "./use_draft";
import styles from "./WalkRow.module.css";

/** Presses of an arrow key from one end of the range to the other. */
const STEPS = 100;

export interface WalkRowProps {
  readonly walk: WalkSummary;
  readonly layers: readonly string[];
  readonly isFirst: boolean;
}

export const WalkRow = memo(function WalkRow({ walk, layers, isFirst }: WalkRowProps) {
  const { editor, document } = useApp();
  const settled = useStore(document, ({ picture }) => (picture ? alphaOf(picture, walk.id) : 0));
  const draft = useDraft(settled);
  const onForeignChange = useForeignChange();
  const resolution = useModel()?.resolution ?? null;
  const { times, unit, digits, words } = notationOf(walk.shown_unit, resolution);
  // The slider and the document count in alpha; people read and write what that moves.
  const perAlpha = walk.shown_per_alpha * times;
  const write = (value: number) => signed(value, digits);
  const commit = (alpha: number, act?: symbol) => {
    draft.set(null);
    editor.commit(walk.title, withAlpha(walk.id, alpha), act);
  };
  return (
    <div className={styles.row} data-walk={walk.id} data-moved={draft.value !== 0}>
      <span className={styles.title} title={walk.title}>
        {walk.title}
      </span>
      <NumberField
        label={`${walk.title}, value`}
        value={draft.value * perAlpha}
        min={-MAX_ALPHA * perAlpha}
        max={MAX_ALPHA * perAlpha}
        width={7}
        format={write}
        onCommit={(shown) => commit(shown / perAlpha)}
      />
      <abbr className={styles.unit} title={words}>
        {unit}
      </abbr>
      {layers.length > 1 && <LayerChoice walk={walk} layers={layers} />}
      <div className={styles.slider}>
        <ValueSlider
          id={isFirst ? FOCUS.sliders : undefined}
          label={walk.title}
          value={draft.value}
          low={walk.low}
          high={walk.high}
          home={0}
          step={(walk.high - walk.low) / STEPS}
          valueText={`${write(draft.value * perAlpha).trim()} ${unit}`}
          onPreview={(alpha) => {
            draft.set(alpha);
            editor.preview(withAlpha(walk.id, alpha));
          }}
          onCommit={commit}
          onCancel={() => {
            draft.set(null);
            editor.cancel();
          }}
          onForeignChange={onForeignChange}
        />
      </div>
    </div>
  );
});

interface LayerChoiceProps {
  readonly walk: WalkSummary;
  readonly layers: readonly string[];
}

function LayerChoice({ walk, layers }: LayerChoiceProps) {
  const { editor, document } = useApp();
  const own = useStore(document, ({ picture }) => (picture && findEdit(picture, walk.id)?.layers) ?? null);
  const onForeignChange = useForeignChange();
  const label = `Layers of ${walk.title}`;
  const change = (rows: LayerRange) => withLayers(walk.id, isSame(rows, walk.layers) ? null : rows);
  return (
    <Popover width={296} position="bottom-end" withArrow trapFocus shadow="md">
      <Popover.Target>
        <ActionIcon
          color="gray"
          c={own === null ? "dimmed" : "var(--accent)"}
          size={24}
          aria-label={label}
          title={label}
          variant={own === null ? "subtle" : "default"}
        >
          <Icon name="layers" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
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
          onForeignChange={onForeignChange}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function isSame(a: LayerRange, b: LayerRange): boolean {
  return a.start === b.start && a.end === b.end;
}
