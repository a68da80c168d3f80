/** WalkRow: one walk as a slider, with its name, its value and unit, and what it does. */

import { memo } from "react";
import { useStore } from "zustand";
import { NumberField } from "../controls/NumberField";
import { signed } from "../controls/numbers";
import { ValueSlider } from "../controls/ValueSlider";
import type { WalkSummary } from "../protocol/wire";
import { sayLoose } from "../state/overlaps";
import { alphaOf, withAlpha } from "../state/picture";
import { FOCUS } from "../state/view_commands";
import {
  notationOfWalk,
  readStrength,
  sayBeyond,
  sayStrength,
  sayTyped,
  sayZones,
  sliderEnds,
  trackZones,
  type WalkNotation,
} from "../state/walk_units";
import { useApp, useCatalog, useForeignChange, useModel, useObservable, useSliderView } from "./app";
import { useDraft } from "./use_draft";
import { WalkEnd } from "./WalkEnd";
import { WalkLock } from "./WalkLock";
import styles from "./WalkRow.module.css";
import { WalkTitle } from "./WalkTitle";
import { WalkTruth } from "./WalkTruth";

/** Presses of an arrow key from one end of the range to the other. */
const STEPS = 100;

const NO_Z = "It moves z, and of this picture only w is known.";

export interface WalkRowProps {
  readonly model: string;
  readonly walk: WalkSummary;
  readonly layers: readonly string[];
  readonly isFirst: boolean;
  /** Whether the picture has a z that it could move. */
  readonly hasZ?: boolean;
}

export const WalkRow = memo(function WalkRow(props: WalkRowProps) {
  const { model, walk, layers, isFirst, hasZ = true } = props;
  const { editor, document } = useApp();
  const settled = useStore(document, ({ picture }) => (picture ? alphaOf(picture, walk.id) : 0));
  const draft = useDraft(settled, walk.id);
  const showsEnds = useSliderView((state) => state.showsEnds);
  const onForeignChange = useForeignChange();
  // The slider and the document count in alpha; people read and write what that moves.
  const notation = notationOfWalk(walk, useModel()?.resolution ?? null);
  const ends = sliderEnds(walk);
  const beyond = sayBeyond(draft.value, walk, notation);
  const lacksZ = walk.space === "z" && !hasZ;
  if (lacksZ && settled === 0) {
    return (
      <div className={styles.row} data-walk={walk.id}>
        <WalkTitle model={model} walk={walk} notation={notation} />
        <p className={styles.beyond}>{NO_Z}</p>
      </div>
    );
  }
  const end = (alpha: number) => (
    <WalkEnd
      walk={walk.id}
      alpha={alpha}
      title={`${walk.title}: to ${sayStrength(alpha, notation)}`}
      onChoose={() => commit(alpha)}
    />
  );
  const commit = (alpha: number, act?: symbol) => {
    draft.set(null);
    editor.commit(walk.title, withAlpha(walk.id, alpha), act);
  };
  const preview = (alpha: number) => {
    draft.set(alpha);
    editor.preview(withAlpha(walk.id, alpha));
  };
  const cancel = () => {
    draft.set(null);
    editor.cancel();
  };
  const step = (ends.high - ends.low) / STEPS;
  return (
    <div className={styles.row} data-walk={walk.id} data-moved={draft.value !== 0}>
      <WalkTitle model={model} walk={walk} notation={notation} />
      <NumberField
        label={`${walk.title}, value`}
        value={draft.value}
        min={-walk.furthest}
        max={walk.furthest}
        width={7}
        format={(alpha) => write(alpha, notation)}
        read={(text) => readStrength(text, notation)}
        hint={sayTyped(walk, notation)}
        step={step}
        onPreview={preview}
        onGiveUp={cancel}
        onCommit={commit}
      />
      <abbr className={styles.unit} title={notation.words}>
        {notation.isRatio ? "" : notation.unit}
      </abbr>
      <WalkTruth model={model} walk={walk} layers={layers} notation={notation} />
      <div className={styles.slider} data-ends={showsEnds}>
        {showsEnds && end(ends.low)}
        <ValueSlider
          id={isFirst ? FOCUS.sliders : undefined}
          label={walk.title}
          value={draft.value}
          low={ends.low}
          high={ends.high}
          home={0}
          step={step}
          zones={trackZones(walk)}
          knob={draft.knob}
          read={(text) => readStrength(text, notation)}
          description={sayZones(walk, notation)}
          valueText={sayStrength(draft.value, notation)}
          onPreview={preview}
          onCommit={commit}
          onCancel={cancel}
          onForeignChange={onForeignChange}
        />
        {showsEnds && end(ends.high)}
        <WalkLock walk={walk} />
      </div>
      {draft.value !== 0 && <Loose model={model} walk={walk} />}
      {lacksZ && (
        <p className={styles.beyond} role="status">
          {NO_Z} Bring it back to zero.
        </p>
      )}
      {beyond !== null && (
        <p className={styles.beyond} role="status">
          {beyond}
        </p>
      )}
    </div>
  );
});

/** Says which locks do not hold a slider that is moved. */
function Loose({ model, walk }: Pick<WalkRowProps, "model" | "walk">) {
  const { overlaps } = useApp();
  const overlap = useObservable(overlaps.found).get(walk.id);
  const walks = useCatalog((state) => state.walks[model]?.walks);
  const said = sayLoose(overlap, walks ?? []);
  if (said.length === 0) return null;
  return (
    <p className={styles.loose} role="status">
      {said.join(" ")}
    </p>
  );
}

function write(alpha: number, { isRatio, unit, show, digits }: WalkNotation): string {
  return isRatio ? `${unit}${show(alpha).toFixed(digits)}` : signed(show(alpha), digits);
}
