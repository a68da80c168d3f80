/** HistoryPanel: every step of the document, to go back and forth in, and the ways that were left. */

import { UnstyledButton } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useStore } from "zustand";
import { IconButton } from "../controls/IconButton";
import { goTo, type Moment, sharedMoments } from "../state/document";
import { useApp, useView } from "./app";
import styles from "./HistoryPanel.module.css";
import { PictureImage } from "./PictureImage";

export function HistoryPanel() {
  const isOpen = useView((state) => state.isHistoryOpen);
  return isOpen ? <History /> : null;
}

/** Drawn small; of older ones the name has to do. */
const DRAWN = 12;

function History() {
  const { document: documents, commands } = useApp();
  const line = useStore(documents, (state) => state.line);
  const at = useStore(documents, (state) => state.at);
  const branches = useStore(documents, (state) => state.branches);
  const panel = useRef<HTMLElement>(null);
  const { history } = commands;
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
      aria-label="History"
      tabIndex={-1}
      onKeyDown={(event) => event.key === "Escape" && history.run()}
    >
      <div className={styles.head}>
        <h2>History</h2>
        <IconButton icon="close" label="Close history" onClick={history.run} />
      </div>
      {line.length <= 1 && branches.length === 0 && (
        <p className={styles.word}>What you do is listed here, to go back to. Nothing has been done yet.</p>
      )}
      <Line label="Steps" line={line} from={0} at={at} />
      {branches.map((branch) => {
        const shared = sharedMoments(line, branch);
        const left = branch.length - shared;
        // What was left with nothing of its own is part of the present line.
        if (left <= 0) return null;
        return (
          <details key={branch.at(-1)?.id} className={styles.branch}>
            <summary>
              Left after “{branch[shared - 1]?.label ?? "the start"}”: {left} {left === 1 ? "step" : "steps"}
            </summary>
            <Line label="Steps that were left" line={branch} from={shared} at={null} />
          </details>
        );
      })}
    </section>
  );
}

interface LineProps {
  readonly label: string;
  readonly line: readonly Moment[];
  /** Place of the first that is listed. */
  readonly from: number;
  /** Place of the present one; null: it is none of these. */
  readonly at: number | null;
}

/** Whether a moment began another document than the one before it is of. */
function isBorder(line: readonly Moment[], place: number): boolean {
  const before = line[place - 1];
  return before !== undefined && before.home !== line[place]?.home;
}

/** The newest on top, as they are most often gone back to. */
function Line({ label, line, from, at }: LineProps) {
  const { document: documents } = useApp();
  const places = line
    .map((_, place) => place)
    .slice(from)
    .reverse();
  return (
    <ol className={styles.line} aria-label={label} reversed>
      {places.map((place) => {
        const moment = line[place];
        if (!moment) return null;
        return (
          <li key={moment.id}>
            <UnstyledButton
              className={styles.moment}
              aria-current={place === at ? "step" : undefined}
              data-undone={at !== null && place > at}
              title={moment.label}
              onClick={() => goTo(documents, line, place)}
            >
              {line.length - place <= DRAWN && (
                <PictureImage className={styles.image ?? ""} picture={moment.picture} />
              )}
              <span className={styles.label}>{moment.label}</span>
              {isBorder(line, place) && <span className={styles.begins}>new document</span>}
            </UnstyledButton>
          </li>
        );
      })}
    </ol>
  );
}
