/** BoardPaper: the sheet of paper itself: what is traced, the drawing, and the hand over it. */

import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { addressOf } from "../protocol/address";
import type { Point } from "../stage/mask_tools";
import { activeOf, withActive, withContent } from "../state/board";
import { firstPicture } from "../state/picture";
import { useApp, useBoard, useModel, useObservable, usePicture } from "./app";
import styles from "./BoardPaper.module.css";
import { PictureImage } from "./PictureImage";

/** A press of an arrow key, a share of the side; with Shift a fine one. */
const [STEP, FINE] = [0.02, 0.004];
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function BoardPaper() {
  const kind = useBoard((state) => state.kind);
  const isInkShown = useBoard((state) => state.isInkShown);
  return (
    <div className={styles.easel}>
      <div className={styles.paper} data-kind={kind}>
        <Traced />
        {kind === "pose" ? isInkShown && <Skeleton /> : <Drawing isShown={isInkShown} />}
      </div>
    </div>
  );
}

function Traced() {
  const trace = useBoard((state) => state.trace);
  const opacity = useBoard((state) => state.traceOpacity);
  const isShown = useBoard((state) => state.isTraceShown);
  const picture = usePicture();
  const model = useModel();
  if (trace.kind === "none" || !isShown || !picture || !model) return null;
  return (
    <div className={styles.traced} style={{ opacity }}>
      {trace.kind === "map" ? (
        <img src={addressOf(`/api/thumbnails/${trace.thumbnail}`)} alt="" draggable={false} />
      ) : (
        <PictureImage
          className={styles.whole ?? ""}
          picture={trace.kind === "sample" ? { ...firstPicture(model, trace.seed), psi: 1 } : picture}
        />
      )}
    </div>
  );
}

/** Where a pointer is on the paper, 0 to 1 each way. */
function pointOf(event: { readonly clientX: number; readonly clientY: number }, element: Element): Point {
  const box = element.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
}

function Drawing({ isShown }: { readonly isShown: boolean }) {
  const { attachBoard, boardDesk } = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const hand = useRef<number | null>(null);
  const count = useBoard((state) => state.sketches.length);
  const active = useBoard((state) => state.active);
  // A pen that the arrow keys move, and the space bar sets down; null: nobody draws by keys.
  const [pen, setPen] = useState<(Point & { readonly isDown: boolean }) | null>(null);
  useEffect(() => {
    if (!canvas.current) return;
    const layer = attachBoard(canvas.current);
    return () => {
      // Of a board that is closed under the hand the stroke is kept.
      boardDesk.end();
      layer.dispose();
    };
  }, [attachBoard, boardDesk]);

  const begin = (event: PointerEvent<HTMLCanvasElement>) => {
    // A second finger ends the stroke: it means something else.
    if (hand.current !== null) return cancel();
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    hand.current = event.pointerId;
    setPen(null);
    boardDesk.begin(pointOf(event, event.currentTarget));
  };
  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    if (hand.current !== event.pointerId) return;
    const { nativeEvent, currentTarget } = event;
    const all = nativeEvent.getCoalescedEvents?.() ?? [];
    boardDesk.move((all.length > 0 ? all : [nativeEvent]).map((each) => pointOf(each, currentTarget)));
  };
  const end = (event: PointerEvent<HTMLCanvasElement>) => {
    if (hand.current !== event.pointerId) return;
    hand.current = null;
    boardDesk.end();
  };
  const cancel = () => {
    hand.current = null;
    boardDesk.cancel();
  };
  const press = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (event.key === " ") {
      event.preventDefault();
      const at = pen ?? { x: 0.5, y: 0.5, isDown: false };
      if (at.isDown) boardDesk.end();
      else boardDesk.begin(at);
      setPen({ ...at, isDown: !at.isDown });
      return;
    }
    if (!arrow) return;
    event.preventDefault();
    const step = event.shiftKey ? FINE : STEP;
    const at = pen ?? { x: 0.5, y: 0.5, isDown: false };
    const next = { ...at, x: within(at.x + step * arrow[0]), y: within(at.y + step * arrow[1]) };
    if (at.isDown) boardDesk.move([next]);
    setPen(next);
  };
  return (
    <>
      <canvas
        ref={canvas}
        className={styles.ink}
        data-shown={isShown}
        width={0}
        height={0}
        tabIndex={0}
        role="img"
        aria-label={`Sketch ${active + 1} of ${count}: arrow keys move the pen, the space bar sets it down and lifts it`}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={cancel}
        onKeyDown={press}
        onBlur={() => {
          if (pen?.isDown) boardDesk.end();
          setPen(null);
        }}
      />
      {pen && (
        <span
          className={styles.pen}
          data-down={pen.isDown}
          style={{ left: `${100 * pen.x}%`, top: `${100 * pen.y}%`, width: `${100 * boardDesk.width}%` }}
        />
      )}
    </>
  );
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Points of a pose, to be dragged; lines only join what belongs together. */
function Skeleton() {
  const { board, nearest } = useApp();
  const sketch = useBoard(activeOf);
  const parts = useObservable(nearest.found)?.parts ?? [];
  const [dragged, setDragged] = useState<{ readonly name: string; readonly at: Point } | null>(null);
  const pose = sketch.pose.map((point) =>
    dragged?.name === point.name ? { ...point, ...dragged.at } : point,
  );
  const put = (name: string, at: Point) =>
    board.setState((state) =>
      withActive(state, (each) =>
        withContent(each, {
          pose: each.pose.map((point) => (point.name === name ? { name, x: at.x, y: at.y } : point)),
        }),
      ),
    );
  const find = (name: string) => pose.find((point) => point.name === name);
  const head = find("head");
  return (
    <div className={styles.skeleton}>
      <svg viewBox="0 0 1 1" aria-hidden="true">
        {head && <ellipse cx={head.x} cy={head.y} rx={0.22} ry={0.27} />}
        {pose
          .filter((point) => head && point !== head)
          .map((point) => (
            <line key={point.name} x1={head?.x} y1={head?.y} x2={point.x} y2={point.y} />
          ))}
      </svg>
      {pose.map(({ name, x, y }) => (
        <button
          key={name}
          type="button"
          className={styles.joint}
          style={{
            left: `${100 * x}%`,
            top: `${100 * y}%`,
            background: parts.find((part) => part.name === name)?.color,
          }}
          aria-label={`${name}, ${Math.round(100 * x)} % across, ${Math.round(100 * y)} % down`}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={(event) => {
            if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
            const paper = event.currentTarget.parentElement;
            if (!paper) return;
            const at = pointOf(event, paper);
            setDragged({ name, at: { x: within(at.x), y: within(at.y) } });
          }}
          onPointerUp={() => {
            if (dragged) put(dragged.name, dragged.at);
            setDragged(null);
          }}
          onPointerCancel={() => setDragged(null)}
          onKeyDown={(event) => {
            const arrow = ARROWS[event.key];
            if (!arrow) return;
            event.preventDefault();
            const step = event.shiftKey ? FINE : STEP;
            put(name, { x: within(x + step * arrow[0]), y: within(y + step * arrow[1]) });
          }}
        >
          <span>{name}</span>
        </button>
      ))}
    </div>
  );
}
