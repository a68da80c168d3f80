/** FactorPad: two factors at once, as the place of a point on a square. */

import { Select } from "@mantine/core";
import { useState } from "react";
import { Pad, type PadPoint } from "../controls/Pad";
import {
  type FactorWalk,
  factorEnds,
  isDownward,
  notationOfFactor,
  sayEdit,
  sayFactor,
  sayOffPrior,
  writeFactor,
} from "../state/factor_units";
import { alphaOf } from "../state/picture";
import { numberOf } from "../state/readouts";
import { useApp, useFactorView, useForeignChange, useObservable, usePicture } from "./app";
import styles from "./FactorPanel.module.css";

const STEPS = 50;

/** Of the prior: outlines of 1, 2 and 3 standard deviations. */
const RINGS = [3, 2, 1] as const;
const POINTS = 48;

export interface FactorPadProps {
  /** At least two. */
  readonly walks: readonly FactorWalk[];
}

export function FactorPad({ walks }: FactorPadProps) {
  const [first, second] = useFactorView((state) => state.pad);
  const x = walks.find(({ factor }) => factor.edit === first) ?? walks[0];
  const others = walks.filter((walk) => walk !== x);
  const y = others.find(({ factor }) => factor.edit === second) ?? others[0];
  if (!x || !y) return null;
  return (
    <div className={styles.padRoom}>
      {walks.length > 2 && <Choice walks={walks} x={x} y={y} />}
      <TwoFactors key={`${x.id} ${y.id}`} x={x} y={y} />
    </div>
  );
}

interface TwoProps {
  readonly x: FactorWalk;
  readonly y: FactorWalk;
}

/** Which factor goes across, and which up and down. */
function Choice({ walks, x, y }: FactorPadProps & TwoProps) {
  const { factorView } = useApp();
  const data = [...new Map(walks.map((walk) => [walk.factor.edit, walk.title]))].map(([value, label]) => ({
    value,
    label,
  }));
  const edits = [x.factor.edit, y.factor.edit] as const;
  const choose = (place: 0 | 1, edit: string | null) => {
    if (edit === null) return;
    // The other takes what this one leaves.
    const other = edits[1 - place] === edit ? edits[place] : (edits[1 - place] ?? edit);
    factorView.setState({ pad: place === 0 ? [edit, other] : [other, edit] });
  };
  return (
    <div className={styles.axes}>
      {(["Across", "Up and down"] as const).map((label, place) => (
        <Select
          key={label}
          size="xs"
          label={label}
          data={data}
          value={edits[place] ?? null}
          allowDeselect={false}
          onChange={(edit) => choose(place === 0 ? 0 : 1, edit)}
        />
      ))}
    </div>
  );
}

function TwoFactors({ x, y }: TwoProps) {
  const { editor, factors, live } = useApp();
  const picture = usePicture();
  const own = useObservable(factors.own);
  const reading = useObservable(live.reading);
  const isOfShown = useObservable(live.isReadingOfShown);
  const isClosed = useFactorView((state) => state.isClosed);
  const [draft, setDraft] = useState<PadPoint | null>(null);
  const onForeignChange = useForeignChange();
  const [a, b] = [own.get(x.id), own.get(y.id)];
  const home: PadPoint = [a?.value ?? 0, b?.value ?? 0];
  const settled: PadPoint = picture
    ? [home[0] + alphaOf(picture, x.id), home[1] + alphaOf(picture, y.id)]
    : home;
  const point = draft ?? settled;
  const targets = ([left, down]: PadPoint) => [
    { walk: x.id, value: left },
    { walk: y.id, value: down },
  ];
  const [xNotation, yNotation] = [notationOfFactor(x.factor.unit), notationOfFactor(y.factor.unit)];
  const say = ([left, down]: PadPoint) =>
    `${x.title} ${sayFactor(left, xNotation)}, ${y.title} ${sayFactor(down, yNotation)}`;
  const seen = [x, y].map(({ factor }) =>
    factor.attribute !== null && isOfShown ? (numberOf(reading, factor.attribute)?.value ?? null) : null,
  );
  const isMeasured = x.factor.attribute !== null || y.factor.attribute !== null;
  const letGo = (to: PadPoint, act: symbol) => {
    setDraft(null);
    const isHome = to[0] === home[0] && to[1] === home[1];
    const isOn = sayOffPrior(to[0], x.factor) === null && sayOffPrior(to[1], y.factor) === null;
    const isOwn = [a, b].every((own) => own && picture && factors.isOf(own, picture));
    const loop = isClosed && isMeasured ? "closed" : "open";
    // From values of another picture nothing can be predicted: the server is asked.
    if (!isHome && (!isOwn || (loop === "closed" && isOn)))
      void factors.set(say(to), targets(to), { loop, isKnown: isOwn, act });
    else factors.commit(say(to), targets(to), act);
  };
  const isOff = sayOffPrior(point[0], x.factor) !== null || sayOffPrior(point[1], y.factor) !== null;
  return (
    <>
      <Pad
        label={`${x.title} and ${y.title}`}
        x={axisOf(x, point[0], home[0])}
        y={axisOf(y, point[1], home[1])}
        isDown={isDownward(y.factor)}
        valueText={say(point)}
        description="Drag the point, or use the arrow keys. The darker, the more pictures lie there by themselves; the hatched edge is off that."
        areas={RINGS.map((ring) => outlineOf(x, y, ring))}
        plain={{ from: [x.factor.low, y.factor.low], to: [x.factor.high, y.factor.high] }}
        mark={
          draft === null && typeof seen[0] === "number" && typeof seen[1] === "number"
            ? [seen[0], seen[1]]
            : null
        }
        disabled={!a || !b}
        onPreview={(to) => {
          setDraft(to);
          editor.preview(factors.moveTo(targets(to)));
        }}
        onCommit={letGo}
        onCancel={() => {
          setDraft(null);
          editor.cancel();
        }}
        onForeignChange={onForeignChange}
      />
      <p className={styles.padWords} role="status">
        {a && b ? sayShort(x, y, point) : "Waiting for this picture's values…"}
        {isOff && a && b && <span className={styles.off}>: hardly any pictures lie there</span>}
      </p>
    </>
  );
}

/** `x +0.035, y +0.024`: the rows beneath have the units. */
function sayShort(x: FactorWalk, y: FactorWalk, [left, down]: PadPoint): string {
  const say = ({ factor }: FactorWalk, value: number) =>
    `${sayEdit(factor.edit).name} ${writeFactor(value, notationOfFactor(factor.unit)).trim()}`;
  return `${say(x, left)}, ${say(y, down)}`;
}

function axisOf({ title, factor }: FactorWalk, value: number, home: number) {
  const ends = factorEnds(factor);
  const { name } = sayEdit(factor.edit);
  return { name: name || title, ...ends, value, home, step: (ends.high - ends.low) / STEPS };
}

/** Where pictures lie that are so many standard deviations from the middle in both factors together. */
function outlineOf(x: FactorWalk, y: FactorWalk, ring: number): readonly PadPoint[] {
  return Array.from({ length: POINTS }, (_, place) => {
    const turn = (2 * Math.PI * place) / POINTS;
    return [valueAt(x, ring * Math.cos(turn)), valueAt(y, ring * Math.sin(turn))] as const;
  });
}

/** The value at a position of the prior, in standard deviations; low and high lie at 3 of them. */
function valueAt({ factor: { low, high } }: FactorWalk, position: number): number {
  return low + ((position + 3) / 6) * (high - low);
}
