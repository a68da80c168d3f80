/** ModelsButton: opens the drawer at the models, and says that files are on their way. */

import { UnstyledButton } from "@mantine/core";
import { Icon } from "../controls/icons";
import { printKey } from "../state/keys";
import { useApp, useCommand, useDrawer, useObservable } from "./app";
import styles from "./JobsPanel.module.css";

/** Where the keyboard goes when the drawer closes. */
export const MODELS_BUTTON = "models-button";

export function ModelsButton() {
  const { isMac, uploads } = useApp();
  const [command] = useCommand("toggle-models");
  const isOpen = useDrawer(({ isOpen: isAny, tab }) => isAny && tab === "models");
  const all = useObservable(uploads.all);
  const coming = all.filter(({ phase }) => phase === "sending" || phase === "waiting" || phase === "reading");
  const keys = printKey(command.keys[0] ?? "", isMac);
  return (
    <UnstyledButton
      id={MODELS_BUTTON}
      className={styles.opener}
      aria-expanded={isOpen}
      aria-keyshortcuts={keys}
      title={`${command.label}  ·  ${keys}`}
      onClick={command.run}
    >
      <Icon name={isOpen ? "low" : "tall"} />
      {command.label}
      {coming.length > 0 && <span className={styles.count}>{coming.length} coming</span>}
    </UnstyledButton>
  );
}
