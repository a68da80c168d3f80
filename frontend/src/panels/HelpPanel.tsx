/** HelpPanel: every key of the page, read from the command table. */

import { Kbd } from "@mantine/core";
import { useEffect, useRef } from "react";
import { IconButton } from "../controls/IconButton";
import { COMMAND_GROUPS } from "../state/commands";
import { printKey } from "../state/keys";
import { useApp, useView } from "./app";
import styles from "./HelpPanel.module.css";

/** Keys that belong to a slider under the keyboard, not to the table. */
const SLIDER_KEYS = [
  ["Move", "← →"],
  ["Move far", "Shift ← →"],
  ["Move finely", "Ctrl ← →"],
  ["To an end", "Home End"],
  ["Back to zero", "Delete"],
  ["Give up", "Esc"],
] as const;

/** What a hand does over the stage; the lower ones while it paints. */
const STAGE_KEYS = [
  ["Nearer, farther", "Ctrl wheel"],
  ["Push the picture", "Space drag"],
  ["Size of the brush", "wheel"],
  ["Soft edge", "Shift wheel"],
  ["Take away, or add", "Alt drag"],
  ["Square, circle", "Shift drag"],
] as const;

/** On the keyframes of the timeline, and on its strip. */
const TIMELINE_KEYS = [
  ["To the stage", "Enter"],
  ["Another keyframe", "← →"],
  ["Move it", "Shift ← →"],
  ["Remove it", "Delete"],
  ["Any duration", "Shift drag"],
  ["Zoom", "Ctrl wheel"],
] as const;

export function HelpPanel() {
  const isOpen = useView((state) => state.isHelpOpen);
  return isOpen ? <Keys /> : null;
}

function Keys() {
  const { commands, isMac } = useApp();
  const panel = useRef<HTMLElement>(null);
  const { help } = commands;

  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  return (
    <section
      ref={panel}
      className={styles.panel}
      role="dialog"
      aria-label="All keys"
      tabIndex={-1}
      onKeyDown={(event) => event.key === "Escape" && help.run()}
    >
      <div className={styles.head}>
        <h2>Keys</h2>
        <IconButton icon="close" label="Close" onClick={help.run} />
      </div>
      <div className={styles.groups}>
        {COMMAND_GROUPS.map((group) => (
          <KeyGroup
            key={group}
            title={group}
            rows={Object.values(commands)
              .filter((command) => command.group === group)
              .map(({ label, keys }) => [label, keys.map((key) => printKey(key, isMac)).join("  ")])}
          />
        ))}
        <KeyGroup title="On a slider" rows={SLIDER_KEYS} />
        <KeyGroup title="On a keyframe" rows={TIMELINE_KEYS} />
        <KeyGroup title="On the stage" rows={STAGE_KEYS} />
      </div>
    </section>
  );
}

interface KeyGroupProps {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

function KeyGroup({ title, rows }: KeyGroupProps) {
  return (
    <div>
      <h3>{title}</h3>
      <dl className={styles.keys}>
        {rows.map(([label, keys]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Kbd>{keys}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
