/** StageSheet: what is laid out over the stage to choose from, with a head, a search and a way to close it. */

import { TextInput } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { IconButton } from "../controls/IconButton";
import styles from "./StageSheet.module.css";

export interface StageSheetProps {
  readonly title: string;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly onClose: () => void;
  /** Beside the title. */
  readonly acts: ReactNode;
  readonly children: ReactNode;
}

export function StageSheet({ title, search, onSearch, onClose, acts, children }: StageSheetProps) {
  const panel = useRef<HTMLElement>(null);
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
      className={styles.sheet}
      aria-label={title}
      tabIndex={-1}
      onKeyDown={(event) => isForSheet(event) && onClose()}
    >
      <div className={styles.head}>
        <h2>{title}</h2>
        {acts}
        <TextInput
          className={styles.search ?? ""}
          type="search"
          aria-label={`Search ${title.toLowerCase()}`}
          placeholder="Search"
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
        />
        <IconButton icon="close" label={`Close ${title.toLowerCase()}`} onClick={onClose} />
      </div>
      {children}
    </section>
  );
}

/** Whether an Escape closes the sheet: a menu of a card, drawn elsewhere, or a search with text takes it for itself. */
function isForSheet({ key, target, currentTarget, defaultPrevented }: KeyboardEvent<HTMLElement>): boolean {
  if (key !== "Escape" || defaultPrevented || !currentTarget.contains(target as Node)) return false;
  return !(target instanceof HTMLInputElement && target.type === "search" && target.value !== "");
}

/** The cards of a sheet. */
export function SheetCards({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <ul className={styles.cards} aria-label={label}>
      {children}
    </ul>
  );
}

/** What is said where there are none. */
export function SheetWord({ children }: { readonly children: ReactNode }) {
  return <p className={styles.word}>{children}</p>;
}
