/** FactorPad: two factors at once, as the place of a point on a square. */

import { Select } from "@mantine/core";
import { useState } from "react";
import { Pad, type PadPoint } from "../controls/Pad";
import {
  type FactorWalk,
  factorEnds,
  isDownward,
  isInReach,
  notationOfFactor,
  sayEdit,
  sayFactor,
  writeFactor,
} from "../state/factor_units";
import type { OwnValue, Setting } from "../state/factors";
import { alphaOf } from "../state/picture";
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

/** Where the picture is in two factors, and where it was before any factor moved. */
function usePlace({ x, y }: TwoProps) {
  const { factors } = useApp();
  const picture = usePicture();
  const own = useObservable(factors.own);
  const setting = useObservable(factors.setting);
  const both = [own.get(x.id) ?? NOWHERE, own.get(y.id) ?? NOWHERE] as const;
  const [right, down] = picture ? [alphaOf(picture, x.id), alphaOf(picture, y.id)] : [0, 0];
  const pointOf = (of: (own: OwnValue) => number): PadPoint => [of(both[0]), of(both[1])];
  const movedOf = (of: (own: OwnValue) => number): PadPoint => [of(both[0]) + right, of(both[1]) + down];
  return {
    isKnown: !both.includes(NOWHERE),
    isOwn: both.every((each) => picture !== null && factors.isOf(each, picture)),
    isMeasured: both.some(({ isMeasured }) => isMeasured),
    home: pointOf(({ start }) => start),
    /** Without the edits of these two. */
    bare: pointOf(({ value }) => value),
    settled: movedOf(({ value }) => value),
    predicted: movedOf(({ predicted }) => predicted),
    // What was asked for stands there while it is being found.
    asked: askedOf(setting, x, y),
  };
}

const NOWHERE: OwnValue = { value: 0, predicted: 0, isMeasured: false, start: 0, of: "" };

function TwoFactors({ x, y }: TwoProps) {
  const { editor, factors } = useApp();
  const isClosed = useFactorView((state) => state.isClosed);
  const place = usePlace({ x, y });
  const { home } = place;
  const [draft, setDraft] = useState<PadPoint | null>(null);
  const onForeignChange = useForeignChange();
  const point = draft ?? place.asked ?? place.settled;
  // Back at the tick, both go without their edits.
  const goal = (to: PadPoint): PadPoint => (isAt(to, home) ? place.bare : to);
  const targets = ([left, down]: PadPoint) => [
    { walk: x.id, value: left },
    { walk: y.id, value: down },
  ];
  const [xNotation, yNotation] = [notationOfFactor(x.factor.unit), notationOfFactor(y.factor.unit)];
  const say = ([left, down]: PadPoint) =>
    `${x.title} ${sayFactor(left, xNotation)}, ${y.title} ${sayFactor(down, yNotation)}`;
  const canMeasure = x.factor.attribute !== null || y.factor.attribute !== null;
  const letGo = (to: PadPoint, act: symbol) => {
    setDraft(null);
    const isHome = isAt(to, home);
    const isOn = isInReach(to[0], x.factor) && isInReach(to[1], y.factor);
    const loop = isClosed && canMeasure ? "closed" : "open";
    // From values of another picture nothing can be predicted: the server is asked.
    if (!isHome && (!place.isOwn || (loop === "closed" && isOn)))
      void factors.set(say(to), targets(to), { loop, isKnown: place.isOwn, act });
    else factors.commit(say(to), targets(goal(to)), act);
  };
  const isOff = !isInReach(point[0], x.factor) || !isInReach(point[1], y.factor);
  return (
    <>
      <Pad
        label={`${x.title} and ${y.title}`}
        x={axisOf(x, point[0], home[0])}
        y={axisOf(y, point[1], home[1])}
        isDown={isDownward(y.factor)}
        valueText={say(point)}
        description={`Drag the point, or use the arrow keys. The darker, the more pictures lie there by themselves; the hatched edge is off that. ${place.isMeasured ? "The point is where the picture is measured, the cross where it is predicted." : "The point is where the picture is predicted: nothing here measures it."}`}
        areas={RINGS.map((ring) => outlineOf(x, y, ring))}
        plain={{ from: [x.factor.low, y.factor.low], to: [x.factor.high, y.factor.high] }}
        mark={place.isMeasured && point === place.settled ? place.predicted : null}
        disabled={!place.isKnown}
        onPreview={(to) => {
          setDraft(to);
          editor.preview(factors.moveTo(targets(goal(to))));
        }}
        onCommit={letGo}
        onCancel={() => {
          setDraft(null);
          editor.cancel();
        }}
        onForeignChange={onForeignChange}
      />
      <p className={styles.padWords} role="status">
        {place.isKnown ? sayShort(x, y, point) : "Waiting for this picture's values…"}
        {isOff && place.isKnown && <span className={styles.off}>: hardly any pictures lie there</span>}
      </p>
    </>
  );
}

function isAt(one: PadPoint, other: PadPoint): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

/** The point that is being set; null where none is, or another factor alone. */
function askedOf(setting: Setting | null, x: FactorWalk, y: FactorWalk): PadPoint | null {
  if (setting?.state !== "busy") return null;
  const [left, down] = [x, y].map(({ id }) => setting.targets.find(({ walk }) => walk === id)?.value);
  return left === undefined || down === undefined ? null : [left, down];
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
