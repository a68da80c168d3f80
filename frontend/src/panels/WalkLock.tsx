/** WalkLock: holds what a slider moves while others move. */

import { ActionIcon } from "@mantine/core";
import { useStore } from "zustand";
import { Icon } from "../controls/icons";
import type { WalkSummary } from "../protocol/wire";
import { canLock } from "../state/overlaps";
import { findEdit, withLock } from "../state/picture";
import { useApp } from "./app";
import styles from "./WalkLock.module.css";

/** Why a walk has no lock. */
export const NO_LOCK = "It cannot be locked: its way is no straight line.";

export function WalkLock({ walk }: { readonly walk: WalkSummary }) {
  const isLocked = useIsLocked(walk.id);
  const toggle = useToggleLock(walk);
  if (!canLock(walk)) return <span className={styles.none} title={NO_LOCK} />;
  const what = walk.factor ? "its value, as far as it predicts that" : "how far the picture lies along it";
  const bound = "What it shows may still change with them.";
  const hint = isLocked
    ? `Locked: straight sliders leave alone ${what}, and are weaker by that. ${bound} Press to let go.`
    : `Lock: straight sliders leave alone ${what}. ${bound}`;
  return (
    <ActionIcon
      className={styles.lock}
      color="gray"
      c={isLocked ? "var(--accent)" : "dimmed"}
      size={24}
      aria-label={`Lock ${walk.title}`}
      aria-pressed={isLocked}
      title={hint}
      variant={isLocked ? "default" : "subtle"}
      onClick={toggle}
    >
      <Icon name={isLocked ? "lock" : "unlock"} />
    </ActionIcon>
  );
}

export function useIsLocked(walk: string): boolean {
  const { document } = useApp();
  return useStore(document, ({ picture }) => (picture && findEdit(picture, walk)?.is_locked) ?? false);
}

export function useToggleLock(walk: WalkSummary): () => void {
  const { editor } = useApp();
  const isLocked = useIsLocked(walk.id);
  return () => editor.commit(`${isLocked ? "Unlock" : "Lock"} ${walk.title}`, withLock(walk.id, !isLocked));
}
