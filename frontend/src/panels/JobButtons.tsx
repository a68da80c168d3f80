/** JobButtons: what can be asked of a job; what costs its files asks once more, in place. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { IconButton } from "../controls/IconButton";
import type { IconName } from "../controls/icons";
import type { JobAct } from "../protocol/jobs";
import type { JobSummary } from "../protocol/wire";
import { actsOf, isEnded } from "../state/jobs";
import { useApp } from "./app";
import styles from "./JobRow.module.css";

const ACTS: Readonly<Record<Exclude<JobAct, "finish">, { readonly icon: IconName; readonly name: string }>> =
  {
    pause: { icon: "pause", name: "Pause" },
    resume: { icon: "play", name: "Resume" },
    cancel: { icon: "stop", name: "Cancel" },
    restart: { icon: "reset", name: "Start over" },
  };

/** What is lost with the files of a job, and so needs a second press. */
const QUESTIONS = {
  delete: { name: "Delete", sentence: "Delete it and its files?" },
  restart: { name: "Start over", sentence: "Start over? Its files and losses so far are deleted." },
} as const;

export function JobButtons({ job }: { readonly job: JobSummary }) {
  const { jobs } = useApp();
  const [asking, setAsking] = useState<keyof typeof QUESTIONS | null>(null);
  if (asking !== null && isEnded(job)) {
    const { name, sentence } = QUESTIONS[asking];
    const confirm = () => {
      setAsking(null);
      void (asking === "delete" ? jobs.remove(job.id) : jobs.act(job.id, "restart"));
    };
    return (
      <fieldset className={styles.asking} aria-label={`${name} ${job.title}?`}>
        <span>{sentence}</span>
        <Button color="red" variant="outline" onClick={confirm}>
          {name}
        </Button>
        <Button autoFocus onClick={() => setAsking(null)}>
          Keep
        </Button>
      </fieldset>
    );
  }
  return (
    <div className={styles.buttons}>
      {actsOf(job).map((act) => (
        <IconButton
          key={act}
          icon={ACTS[act].icon}
          label={`${ACTS[act].name} ${job.title}`}
          onClick={() => (act === "restart" ? setAsking("restart") : void jobs.act(job.id, act))}
        />
      ))}
      {isEnded(job) && job.is_here && (
        <IconButton icon="trash" label={`Delete ${job.title}`} onClick={() => setAsking("delete")} />
      )}
    </div>
  );
}
