/** WalkPanel: every walk of the model as a slider, and the search for them while it goes on. */

import { Progress as Bar, Button, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import { duration } from "../controls/numbers";
import type { Edit, Progress, WalkSummary } from "../protocol/wire";
import { groupWalks } from "../state/catalog";
import { searchOf } from "../state/live";
import { withoutEdit } from "../state/picture";
import { useApp, useCatalog, useModel, useObservable, usePicture } from "./app";
import { CommandButton } from "./CommandButton";
import styles from "./WalkPanel.module.css";
import { WalkRow } from "./WalkRow";

const NO_WALKS: readonly WalkSummary[] = [];
const NO_IDS: readonly string[] = [];

export function WalkPanel() {
  const id = usePicture()?.model ?? "";
  const list = useCatalog((state) => state.walks[id]);
  const layers = useModel()?.layer_names;
  const walks = list?.walks ?? NO_WALKS;
  const first = useCatalog((state) => state.first[id]) ?? NO_IDS;
  const groups = useMemo(() => groupWalks(walks, first), [walks, first]);
  return (
    <aside className={styles.panel} aria-label="Sliders">
      <div className={styles.head}>
        <h2>Sliders</h2>
        <CommandButton id="reset" icon="reset" text="Reset all" />
      </div>
      <Search model={id} isComplete={list?.is_complete ?? false} hasSome={walks.length > 0} />
      <div className={styles.list}>
        {layers && <Strangers walks={walks} isComplete={list?.is_complete ?? false} />}
        {groups.map((group, place) => (
          <section key={group.id} aria-label={group.title}>
            <h3>{group.title}</h3>
            {group.walks.map((walk, row) => (
              <WalkRow key={walk.id} walk={walk} layers={layers ?? []} isFirst={place === 0 && row === 0} />
            ))}
          </section>
        ))}
      </div>
    </aside>
  );
}

interface SearchProps {
  readonly model: string;
  readonly isComplete: boolean;
  readonly hasSome: boolean;
}

/** How far the search for walks has come. */
function Search({ model, isComplete, hasSome }: SearchProps) {
  const { live, searchAgain } = useApp();
  const progress = useObservable(live.progress).get(searchOf(model));
  if (!progress) {
    if (isComplete && !hasSome) return <p className={styles.word}>This model has no sliders.</p>;
    return isComplete || hasSome ? null : <p className={styles.word}>Looking for sliders…</p>;
  }
  if (progress.failure !== null) {
    return (
      <div className={styles.failed} role="alert">
        <p>The search for sliders failed. {progress.failure}</p>
        <Button onClick={() => searchAgain(model)}>Search again</Button>
      </div>
    );
  }
  return (
    <div className={styles.search}>
      <p title={progress.label}>
        <span>Finding sliders</span>
        <span className={styles.left}>{timeLeft(progress)}</span>
      </p>
      <Bar value={progress.fraction * 100} size={4} color="var(--accent)" aria-label="Finding sliders" />
    </div>
  );
}

function timeLeft({ seconds_left, fraction }: Progress): string {
  return seconds_left === null ? `${Math.round(fraction * 100)} %` : `${duration(seconds_left)} left`;
}

interface StrangersProps {
  readonly walks: readonly WalkSummary[];
  readonly isComplete: boolean;
}

/** Edits whose walk this server does not have: nothing can be drawn until they are removed. */
function Strangers({ walks, isComplete }: StrangersProps) {
  const edits = usePicture()?.edits ?? [];
  if (!isComplete) return null;
  const strangers = edits.filter((edit) => !walks.some((walk) => walk.id === edit.walk));
  return strangers.map((edit) => <Stranger key={edit.walk} edit={edit} />);
}

function Stranger({ edit }: { readonly edit: Edit }) {
  const { editor } = useApp();
  return (
    <div className={styles.stranger}>
      <span>“{edit.walk}” is not on this server.</span>
      <UnstyledButton
        className={styles.remove}
        onClick={() => editor.commit(`Remove ${edit.walk}`, withoutEdit(edit.walk))}
      >
        Remove
      </UnstyledButton>
    </div>
  );
}
