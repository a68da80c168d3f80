/** FactorRow: one factor as a slider of its values, with what is known of them, and a field to type one into. */

import { Loader } from "@mantine/core";
import { memo } from "react";
import { useStore } from "zustand";
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
  sayOffPrior,
  sayRange,
  writeFactor,
} from "../state/factor_units";
import type { OwnValue, Setting } from "../state/factors";
import { alphaOf } from "../state/picture";
import { numberOf } from "../state/readouts";
import { FOCUS } from "../state/view_commands";
import { notationOfWalk } from "../state/walk_units";
import { useApp, useFactorView, useForeignChange, useModel, useObservable, usePicture } from "./app";
import styles from "./FactorRow.module.css";
import { useDraft } from "./use_draft";
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
  const { editor, document, factors } = useApp();
  const { factor } = walk;
  const resolution = useModel()?.resolution ?? null;
  const alpha = useStore(document, ({ picture }) => (picture ? alphaOf(picture, walk.id) : 0));
  const own = useObservable(factors.own).get(walk.id) ?? null;
  const isClosed = useFactorView((state) => state.isClosed) && factor.attribute !== null;
  const setting = useSettingOf(walk.id);
  const isOwn = useIsOwn(own);
  const settled = own === null ? null : own.value + alpha;
  const draft = useDraft(settled ?? 0);
  const measured = useMeasured(walk, setting);
  const onForeignChange = useForeignChange();
  const notation = notationOfFactor(factor.unit);
  const ends = factorEnds(factor);
  const isHeld = draft.value !== settled;

  const label = (value: number) => `${walk.title} ${sayFactor(value, notation)}`;
  const target = (value: number) => [{ walk: walk.id, value }];
  const type = (value: number) => {
    draft.set(null);
    const isKnown = isOwn && value >= factor.low && value <= factor.high;
    const loop = factor.attribute === null ? "open" : "closed";
    void factors.set(label(value), target(value), { loop, isKnown });
  };
  const letGo = (value: number, act: symbol) => {
    draft.set(null);
    // Home is the picture's own value, whatever a network sees there; nothing is set off the prior.
    const isHome = value === own?.value;
    // From a value of another picture nothing can be predicted: the server is asked.
    if (!isHome && (!isOwn || (isClosed && sayOffPrior(value, factor) === null)))
      void factors.set(label(value), target(value), {
        loop: isClosed ? "closed" : "open",
        isKnown: isOwn,
        act,
      });
    else factors.commit(isHome ? walk.title : label(value), target(value), act);
  };

  return (
    <div className={styles.row} data-walk={walk.id} data-moved={alpha !== 0 || isHeld} data-stale={!isOwn}>
      <WalkTitle model={model} walk={walk} notation={notationOfWalk(walk, resolution)} />
      {setting?.state === "busy" ? <Loader size={14} aria-label="Measuring" /> : <span />}
      <NumberField
        label={`${walk.title}, value`}
        value={draft.value}
        min={-MOST}
        max={MOST}
        width={7}
        format={(value) => (own === null ? "–" : writeFactor(value, notation))}
        read={(text) => readFactor(text, factor.unit, resolution)}
        hint={`${sayExample(factor)} ${sayHow(factor)}`}
        onCommit={type}
      />
      <abbr className={styles.unit} title={notation.words}>
        {notation.isBefore ? "" : notation.unit}
      </abbr>
      <div className={styles.slider}>
        <ValueSlider
          id={isFirst ? FOCUS.sliders : undefined}
          label={walk.title}
          value={draft.value}
          low={ends.low}
          high={ends.high}
          home={own?.value ?? 0}
          step={(ends.high - ends.low) / STEPS}
          disabled={own === null}
          zones={zonesOf(factor, ends, own === null ? null : draft.value)}
          mark={isHeld ? null : measured}
          description={describe(factor, own, notation)}
          valueText={sayFactor(draft.value, notation)}
          onPreview={(value) => {
            draft.set(value);
            editor.preview(factors.moveTo(target(value)));
          }}
          onCommit={letGo}
          onCancel={() => {
            draft.set(null);
            editor.cancel();
          }}
          onForeignChange={onForeignChange}
        />
      </div>
      <Told setting={isHeld ? null : setting} walk={walk} notation={notation} value={own && draft.value} />
    </div>
  );
});

/** The last setting, if this factor was among those that were set. */
function useSettingOf(walk: string): Setting | null {
  const setting = useObservable(useApp().factors.setting);
  return setting?.targets.some((target) => target.walk === walk) ? setting : null;
}

/** Whether the value that is known is of the picture on the stage. */
function useIsOwn(own: OwnValue | null): boolean {
  const { factors } = useApp();
  const picture = usePicture();
  return own !== null && picture !== null && factors.isOf(own, picture);
}

/** What a network sees of the factor in the picture that is shown; null where none looks, or not yet. */
function useMeasured({ id, factor }: FactorWalk, setting: Setting | null): number | null {
  const { live } = useApp();
  const reading = useObservable(live.reading);
  const isOfShown = useObservable(live.isReadingOfShown);
  if (factor.attribute === null) return null;
  if (isOfShown) {
    const seen = numberOf(reading, factor.attribute)?.value;
    if (typeof seen === "number") return seen;
  }
  if (setting?.state !== "done") return null;
  return setting.answer.measured[setting.targets.findIndex(({ walk }) => walk === id)] ?? null;
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
    own && `This picture is at ${sayFactor(own.value, notation)} by itself (the tick).`,
    `The band is ±${sayFactor(rms, { ...notation, isSigned: false, isBefore: false })}: how sure the prediction is.`,
    sayHow(factor),
  ]
    .filter(Boolean)
    .join(" ");
}

function sayHow({ attribute }: FactorSummary): string {
  return attribute === null
    ? "No network measures it here: it is set by its own prediction."
    : "The arrow is what a network measures.";
}

interface ToldProps {
  readonly setting: Setting | null;
  readonly walk: FactorWalk;
  readonly notation: FactorNotation;
  /** Null until it is known. */
  readonly value: number | null;
}

/** What has to be said of the value: how setting it ended, or that pictures hardly lie there. */
function Told({ setting, walk, notation, value }: ToldProps) {
  const off = value === null ? null : sayOffPrior(value, walk.factor);
  const said = setting && saySetting(setting, walk, notation);
  const isBad = setting?.state === "failed";
  if (!said && off === null) return null;
  return (
    <p
      className={styles.told}
      role="status"
      data-bad={isBad}
      data-setting={setting?.state}
      title={sayRounds(setting)}
    >
      {said}
      {said && off && !isBad ? " " : ""}
      {!isBad && off && <span className={styles.off}>{off}</span>}
    </p>
  );
}

/** How a closed loop went. */
function sayRounds(setting: Setting | null): string | undefined {
  if (setting?.state !== "done" || !setting.answer.is_closed) return undefined;
  const { rounds } = setting.answer;
  return `Drawn, measured and corrected ${rounds === 1 ? "once" : `${rounds} times`}.`;
}

function saySetting(setting: Setting, walk: FactorWalk, notation: FactorNotation): string {
  if (setting.state === "busy") return walk.factor.attribute === null ? "Setting…" : "Measuring…";
  if (setting.state === "failed") return `${setting.told.sentence} ${setting.told.hint}`;
  const { targets, answer } = setting;
  const place = targets.findIndex((target) => target.walk === walk.id);
  const [predicted, measured] = [answer.predicted[place], answer.measured[place] ?? null];
  const about = answer.notes.filter((note) => note.walk === walk.id || (note.walk === null && place === 0));
  // What lies off is said of any value, set or dragged.
  const notes = about.filter(({ code }) => code !== "off_prior").map(({ sentence }) => sentence);
  const how =
    measured === null
      ? `Predicted ${sayFactor(predicted ?? 0, notation)}, not measured.`
      : `Measured ${writeFactor(measured, notation).trim()}, predicted ${writeFactor(predicted ?? 0, notation).trim()}.`;
  return [how, ...notes].join(" ");
}
