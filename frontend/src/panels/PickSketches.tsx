/** PickSketches: one of the kept sets of sketches, by its drawings; or the way to draw one. */

import { Button, Radio } from "@mantine/core";
import { useEffect } from "react";
import { addressOf } from "../protocol/address";
import type { PosePoint, SketchSetSummary } from "../protocol/wire";
import { sayCount } from "../state/sketching";
import { useApp, useObservable } from "./app";
import type { JobFieldProps } from "./JobField";
import { LAYOUT } from "./JobFieldLists";
import styles from "./PickSketches.module.css";

/** More drawings than these are counted, not shown. */
const SHOWN = 6;

export function PickSketches({ field, value, problem, onChange }: JobFieldProps) {
  const { boardSets, view } = useApp();
  const sets = useObservable(boardSets.listed);
  useEffect(() => void boardSets.list(), [boardSets]);
  const chosen = typeof value === "string" ? value : null;
  const isGone = chosen !== null && sets !== null && !sets.some(({ id }) => id === chosen);
  return (
    <div className={styles.field}>
      <Radio.Group
        {...LAYOUT}
        label={field.title}
        description={field.help}
        error={problem ?? (isGone ? "That set was deleted; choose another." : undefined)}
        value={chosen}
        onChange={onChange}
      >
        <div className={styles.sets}>
          {sets?.map((set) => (
            <Radio.Card key={set.id} value={set.id} className={styles.set ?? ""}>
              <span className={styles.drawings} data-kind={set.kind}>
                {set.drawings.slice(0, SHOWN).map((id, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the same drawing may be there twice
                  <img key={place} src={addressOf(`/api/images/${id}`)} alt="" loading="lazy" />
                ))}
                {set.poses.slice(0, SHOWN).map((pose, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: poses have no names
                  <Pose key={place} pose={pose} />
                ))}
              </span>
              <span className={styles.name}>{set.name}</span>
              <span className={styles.count}>{sayCount(set)}</span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {sets?.length === 0 && <p className={styles.count}>Nothing is drawn yet.</p>}
      <Button size="compact-xs" onClick={() => view.setState({ isBoardOpen: true })}>
        Open the drawing board
      </Button>
    </div>
  );
}

function Pose({ pose }: { readonly pose: SketchSetSummary["poses"][number] }) {
  return (
    <svg viewBox="0 0 1 1" aria-hidden="true">
      {pose.map(({ name, x, y }: PosePoint) => (
        <circle key={name} cx={x} cy={y} r={0.06} />
      ))}
    </svg>
  );
}
