/** LayerRangeSlider: two handles that choose the layers something acts on, by name. */

import { RangeSlider } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import styles from "./LayerRangeSlider.module.css";

/** Style rows from `start` up to, not including, `end`. */
export interface Rows {
  readonly start: number;
  readonly end: number;
}

export interface LayerRangeSliderProps {
  readonly label: string;
  readonly rows: Rows;
  /** For each style row, what reads it. */
  readonly names: readonly string[];
  readonly onPreview: (rows: Rows) => void;
  readonly onCommit: (rows: Rows) => void;
  /** It is taken away while a handle is in hand. */
  readonly onCancel?: () => void;
  /** Calls the listener when the rows change by another hand, which ends a drag; returns how to stop that. */
  readonly onForeignChange: (listener: () => void) => () => void;
}

export function LayerRangeSlider(props: LayerRangeSliderProps) {
  const { label, rows, names, onPreview, onCommit, onForeignChange } = props;
  const isMoving = useRef(false);
  const [interruptions, setInterruptions] = useState(0);
  const newest = useRef(interruptions);
  const [ends, setEnds] = useState<[number, number]>([rows.start, rows.end]);
  useEffect(() => setEnds([rows.start, rows.end]), [rows.start, rows.end]);
  useEffect(() =>
    onForeignChange(() => {
      if (!isMoving.current) return;
      isMoving.current = false;
      setEnds([rows.start, rows.end]);
      // Mantine's slider cannot be told to let go; another in its place has nothing in hand.
      newest.current += 1;
      setInterruptions(newest.current);
    }),
  );
  const giveUp = useRef(props.onCancel);
  useEffect(() => {
    giveUp.current = props.onCancel;
  });
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
      if (isMoving.current) giveUp.current?.();
    };
  }, []);
  // A slider that was replaced, or taken away, still tells of its last move, and of the release.
  const isReplaced = () => isGone.current || interruptions !== newest.current;
  const [start, end] = ends;

  return (
    <div>
      <RangeSlider
        key={interruptions}
        min={0}
        max={names.length}
        minRange={1}
        step={1}
        size={4}
        thumbSize={14}
        label={null}
        marks={names.map((_, row) => ({ value: row })).concat({ value: names.length })}
        classNames={{ mark: styles.mark ?? "", thumb: styles.thumb ?? "", track: styles.track ?? "" }}
        thumbFromLabel={`${label}: first layer`}
        thumbToLabel={`${label}: last layer`}
        thumbProps={(index) => ({
          "aria-valuetext": (index === 0 ? names[start] : names[end - 1]) ?? "",
        })}
        value={ends}
        onChange={(next) => {
          if (isReplaced()) return;
          isMoving.current = true;
          setEnds(next);
          onPreview({ start: next[0], end: next[1] });
        }}
        onChangeEnd={(next) => {
          if (isReplaced()) return;
          isMoving.current = false;
          onCommit({ start: next[0], end: next[1] });
        }}
      />
      <div className={styles.names}>
        <span>{names[start]}</span>
        <span>{end - start === 1 ? "one layer" : `${end - start} layers`}</span>
        <span>{names[end - 1]}</span>
      </div>
    </div>
  );
}
