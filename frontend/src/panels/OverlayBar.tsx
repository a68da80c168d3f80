/** OverlayBar: what lies over the picture, how much of it shows, and what its colours mean. */

import { UnstyledButton } from "@mantine/core";
import { useRef } from "react";
import { ValueSlider } from "../controls/ValueSlider";
import { HEAT_GRADIENT } from "../stage/map_colors";
import type { CommandId } from "../state/commands";
import { useApp, useCommand, useObservable, useView } from "./app";
import styles from "./OverlayBar.module.css";

const CHOICES = [
  ["overlay-none", null, "Picture"],
  ["overlay-labels", "labels", "Labels"],
  ["overlay-lines", "lines", "Lines"],
  ["overlay-difference", "difference", "Difference"],
] as const;

export function OverlayBar() {
  const overlay = useView((state) => state.overlay);
  const lack = useLack();
  return (
    <div className={styles.bar} data-lack={lack !== null}>
      <fieldset className={styles.choices} aria-label="Over the picture">
        {CHOICES.map(([id, kind, text]) => (
          <Choice key={id} id={id} text={text} isOn={overlay === kind} />
        ))}
      </fieldset>
      {overlay && !lack && <Opacity />}
      {overlay && <Meaning lack={lack} />}
    </div>
  );
}

interface ChoiceProps {
  readonly id: CommandId;
  readonly text: string;
  readonly isOn: boolean;
}

function Choice({ id, text, isOn }: ChoiceProps) {
  const [command] = useCommand(id);
  return (
    <UnstyledButton
      className={styles.choice}
      aria-pressed={isOn}
      aria-keyshortcuts={command.keys[0]}
      title={`${command.label}  ·  ${command.keys[0]}`}
      onClick={() => isOn || command.run()}
    >
      {text}
    </UnstyledButton>
  );
}

const neverForeign = () => () => undefined;

function Opacity() {
  const { view } = useApp();
  const opacity = useView((state) => state.overlayOpacity);
  /** Where the hand found it; null while no hand is on it. */
  const start = useRef<number | null>(null);
  const set = (overlayOpacity: number) => view.setState({ overlayOpacity });
  return (
    <div className={styles.opacity} title="How much of it shows">
      <ValueSlider
        label="Opacity of the overlay"
        value={opacity}
        low={0}
        high={1}
        home={0.7}
        step={0.05}
        valueText={`${Math.round(opacity * 100)} percent`}
        onPreview={(next) => {
          start.current ??= opacity;
          set(next);
        }}
        onCommit={(next) => {
          start.current = null;
          set(next);
        }}
        onCancel={() => {
          if (start.current !== null) set(start.current);
          start.current = null;
        }}
        onForeignChange={neverForeign}
      />
    </div>
  );
}

/** Why there is nothing to lay over the picture; null where there is. */
function useLack(): string | null {
  const { live } = useApp();
  const sight = useObservable(live.sight);
  const overlay = useView((state) => state.overlay);
  const isMissing =
    (overlay === "labels" && sight?.has_labels === false) ||
    (overlay === "lines" && sight?.has_lines === false);
  return isMissing && sight.lack ? `${sight.lack.sentence} ${sight.lack.hint}` : null;
}

function Meaning({ lack }: { readonly lack: string | null }) {
  const { live } = useApp();
  const map = useObservable(live.map);
  const sight = useObservable(live.sight);
  if (lack !== null) return <p className={styles.lack}>{lack}</p>;
  if (!map) return null;
  if (map.kind === "difference") {
    return (
      <p className={styles.heat} title="Mean difference of a pixel from the start, in steps of 255">
        0<span className={styles.ramp} style={{ background: HEAT_GRADIENT }} />
        <span className={styles.end}>{map.end}</span> steps
      </p>
    );
  }
  if (map.kind === "lines") return null;
  return (
    <div className={styles.legend}>
      <UnstyledButton className={styles.choice}>Legend</UnstyledButton>
      <ul className={styles.labels}>
        {sight?.labels.map(({ name, color }, index) => (
          <li key={name} data-absent={(map.shares[index] ?? 0) === 0}>
            <span className={styles.swatch} style={{ background: color }} />
            <span>{name.replaceAll("_", " ")}</span>
            <span className={styles.share}>{((map.shares[index] ?? 0) * 100).toFixed(1)} %</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
