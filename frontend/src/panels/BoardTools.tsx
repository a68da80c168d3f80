/** BoardTools: what the hand draws with, and what lies under it to be traced. */

import { SegmentedControl, Slider, Switch, UnstyledButton } from "@mantine/core";
import { IconButton } from "../controls/IconButton";
import {
  activeOf,
  areLines,
  blank,
  FIRST_WIDTH,
  redone,
  undone,
  withActive,
  withContent,
} from "../state/board";
import { useApp, useBoard, useObservable } from "./app";
import { KindTold } from "./BoardKinds";
import styles from "./BoardTools.module.css";

const [THINNEST, THICKEST] = [0.004, 0.2];

export function BoardTools() {
  const { board, nearest } = useApp();
  const kind = useBoard((state) => state.kind);
  const tool = useBoard((state) => state.tool);
  const own = useBoard((state) => state.width);
  const isMirrored = useBoard((state) => state.isMirrored);
  const canUndo = useBoard((state) => activeOf(state).past.length > 0);
  const canRedo = useBoard((state) => activeOf(state).future.length > 0);
  const measured = useObservable(nearest.found)?.width ?? null;
  const matching = measured ?? FIRST_WIDTH;
  const width = own ?? matching;
  const isPose = kind === "pose";
  const clear = () =>
    board.setState((state) =>
      withActive(state, (sketch) => {
        const { image, pose } = blank(0, state.kind);
        return withContent(sketch, { image, pose });
      }),
    );
  return (
    <div className={styles.tools}>
      <KindTold />
      <div className={styles.row} role="toolbar" aria-label="Drawing tools">
        {!isPose && (
          <>
            <IconButton
              icon="brush"
              label="Pen"
              keys="B"
              isPressed={tool === "pen"}
              onClick={() => board.setState({ tool: "pen" })}
            />
            <IconButton
              icon="eraser"
              label="Eraser"
              keys="E"
              isPressed={tool === "eraser"}
              onClick={() => board.setState({ tool: "eraser" })}
            />
            <IconButton
              icon="compare"
              label="Mirror strokes"
              keys="M"
              isPressed={isMirrored}
              onClick={() => board.setState({ isMirrored: !isMirrored })}
            />
          </>
        )}
        <IconButton
          icon="undo"
          label="Undo a stroke"
          keys="Ctrl+Z"
          keepsFocus
          disabled={!canUndo}
          onClick={() => board.setState((state) => withActive(state, undone))}
        />
        <IconButton
          icon="redo"
          label="Redo a stroke"
          keys="Ctrl+Y"
          keepsFocus
          disabled={!canRedo}
          onClick={() => board.setState((state) => withActive(state, redone))}
        />
        <IconButton icon="reset" label={isPose ? "Back to the middle" : "Clear this one"} onClick={clear} />
      </div>
      {!isPose && (
        <div className={styles.field}>
          <span className={styles.label}>
            Pen <span className={styles.number}>{(100 * width).toFixed(1)} %</span>
          </span>
          <Slider
            thumbLabel="Width of the pen"
            size="sm"
            min={Math.log(THINNEST)}
            max={Math.log(THICKEST)}
            step={0.02}
            label={null}
            value={Math.log(width)}
            onChange={(value) => board.setState({ width: Math.exp(value) })}
          />
          {areLines(kind) && (
            <UnstyledButton
              className={styles.match}
              aria-pressed={own === null}
              onClick={() => board.setState({ width: null })}
            >
              {own === null ? "As the computer draws" : "Match the computer’s lines"}
            </UnstyledButton>
          )}
        </div>
      )}
      {kind === "labels" && <LabelPalette />}
      {isPose && (
        <p className={styles.word}>
          Drag head, eyes and mouth to where they shall be. With the keyboard: Tab to a point, then the
          arrows.
        </p>
      )}
      <Tracing />
    </div>
  );
}

function LabelPalette() {
  const { board, nearest } = useApp();
  const parts = useObservable(nearest.found)?.parts ?? [];
  const label = useBoard((state) => state.label);
  return (
    <div className={styles.field}>
      <span className={styles.label}>Paint</span>
      <ul className={styles.palette} aria-label="Labels">
        {parts.map(({ name, color }, number) => (
          <li key={name}>
            <UnstyledButton
              className={styles.swatch}
              aria-pressed={number === label}
              onClick={() => board.setState({ label: number, tool: "pen" })}
            >
              <span style={{ background: color }} />
              {name}
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {parts.length === 0 && <p className={styles.word}>The labels are on their way.</p>}
    </div>
  );
}

function Tracing() {
  const { board } = useApp();
  const trace = useBoard((state) => state.trace);
  const opacity = useBoard((state) => state.traceOpacity);
  const isShown = useBoard((state) => state.isTraceShown);
  const isInkShown = useBoard((state) => state.isInkShown);
  const kind = trace.kind === "none" || trace.kind === "picture" ? trace.kind : "other";
  const data = [
    { value: "none", label: "Nothing" },
    { value: "picture", label: "Picture" },
    ...(kind === "other" ? [{ value: "other", label: "Sample" }] : []),
  ];
  return (
    <div className={styles.field}>
      <span className={styles.label}>Trace over</span>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Trace over"
        value={kind}
        data={data}
        onChange={(next) => {
          if (next === "none" || next === "picture")
            board.setState({ trace: { kind: next }, isTraceShown: true });
        }}
      />
      <p className={styles.word}>
        The picture on the stage, a photo that was found as well; or press a sample on the right.
      </p>
      <Slider
        thumbLabel="Opacity of what is traced"
        size="sm"
        min={0}
        max={1}
        step={0.02}
        label={null}
        disabled={trace.kind === "none"}
        value={opacity}
        onChange={(value) => board.setState({ traceOpacity: value })}
      />
      <Switch
        size="xs"
        label="Show what is traced"
        disabled={trace.kind === "none"}
        checked={isShown}
        onChange={(event) => board.setState({ isTraceShown: event.currentTarget.checked })}
      />
      <Switch
        size="xs"
        label="Show the drawing"
        checked={isInkShown}
        onChange={(event) => board.setState({ isInkShown: event.currentTarget.checked })}
      />
    </div>
  );
}
