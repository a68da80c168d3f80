/** TimelineButton: opens the drawer at the timeline. */

import { UnstyledButton } from "@mantine/core";
import { Icon } from "../controls/icons";
import { printKey } from "../state/keys";
import { useApp, useCommand, useDrawer } from "./app";
import styles from "./JobsPanel.module.css";

/** Where the keyboard goes when the drawer closes. */
export const TIMELINE_BUTTON = "timeline-button";

export function TimelineButton() {
  const { isMac } = useApp();
  const [command] = useCommand("toggle-timeline");
  const isOpen = useDrawer(({ isOpen: isAny, tab }) => isAny && tab === "timeline");
  const keys = printKey(command.keys[0] ?? "", isMac);
  return (
    <UnstyledButton
      id={TIMELINE_BUTTON}
      className={styles.opener}
      aria-expanded={isOpen}
      aria-keyshortcuts={keys}
      title={`${command.label}  ·  ${keys}`}
      onClick={command.run}
    >
      <Icon name={isOpen ? "low" : "tall"} />
      {command.label}
    </UnstyledButton>
  );
}
