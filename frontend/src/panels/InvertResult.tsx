/** InvertResult: a photo, the nearest picture a model has, where the two differ, and a way to what vanished. */

import { Button } from "@mantine/core";
import { artifactUrl } from "../protocol/jobs";
import type { JobSummary } from "../protocol/wire";
import { useApp } from "./app";
import { Facts } from "./Facts";
import styles from "./PhotoDialog.module.css";

const PICTURES = [
  ["photo.png", "The photo"],
  ["found.png", "The nearest that was found"],
  ["difference.png", "Where they differ: the lighter, the more"],
] as const;

export interface InvertResultProps {
  readonly job: JobSummary;
  /** Whether it was told what vanished: older jobs did not. */
  readonly isCompared: boolean;
}

export function InvertResult({ job, isCompared }: InvertResultProps) {
  const { jobsView, photoInChild } = useApp();
  return (
    <div className={styles.form}>
      <div className={styles.pictures}>
        {PICTURES.map(([name, words]) => (
          <figure key={name}>
            <img src={artifactUrl(job.id, name)} alt={words} />
            <figcaption>{words}</figcaption>
          </figure>
        ))}
      </div>
      <div className={styles.buttons}>
        {isCompared && <Button onClick={() => jobsView.setState({ compared: job.id })}>What vanished</Button>}
        <Button variant="default" onClick={() => photoInChild.asked.set(job.id)}>
          In models made of this one
        </Button>
      </div>
      <Facts facts={job.facts} />
    </div>
  );
}
