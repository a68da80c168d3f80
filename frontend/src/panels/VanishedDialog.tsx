/** VanishedDialog: a photo, the nearest picture a model has, both label maps with one key, and what was lost. */

import { Modal } from "@mantine/core";
import { written } from "../controls/scale";
import { artifactUrl } from "../protocol/jobs";
import type { Told } from "../state/jobs";
import {
  FOUND_LABELS,
  PHOTO_LABELS,
  readVanished,
  VANISHED_FILE,
  type VanishedClass,
} from "../state/vanished";
import { useApp, useJobs, useJobsView } from "./app";
import { Telling } from "./Telling";
import { useArtifact } from "./use_artifact";
import styles from "./VanishedDialog.module.css";

export function VanishedDialog() {
  const { jobsView } = useApp();
  const job = useJobsView((state) => state.compared);
  const title = useJobs((state) => state.jobs.find(({ id }) => id === job)?.title);
  return (
    <Modal
      opened={job !== null}
      onClose={() => jobsView.setState({ compared: null })}
      title={title ? `What vanished: ${title}` : "What vanished"}
      size="xl"
      centered
    >
      {job !== null && <Compared key={job} job={job} />}
    </Modal>
  );
}

function Compared({ job }: { readonly job: string }) {
  const { found: told, problem } = useArtifact(job, VANISHED_FILE, readVanished, UNREADABLE);
  if (problem) return <Telling told={problem} />;
  if (!told) return <p className={styles.word}>Opening it…</p>;
  const pictures = [
    ["photo.png", "The photo"],
    ["found.png", "The nearest picture"],
    ["difference.png", "Where they differ"],
    ...(told.lack === null
      ? [
          [PHOTO_LABELS, "Labels of the photo"],
          [FOUND_LABELS, "Labels of the picture"],
        ]
      : []),
  ] as const;
  return (
    <div className={styles.compared}>
      <div className={styles.pictures}>
        {pictures.map(([name, words]) => (
          <figure key={name}>
            <img src={artifactUrl(job, name ?? "")} alt={words} />
            <figcaption>{words}</figcaption>
          </figure>
        ))}
      </div>
      {told.lack === null ? (
        <>
          <p className={styles.word}>
            {sayGone(told.classes)} {told.agreement !== null && sayAgreement(told.agreement)} Seen by{" "}
            {told.segmenter}, which errs like everybody.
          </p>
          <Classes classes={told.classes} />
        </>
      ) : (
        <p className={styles.word}>{told.lack}</p>
      )}
    </div>
  );
}

/** The key of both maps, with what became of each class. */
function Classes({ classes }: { readonly classes: readonly VanishedClass[] }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">Photo, % of the area</th>
          <th scope="col">Picture, %</th>
          <th scope="col">Percentage points</th>
          <th scope="col">Of what was there</th>
        </tr>
      </thead>
      <tbody>
        {classes.map(({ name, photo, found, points, relative, color, hasVanished }) => (
          <tr key={name} data-gone={hasVanished || undefined}>
            <th scope="row">
              <i className={styles.swatch} style={{ background: color }} />
              {name}
            </th>
            <td>{written(photo)}</td>
            <td>{written(found)}</td>
            <td>{signed(points, 1)}</td>
            <td>{relative === null ? "new" : `${signed(100 * relative, 0)} %`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function sayGone(classes: readonly VanishedClass[]): string {
  const gone = classes.filter(({ hasVanished }) => hasVanished).map(({ name }) => name);
  if (gone.length === 0) return "No class is gone altogether.";
  return `Gone: ${gone.join(", ")}.`;
}

function sayAgreement(share: number): string {
  return `${Math.round(100 * share)} % of all pixels have one label on both.`;
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? "−" : "+"}${text}`;
}

const UNREADABLE: Told = {
  code: "vanished_unreadable",
  sentence: "The file that tells what vanished cannot be read.",
  hint: "It was made by another version. Look for the photo again.",
};
