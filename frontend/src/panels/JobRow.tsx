/** JobRow: one job of the list: its living picture, what it is doing, and how far it is. */

import { Progress, UnstyledButton } from "@mantine/core";
import { memo } from "react";
import { duration } from "../controls/numbers";
import { jobPreviewUrl } from "../protocol/jobs";
import type { JobSummary } from "../protocol/wire";
import { isActive } from "../state/jobs";
import { JobButtons } from "./JobButtons";
import styles from "./JobRow.module.css";

export interface JobRowProps {
  readonly job: JobSummary;
  readonly isChosen: boolean;
  readonly onChoose: (id: string) => void;
  /** In a narrow list of one model's jobs: without a picture, and without the model's name. */
  readonly isBrief?: boolean;
}

export const JobRow = memo(function JobRow({ job, isChosen, onChoose, isBrief = false }: JobRowProps) {
  const title = isBrief ? job.title.replace(` of ${job.model}`, "") : job.title;
  return (
    <li
      className={styles.row}
      data-job={job.id}
      data-state={job.state}
      data-chosen={isChosen}
      data-brief={isBrief}
    >
      <UnstyledButton
        className={styles.main}
        aria-current={isChosen}
        aria-label={`${job.title}: ${sayProgress(job)}`}
        onClick={() => onChoose(job.id)}
      >
        {!isBrief && <Thumb job={job} />}
        <span className={styles.words}>
          <strong title={job.title}>{title}</strong>
          <span className={styles.doing}>
            <span title={job.failure ?? job.label}>{sayState(job)}</span>
            <span className={styles.left}>{sayLeft(job)}</span>
          </span>
        </span>
      </UnstyledButton>
      <JobButtons job={job} />
      {job.state !== "done" && job.state !== "cancelled" && (
        <Progress
          className={styles.bar ?? ""}
          value={job.fraction * 100}
          size={4}
          color={isActive(job) ? "var(--accent)" : "var(--dim)"}
          aria-label={`Progress of ${job.title}`}
        />
      )}
    </li>
  );
});

function Thumb({ job }: { readonly job: JobSummary }) {
  if (job.preview === 0) return <span className={styles.thumb} />;
  return <img className={styles.thumb} src={jobPreviewUrl(job)} alt="" data-preview={job.preview} />;
}

const STATES = {
  queued: "Waits",
  running: "Runs",
  paused: "Paused",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
} as const;

/** State and what it means for this job, in a line. */
export function sayState(job: JobSummary): string {
  const { state, label, failure, place, is_here } = job;
  const word = is_here ? STATES[state] : `${STATES[state]} elsewhere`;
  switch (state) {
    case "queued":
      if (place === null) return word;
      return place === 0 ? "Next in the queue" : `Waits for ${place} before it`;
    case "running":
      return is_here ? label || word : `${word} · ${label}`;
    case "paused":
      return label && label !== word ? `${word} · ${label}` : word;
    case "failed":
      return failure ? `${word} · ${failure}` : word;
    case "done":
    case "cancelled":
      return word;
    default:
      return state satisfies never;
  }
}

/** The line under a title, where a failure is told in full beside it. */
export function sayBriefly(job: JobSummary): string {
  const state = job.state === "failed" ? STATES.failed : sayState(job);
  return [state, sayLeft(job)].filter(Boolean).join(" · ");
}

/** Time left while it runs, time taken once it is over. */
export function sayLeft({ state, seconds_left, fraction, seconds }: JobSummary): string {
  if (state === "running" && seconds_left !== null) return `${duration(seconds_left)} left`;
  if (state === "done") return duration(seconds);
  return state === "queued" && fraction === 0 ? "" : `${Math.round(fraction * 100)} %`;
}

/** State and progress in words, without what changes every second. */
function sayProgress(job: JobSummary): string {
  return `${STATES[job.state].toLowerCase()}, ${Math.round(job.fraction * 100)} %`;
}
