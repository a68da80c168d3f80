/** WalkLayers: which layers of the generator a walk acts on in this picture. */

import { ActionIcon, Button, Popover } from "@mantine/core";
import { useStore } from "zustand";
import { Icon } from "../controls/icons";
import { LayerRangeSlider } from "../controls/LayerRangeSlider";
import type { LayerRange, WalkSummary } from "../protocol/wire";
import { findEdit, withLayers } from "../state/picture";
import { useApp, useForeignChange } from "./app";
import { WalkEffect } from "./WalkEffect";
import styles from "./WalkRow.module.css";

export interface WalkLayersProps {
  readonly walk: WalkSummary;
  readonly layers: readonly string[];
}

export function WalkLayers({ walk, layers }: WalkLayersProps) {
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
        <WalkEffect walk={walk} layers={layers} />
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
