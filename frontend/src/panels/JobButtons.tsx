/** JobButtons: what can be asked of a job; deleting it asks once more, in place. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { IconButton } from "../controls/IconButton";
import type { IconName } from "../controls/icons";
import type { JobAct } from "../protocol/jobs";
import type { JobSummary } from "../protocol/wire";
import { actsOf, isEnded } from "../state/jobs";
import { useApp } from "./app";
import styles from "./JobRow.module.css";

const ACTS: Readonly<Record<JobAct, { readonly icon: IconName; readonly name: string }>> = {
  pause: { icon: "pause", name: "Pause" },
  resume: { icon: "play", name: "Resume" },
  cancel: { icon: "stop", name: "Cancel" },
  restart: { icon: "reset", name: "Start over" },
};

export function JobButtons({ job }: { readonly job: JobSummary }) {
  const { jobs } = useApp();
  const [isAsking, setAsking] = useState(false);
  if (isAsking) {
    return (
      <fieldset className={styles.asking} aria-label={`Delete ${job.title}?`}>
        <span>Delete it and its files?</span>
        <Button color="red" variant="outline" onClick={() => void jobs.remove(job.id)}>
          Delete
        </Button>
        <Button autoFocus onClick={() => setAsking(false)}>
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
          onClick={() => void jobs.act(job.id, act)}
        />
      ))}
      {isEnded(job) && job.is_here && (
        <IconButton icon="trash" label={`Delete ${job.title}`} onClick={() => setAsking(true)} />
      )}
    </div>
  );
}
