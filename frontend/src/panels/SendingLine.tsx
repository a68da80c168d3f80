/** SendingLine: files on their way to the server: how many are there, how long the rest takes, and a way to stop. */

import { Button, Progress, VisuallyHidden } from "@mantine/core";
import { useRef } from "react";
import { duration } from "../controls/numbers";
import { useApp } from "./app";
import styles from "./SendingLine.module.css";

export interface SendingLineProps {
  readonly sent: number;
  readonly total: number;
  readonly onStop: () => void;
}

/** Said aloud: nobody wants to hear of every one of thousands. */
const PARTS = 4;

export function SendingLine({ sent, total, onStop }: SendingLineProps) {
  const { now } = useApp();
  const begun = useRef({ at: now(), sent });
  const done = sent - begun.current.sent;
  const left = done > 0 ? (((now() - begun.current.at) / done) * (total - sent)) / 1000 : null;
  const part = Math.floor((PARTS * sent) / total);
  return (
    <div className={styles.sending}>
      <VisuallyHidden role="status">
        {part === 0
          ? `Sending ${total === 1 ? "a file" : `${total} files`}.`
          : `${(100 * part) / PARTS} % sent.`}
      </VisuallyHidden>
      <p>
        <span>
          {total === 1 ? "Sending…" : `${sent} of ${total} sent`}
          {left !== null && ` · ${duration(left)} left`}
        </span>
        <Button variant="subtle" size="compact-xs" onClick={onStop}>
          Stop
        </Button>
      </p>
      {total > 1 && (
        <Progress value={(100 * sent) / total} size={4} color="var(--accent)" aria-label="Sending" />
      )}
    </div>
  );
}
