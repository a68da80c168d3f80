/** InvertResult: a photo, the nearest picture a model has, and where the two differ. */

import { artifactUrl } from "../protocol/jobs";
import type { JobSummary } from "../protocol/wire";
import { Facts } from "./Facts";
import styles from "./PhotoDialog.module.css";

const PICTURES = [
  ["photo.png", "The photo"],
  ["found.png", "The nearest picture"],
  ["difference.png", "Where they differ: the lighter, the more"],
] as const;

export function InvertResult({ job }: { readonly job: JobSummary }) {
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
      <Facts facts={job.facts} />
    </div>
  );
}
