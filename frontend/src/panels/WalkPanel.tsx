/** WalkPanel: every walk of the model as a slider, and the search for them while it goes on. */

import { Progress as Bar, Button, UnstyledButton } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { duration } from "../controls/numbers";
import type { Edit, Progress, WalkSummary } from "../protocol/wire";
import { groupWalks, HIDDEN, isOfOtherClass, type WalkGroup } from "../state/catalog";
import { isFactorWalk } from "../state/factor_units";
import { searchOf } from "../state/live";
import { findEdit, withoutEdit } from "../state/picture";
import { regionWalks } from "../state/regions";
import { matching, recentlyUsed, sorted } from "../state/sliders";
import { useApp, useCatalog, useModel, useObservable, usePicture, useSliderView, useView } from "./app";
import { CommandButton } from "./CommandButton";
import { FactorPanel, useHasFactors } from "./FactorPanel";
import { FactorRow } from "./FactorRow";
import { MapPanel } from "./MapPanel";
import { SliderTools } from "./SliderTools";
import { useHasZ } from "./use_has_z";
import { BringButton, DropArea, Removed } from "./WalkFiles";
import styles from "./WalkPanel.module.css";
import { WalkRow } from "./WalkRow";
import { Word } from "./Word";

const NO_WALKS: readonly WalkSummary[] = [];
const NO_IDS: readonly string[] = [];

/** With so many sliders in sight, further groups are folded up. */
const ENOUGH = 12;

export function WalkPanel() {
  const { regions, document } = useApp();
  const picture = usePicture();
  const hasZ = useHasZ(picture);
  const id = picture?.model ?? "";
  const list = useCatalog((state) => state.walks[id]);
  const layers = useModel()?.layer_names;
  const walks = list?.walks ?? NO_WALKS;
  const first = useCatalog((state) => state.first[id]) ?? NO_IDS;
  const classIndex = picture?.class_index ?? null;
  const moved = picture?.edits.map(({ walk }) => walk).join(" ") ?? "";
  const found = useObservable(regions.all);
  const query = useSliderView((state) => state.query);
  const sort = useSliderView((state) => state.sort);
  // As it was when that order was chosen: a slider must not leave the hand that has just used it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen anew with the order, the search and the model
  const recent = useMemo(() => recentlyUsed(document.getState()), [document, sort, query, id]);
  const hasFactors = useHasFactors();
  const groups = useMemo(() => {
    const inRegion = regionWalks(found);
    // A walk of another class is of no use here, unless the picture is moved along it.
    const isMoved = (walk: WalkSummary) => moved.split(" ").includes(walk.id);
    const isOfUse = (walk: WalkSummary) =>
      // Factors stand by themselves, unless somebody hid them.
      (!isFactorWalk(walk) || walk.is_hidden) &&
      (walk.method === "region"
        ? // One that was found for a region stands there, and here once it is kept.
          walk.is_pinned || (isMoved(walk) && !inRegion.has(walk.id))
        : !isOfOtherClass(walk, classIndex) || isMoved(walk));
    const wanted = matching(walks.filter(isOfUse), query);
    if (sort === "group") return groupWalks(wanted, first);
    const inOrder = sorted(wanted, sort, recent);
    return inOrder.length === 0 ? [] : [{ id: "sorted", title: "All sliders", walks: inOrder }];
  }, [walks, first, classIndex, moved, found, query, sort, recent]);
  return (
    <aside className={styles.panel} aria-label="Sliders">
      <div className={styles.head}>
        <h2>
          <Word of="latent">Sliders</Word>
        </h2>
        <span className={styles.tools}>
          {id !== "" && <BringButton />}
          <CommandButton id="reset" icon="reset" text="Reset all" />
        </span>
      </div>
      <SliderTools count={groups.reduce((sum, group) => sum + group.walks.length, 0)} />
      <Search model={id} isComplete={list?.is_complete ?? false} hasSome={walks.length > 0} />
      <Removed model={id} />
      <DropArea>
        {layers && <Strangers walks={walks} isComplete={list?.is_complete ?? false} />}
        <MapPanel />
        <FactorPanel />
        {query !== "" && groups.length === 0 && <p className={styles.none}>No slider of that name.</p>}
        {groups.map((group, place) => (
          <Group
            key={group.id}
            group={group}
            above={countAbove(groups, place)}
            isSought={query !== "" || sort !== "group"}
          >
            {group.walks.map((walk, row) =>
              isFactorWalk(walk) ? (
                <FactorRow key={walk.id} model={id} walk={walk} isFirst={false} />
              ) : (
                <WalkRow
                  key={walk.id}
                  model={id}
                  walk={walk}
                  layers={layers ?? []}
                  isFirst={!hasFactors && place === 0 && row === 0}
                  hasZ={hasZ}
                />
              ),
            )}
          </Group>
        ))}
      </DropArea>
    </aside>
  );
}

/** Sliders that a hand passes before it comes to a group. */
function countAbove(groups: readonly WalkGroup[], place: number): number {
  return groups.slice(0, place).reduce((sum, { walks }) => sum + walks.length, 0);
}

interface GroupProps {
  readonly group: WalkGroup;
  readonly above: number;
  /** Whether it is what a hand has asked for by a name or an order. */
  readonly isSought: boolean;
  readonly children: ReactNode;
}

/** Open: while few sliders stand above, those that move the picture, and what a hand opened. */
function Group({ group, above, isSought, children }: GroupProps) {
  const { view } = useApp();
  const picture = usePicture();
  const chosen = useView((state) => state.folds[group.id]);
  const isMoved = group.walks.some((walk) => picture && findEdit(picture, walk.id));
  // A slider that comes home does not fold its group under the hand.
  const [wasMoved, setWasMoved] = useState(isMoved);
  if (isMoved && !wasMoved) setWasMoved(true);
  const isOpen = isSought || (chosen ?? ((above < ENOUGH && group.id !== HIDDEN) || wasMoved));
  const keep = (open: boolean) => {
    if (open !== isOpen) view.setState(({ folds }) => ({ folds: { ...folds, [group.id]: open } }));
  };
  return (
    <section aria-label={group.title}>
      <details className={styles.fold} open={isOpen} onToggle={(event) => keep(event.currentTarget.open)}>
        <summary title={group.hint ?? group.title}>
          <h3>{group.title}</h3> ({group.walks.length})
        </summary>
        <div className={styles.rows}>{children}</div>
      </details>
    </section>
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
  const { regions } = useApp();
  const edits = usePicture()?.edits ?? [];
  // The shelf may not have been asked yet for what was found a moment ago.
  const found = regionWalks(useObservable(regions.all));
  if (!isComplete) return null;
  const strangers = edits.filter(
    (edit) => !found.has(edit.walk) && !walks.some(({ id }) => id === edit.walk),
  );
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
