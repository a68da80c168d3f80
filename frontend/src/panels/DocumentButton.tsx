/** DocumentButton: the name of the open document, and whether the server has all of it. */

import { UnstyledButton } from "@mantine/core";
import { useStore } from "zustand";
import { Icon } from "../controls/icons";
import { printKey } from "../state/keys";
import type { SavedState } from "../state/saved_state";
import { useApp, useCommand, useSaved } from "./app";
import styles from "./DocumentButton.module.css";

export function DocumentButton() {
  const { sheet, isMac } = useApp();
  const saved = useSaved((state) => state);
  const [command] = useCommand("documents");
  const isOpen = useStore(sheet, (state) => state.sheet === "documents");
  const name = saved.summary?.name ?? "Not saved";
  const [word, sentence] = sayStatus(saved);
  const key = printKey(command.keys[0] ?? "", isMac);
  return (
    <UnstyledButton
      className={styles.button}
      data-status={saved.summary ? saved.status : "none"}
      aria-label={`Documents: ${name}, ${sentence}`}
      aria-pressed={isOpen}
      aria-keyshortcuts={key}
      title={`${name}: ${sentence}  ·  ${key}`}
      onClick={command.run}
    >
      <Icon name="folder" />
      <span className={styles.name}>{name}</span>
      {word && <span className={styles.status}>{word}</span>}
      <span className={styles.dot} aria-hidden="true" />
    </UnstyledButton>
  );
}

/** A word beside the name, and the whole of it. */
function sayStatus({ summary, status, problem }: SavedState): readonly [string, string] {
  if (summary === null) return ["", "kept in the address alone"];
  switch (status) {
    case "kept":
      return ["Saved", "saved"];
    case "changed":
    case "saving":
      return ["Saving…", "being saved"];
    case "failed":
      return [
        "Not saved",
        `not saved yet: ${problem?.sentence ?? ""} It is tried again; the address has it.`,
      ];
  }
}
