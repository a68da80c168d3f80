/** BoardStrip: all drawings of the set in a row; one is under the pen. */

import { UnstyledButton } from "@mantine/core";
import { type KeyboardEvent, memo, useEffect, useRef, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { drawInto } from "../stage/board_layer";
import {
  activeOf,
  type BoardKind,
  MAX_SKETCHES,
  type Sketch,
  withAdded,
  withMoved,
  withRemoved,
} from "../state/board";
import { useApp, useBoard, useObservable } from "./app";
import styles from "./BoardStrip.module.css";

export function BoardStrip() {
  const { board, nearest } = useApp();
  const parts = useObservable(nearest.found)?.parts;
  const sketches = useBoard((state) => state.sketches);
  const active = useBoard((state) => state.active);
  const kind = useBoard((state) => state.kind);
  const [carried, setCarried] = useState<number | null>(null);
  // Told many times a second while samples are looked at, and alike each time.
  const colors = kind === "labels" ? (parts ?? []).map(({ color }) => color).join(" ") : "";
  const isFull = sketches.length >= MAX_SKETCHES;
  const reorder = (event: KeyboardEvent, place: number) => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    if (event.altKey || event.shiftKey) board.setState((state) => withMoved(state, place, place + by));
    else board.setState({ active: Math.min(sketches.length - 1, Math.max(0, place + by)) });
  };
  return (
    <div className={styles.strip}>
      <ul className={styles.sketches} aria-label="Sketches of this set">
        {sketches.map((sketch, place) => (
          <li
            key={sketch.key}
            draggable
            onDragStart={() => setCarried(place)}
            onDragOver={(event) => carried !== null && event.preventDefault()}
            onDrop={(event) => {
              if (carried === null) return;
              event.preventDefault();
              event.stopPropagation();
              board.setState((state) => withMoved(state, carried, place));
              setCarried(null);
            }}
            onDragEnd={() => setCarried(null)}
          >
            <UnstyledButton
              className={styles.sketch}
              aria-label={`Sketch ${place + 1}`}
              aria-current={place === active}
              title={`Sketch ${place + 1}: Shift with an arrow key moves it in the row`}
              onClick={() => board.setState({ active: place })}
              onKeyDown={(event) => reorder(event, place)}
            >
              <Small sketch={sketch} kind={kind} colors={colors} />
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <div className={styles.row}>
        <span className={styles.count}>
          {active + 1} of {sketches.length}
        </span>
        <IconButton
          icon="plus"
          label={isFull ? `A set holds at most ${MAX_SKETCHES} sketches` : "Add a sketch"}
          disabled={isFull}
          onClick={() => board.setState((state) => withAdded(state, null))}
        />
        <IconButton
          icon="gallery"
          label="Duplicate this sketch"
          disabled={isFull}
          onClick={() =>
            board.setState((state) => {
              const { image, pose } = activeOf(state);
              return withAdded(state, { image, pose });
            })
          }
        />
        <IconButton
          icon="trash"
          label="Delete this sketch"
          onClick={() => board.setState((state) => withRemoved(state, state.active))}
        />
      </div>
    </div>
  );
}

interface SmallProps {
  readonly sketch: Sketch;
  readonly kind: BoardKind;
  /** Of labels by number, with blanks between them. */
  readonly colors: string;
}

const Small = memo(function Small({ sketch, kind, colors }: SmallProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { image } = sketch;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (canvas.current && context)
      drawInto(context, canvas.current, image, colors.split(" ").filter(Boolean));
  }, [image, colors]);
  if (kind === "pose") {
    return (
      <svg viewBox="0 0 1 1" aria-hidden="true">
        {sketch.pose.map(({ name, x, y }) => (
          <circle key={name} cx={x} cy={y} r={0.06} />
        ))}
      </svg>
    );
  }
  return <canvas ref={canvas} width={0} height={0} />;
});
