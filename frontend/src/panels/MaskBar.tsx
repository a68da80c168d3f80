/** MaskBar: the tools that a hand paints regions with, floating over the stage. */

import { UnstyledButton } from "@mantine/core";
import { useRef } from "react";
import { IconButton } from "../controls/IconButton";
import type { IconName } from "../controls/icons";
import { ValueSlider } from "../controls/ValueSlider";
import type { CommandId } from "../state/commands";
import { EDGE_RANGE, MASK_TOOLS, type MaskTool, SIZE_RANGE } from "../state/mask_view";
import { useApp, useCommand, useMaskView, useModel } from "./app";
import { CommandButton } from "./CommandButton";
import styles from "./MaskBar.module.css";
import { useEscape } from "./use_escape";

const CHANGES = [
  ["mask-grow", "grow"],
  ["mask-shrink", "shrink"],
  ["mask-feather", "feather"],
  ["mask-invert", "invert"],
  ["mask-clear", "trash"],
] as const satisfies readonly (readonly [CommandId, IconName])[];

export function MaskBar() {
  const isMasking = useMaskView((state) => state.isMasking);
  return isMasking ? <Tools /> : null;
}

function Tools() {
  const { maskView } = useApp();
  const tool = useMaskView((state) => state.tool);
  const isTaking = useMaskView((state) => state.isTaking);
  const isPiece = useMaskView((state) => state.isPiece);
  const isBrush = tool === "brush" || tool === "eraser";
  useEscape(() => maskView.setState({ isMasking: false }));
  return (
    <div className={styles.bar} role="toolbar" aria-label="Region tools">
      <div className={styles.group}>
        {MASK_TOOLS.map((each) => (
          <ToolButton key={each} tool={each} isOn={each === tool} />
        ))}
      </div>
      <div className={styles.sizes}>
        {isBrush && <SizeSlider />}
        {!isBrush && (
          <Toggle
            isOn={isTaking}
            text="Take away"
            title="Shapes take away instead of adding  ·  Alt while drawing does the opposite"
            onToggle={(on) => maskView.setState({ isTaking: on })}
          />
        )}
        {tool === "fill" && (
          <Toggle
            isOn={isPiece}
            text="One piece"
            title="Fill only the piece under the hand, not all of its label"
            onToggle={(on) => maskView.setState({ isPiece: on })}
          />
        )}
        <EdgeSlider />
      </div>
      <div className={styles.group}>
        {CHANGES.map(([id, icon]) => (
          <CommandButton key={id} id={id} icon={icon} />
        ))}
      </div>
      <IconButton
        icon="close"
        label="Stop painting"
        keys="M"
        onClick={() => maskView.setState({ isMasking: false })}
      />
    </div>
  );
}

function ToolButton({ tool, isOn }: { readonly tool: MaskTool; readonly isOn: boolean }) {
  const [command] = useCommand(`mask-${tool}`);
  return (
    <IconButton
      icon={tool}
      label={command.label}
      keys={command.keys[0]}
      isPressed={isOn}
      onClick={command.run}
    />
  );
}

interface ToggleProps {
  readonly isOn: boolean;
  readonly text: string;
  readonly title: string;
  readonly onToggle: (isOn: boolean) => void;
}

function Toggle({ isOn, text, title, onToggle }: ToggleProps) {
  return (
    <UnstyledButton
      className={styles.toggle}
      aria-pressed={isOn}
      title={title}
      onClick={() => onToggle(!isOn)}
    >
      {text}
    </UnstyledButton>
  );
}

const neverForeign = () => () => undefined;

function SizeSlider() {
  const { maskView } = useApp();
  const size = useMaskView((state) => state.size);
  const [low, high] = SIZE_RANGE;
  return (
    <Measure
      name="Size"
      title="Width of the brush  ·  [ ]  ·  wheel"
      share={size}
      low={low}
      high={high}
      home={0.14}
      onChange={(next) => maskView.setState({ size: next })}
    />
  );
}

function EdgeSlider() {
  const { maskView } = useApp();
  const edge = useMaskView((state) => state.edge);
  const [low, high] = EDGE_RANGE;
  return (
    <Measure
      name="Edge"
      title="Width of the soft edge  ·  { }  ·  Shift and wheel"
      share={edge}
      low={low}
      high={high}
      home={0.03}
      onChange={(next) => maskView.setState({ edge: next })}
    />
  );
}

interface MeasureProps {
  readonly name: string;
  readonly title: string;
  /** Of the picture's side. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly home: number;
  readonly onChange: (share: number) => void;
}

/** A length on the picture. The slider goes by its root, so that small ones have room. */
function Measure({ name, title, share, low, high, home, onChange }: MeasureProps) {
  const side = useModel()?.resolution ?? 1;
  const start = useRef<number | null>(null);
  const pixels = share * side;
  const text = pixels < 10 ? pixels.toFixed(1) : pixels.toFixed(0);
  return (
    <div className={styles.measure} title={`${title}  ·  in pixels of the picture`}>
      <span>{name}</span>
      <ValueSlider
        label={name}
        value={Math.sqrt(share)}
        low={Math.sqrt(low)}
        high={Math.sqrt(high)}
        home={Math.sqrt(home)}
        step={(Math.sqrt(high) - Math.sqrt(low)) / 50}
        valueText={`${text} pixels`}
        onPreview={(root) => {
          start.current ??= share;
          onChange(root * root);
        }}
        onCommit={(root) => {
          start.current = null;
          onChange(root * root);
        }}
        onCancel={() => {
          if (start.current !== null) onChange(start.current);
          start.current = null;
        }}
        onForeignChange={neverForeign}
      />
      <span className={styles.pixels}>{text}</span>
    </div>
  );
}
