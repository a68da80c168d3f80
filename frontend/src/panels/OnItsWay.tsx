/** OnItsWay: a job whose result a panel waits for. */

import { Progress } from "@mantine/core";
import { jobPreviewUrl } from "../protocol/jobs";
import type { JobSummary } from "../protocol/wire";
import styles from "./JobDetail.module.css";
import { sayBriefly } from "./JobRow";
import { Telling } from "./Telling";

/** How far it is, why it failed, and its newest pictures, which `alt` names. */
export function OnItsWay({ job, alt }: { readonly job: JobSummary; readonly alt: string }) {
  return (
    <div className={styles.waiting}>
      <p className={styles.state}>{sayBriefly(job)}</p>
      <Progress
        value={job.fraction * 100}
        size={4}
        color="var(--accent)"
        aria-label={`Progress of ${job.title}`}
      />
      {job.state === "failed" && <Telling told={{ sentence: job.failure ?? "", hint: job.hint ?? "" }} />}
      {job.preview > 0 && <img className={styles.preview} src={jobPreviewUrl(job)} alt={alt} />}
    </div>
  );
}
