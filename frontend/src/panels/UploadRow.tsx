/** UploadRow: one checkpoint on its way, how far it is, and what became of it. */

import { Button, Progress } from "@mantine/core";
import { IconButton } from "../controls/IconButton";
import { bytes, duration } from "../controls/numbers";
import type { Upload } from "../state/uploads";
import { useApp } from "./app";
import styles from "./ModelsPanel.module.css";

interface UploadRowProps {
  readonly upload: Upload;
  /** Puts the model that it became on the stage. */
  readonly onUse: (model: string) => void;
}

export function UploadRow({ upload, onUse }: UploadRowProps) {
  const { uploads } = useApp();
  const { key, name, size, sent, phase, model, problem } = upload;
  const isOver = phase === "done" || phase === "refused";
  return (
    <li className={styles.upload} data-upload={name} data-phase={phase}>
      <div className={styles.words}>
        <strong>{name}</strong>
        <span className={styles.doing} role={phase === "refused" ? "alert" : undefined}>
          {say(upload)}
        </span>
        {problem && <span className={styles.hint}>{problem.hint}</span>}
      </div>
      {model !== null && <Button onClick={() => onUse(model)}>Use it</Button>}
      {phase !== "elsewhere" && (
        <IconButton
          icon="close"
          label={isOver ? `Dismiss ${name}` : `Cancel ${name}`}
          onClick={() => void uploads.remove(key)}
        />
      )}
      {!isOver && (
        <Progress
          className={styles.bar ?? ""}
          value={size === 0 ? 0 : (100 * sent) / size}
          size={4}
          color={phase === "lost" || phase === "elsewhere" ? "var(--dim)" : "var(--accent)"}
          animated={phase === "reading"}
          striped={phase === "reading"}
          aria-label={`Progress of ${name}`}
        />
      )}
    </li>
  );
}

function say({ phase, size, sent, secondsLeft, problem, model }: Upload): string {
  const share = `${bytes(sent)} of ${bytes(size)}`;
  switch (phase) {
    case "sending":
      return secondsLeft === null ? share : `${share} · ${duration(secondsLeft)} left`;
    case "waiting":
      return `${share} · the server does not answer; it goes on by itself`;
    case "reading":
      return "Being read, in a process that can do nothing else";
    case "done":
      return `Is the model ${model}`;
    case "refused":
      return problem?.sentence ?? "Refused";
    case "elsewhere":
      return `${share} · not sent by this page`;
    case "lost":
      return `${share} are here: drop the same file again to go on`;
    default:
      return phase satisfies never;
  }
}
