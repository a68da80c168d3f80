/** FactorRow: one factor as a slider of its values, with what is known of them, and a field to type one into. */

import { Loader } from "@mantine/core";
import { memo } from "react";
import { NumberField } from "../controls/NumberField";
import { type SliderZone, ValueSlider } from "../controls/ValueSlider";
import type { FactorSummary } from "../protocol/wire";
import {
  type FactorNotation,
  type FactorWalk,
  factorEnds,
  notationOfFactor,
  readFactor,
  sayExample,
  sayFactor,
  sayRange,
  writeFactor,
} from "../state/factor_units";
import type { OwnValue } from "../state/factors";
import { FOCUS } from "../state/view_commands";
import { notationOfWalk } from "../state/walk_units";
import { useModel } from "./app";
import styles from "./FactorRow.module.css";
import { FactorTold, OutOfReach } from "./FactorTold";
import { useFactor } from "./use_factor";
import { WalkLock } from "./WalkLock";
import { WalkTitle } from "./WalkTitle";

/** Presses of an arrow key from one end of the range to the other. */
const STEPS = 100;

/** No value is typed that no picture could have; this only keeps numbers within what is sent. */
const MOST = 1e6;

export interface FactorRowProps {
  readonly model: string;
  readonly walk: FactorWalk;
  readonly isFirst: boolean;
}

export const FactorRow = memo(function FactorRow({ model, walk, isFirst }: FactorRowProps) {
  const { factor } = walk;
  const resolution = useModel()?.resolution ?? null;
  const hand = useFactor(walk);
  const { own, value, predicted, refused, setting } = hand;
  const notation = notationOfFactor(factor.unit);
  const ends = factorEnds(factor);
  return (
    <div
      className={styles.row}
      data-walk={walk.id}
      data-moved={hand.alpha !== 0 || hand.isHeld}
      data-stale={!hand.isOwn}
    >
      <WalkTitle model={model} walk={walk} notation={notationOfWalk(walk, resolution)} />
      {setting?.state === "busy" ? <Loader size={14} aria-label="Measuring" /> : <Known own={own} />}
      <NumberField
        label={`${walk.title}, value`}
        value={refused ?? value}
        min={-MOST}
        max={MOST}
        width={7}
        isWrong={refused !== null}
        format={(value) => (own === null && refused === null ? "–" : writeFactor(value, notation))}
        read={(text) => readFactor(text, factor.unit, resolution)}
        hint={`${sayExample(factor)} ${sayHow(own)}`}
        onCommit={hand.type}
        onGiveUp={hand.giveUp}
      />
      <abbr className={styles.unit} title={notation.words}>
        {notation.isBefore ? "" : notation.unit}
      </abbr>
      <div className={styles.slider}>
        <ValueSlider
          id={isFirst ? FOCUS.sliders : undefined}
          label={walk.title}
          value={value}
          low={ends.low}
          high={ends.high}
          home={own?.start ?? 0}
          step={(ends.high - ends.low) / STEPS}
          disabled={own === null}
          zones={zonesOf(factor, ends, hand.isHeld ? value : predicted)}
          mark={hand.isHeld || !own?.isMeasured ? null : predicted}
          knob={hand.knob}
          read={(text) => readFactor(text, factor.unit, resolution)}
          description={describe(factor, own, notation)}
          valueText={sayFactor(value, notation)}
          onPreview={hand.preview}
          onCommit={hand.letGo}
          onCancel={hand.cancel}
          onForeignChange={hand.onForeignChange}
        />
        <WalkLock walk={walk} />
      </div>
      {refused === null ? (
        <FactorTold setting={hand.told} walk={walk} notation={notation} value={own && value} />
      ) : (
        <OutOfReach walk={walk} notation={notation} value={refused} onSet={hand.type} />
      )}
    </div>
  );
});

/** Whether the number is what is seen in the picture, or a prediction alone. */
function Known({ own }: { readonly own: OwnValue | null }) {
  if (own === null || own.isMeasured) return <span />;
  return (
    <abbr className={styles.known} title={sayHow(own)} aria-label="Predicted">
      ≈
    </abbr>
  );
}

function zonesOf(
  { low, high, rms }: FactorSummary,
  ends: { readonly low: number; readonly high: number },
  value: number | null,
): readonly SliderZone[] {
  return [
    { kind: "doubtful", low: ends.low, high: low },
    { kind: "doubtful", low: high, high: ends.high },
    ...(value === null ? [] : [{ kind: "band", low: value - rms, high: value + rms } as const]),
  ];
}

/** What the drawing of the slider says, in words. */
function describe(factor: FactorSummary, own: OwnValue | null, notation: FactorNotation): string {
  const { low, high, rms } = factor;
  return [
    `Pictures lie from ${sayRange(low, high, notation)}; the hatched ends are off that.`,
    own && `This picture is at ${sayFactor(own.start, notation)} with no factor moved (the tick).`,
    `The band is ±${sayFactor(rms, { ...notation, isSigned: false, isBefore: false })}: how sure the prediction is.`,
    sayHow(own),
  ]
    .filter(Boolean)
    .join(" ");
}

function sayHow(own: OwnValue | null): string {
  if (own === null) return "";
  return own.isMeasured
    ? "The value is measured in this picture; the arrow is what the factor predicts."
    : "Nothing here measures it: the value is what the factor predicts.";
}
