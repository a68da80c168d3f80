/** SketchSheet: the live sheet of a training by drawings: the same seeds before and now, with your sketch beside them. */

import { useEffect, useState } from "react";
import { BrowserClock } from "../protocol/clock";
import { jobPreviewUrl } from "../protocol/jobs";
import type { JobSummary } from "../protocol/wire";
import { findModel } from "../state/catalog";
import { NewestPicture, type NewestShown } from "../state/newest_picture";
import { useCatalog, useObservable } from "./app";
import styles from "./SketchSheet.module.css";

/** Of the sheet as the server lays it out: in each row a drawing and then the seeds from 0, pixels apart. */
const [COLUMNS, ROWS, GAP] = [7, 3, 2];
const SEEDS = Array.from({ length: COLUMNS - 1 }, (_, seed) => seed);

export function SketchSheet({ job }: { readonly job: JobSummary }) {
  const parent = useCatalog((state) => findModel(state, job.model ?? ""));
  const { url, isLost } = useNewest(jobPreviewUrl(job));
  const lost = isLost && <Lost isOld={url !== null} />;
  if (url === null) return lost || null;
  if (!parent) {
    return (
      <>
        <img className={styles.plain} src={url} alt={`Newest pictures of ${job.title}`} />
        {lost}
      </>
    );
  }
  const rows = [
    `Before: ${parent.title}`,
    job.state === "done" ? "After: the new model" : "Now: the new model so far",
    "What the computer draws of these",
  ];
  const crop = { url, side: parent.resolution };
  return (
    <figure
      className={styles.sheet}
      aria-label={`Newest pictures of ${job.title}`}
      data-preview={job.preview}
    >
      <div className={styles.sketch}>
        <span className={styles.caption}>Your sketch</span>
        <Crop {...crop} row={0} column={0} columns={1} label="Your sketch" />
      </div>
      <div className={styles.rows}>
        {rows.map((words, row) => (
          <div key={words} className={styles.row}>
            <span className={styles.caption}>{words}</span>
            <Crop
              {...crop}
              row={row}
              column={1}
              columns={COLUMNS - 1}
              label={`${words}, seeds 0 to ${COLUMNS - 2}`}
            />
          </div>
        ))}
        <div className={styles.seeds} aria-hidden="true">
          {SEEDS.map((seed) => (
            <span key={seed}>seed {seed}</span>
          ))}
        </div>
        {lost}
      </div>
    </figure>
  );
}

/** The training goes on all the same: only its picture does not come. */
function Lost({ isOld }: { readonly isOld: boolean }) {
  return (
    <p className={styles.lost} role="status">
      {isOld
        ? "The newest sheet cannot be fetched: this is an earlier one. It is tried again."
        : "The sheet cannot be fetched. It is tried again."}
    </p>
  );
}

interface CropProps {
  readonly url: string;
  /** Pixels a side of one picture. */
  readonly side: number;
  readonly row: number;
  readonly column: number;
  readonly columns: number;
  readonly label: string;
}

/** Pictures side by side, cut out of the sheet. */
function Crop({ url, side, row, column, columns, label }: CropProps) {
  const step = side + GAP;
  const box = [GAP + column * step, GAP + row * step, columns * step - GAP, side].join(" ");
  return (
    <svg className={styles.crop} viewBox={box} role="img" aria-label={label}>
      <image href={url} width={COLUMNS * step + GAP} height={ROWS * step + GAP} />
    </svg>
  );
}

/** The newest of some addresses whose picture is there. */
function useNewest(url: string): NewestShown {
  const [newest] = useState(() => new NewestPicture(load, new BrowserClock()));
  useEffect(() => newest.want(url), [newest, url]);
  useEffect(() => () => newest.stop(), [newest]);
  return useObservable(newest.shown);
}

function load(url: string): Promise<void> {
  const image = new Image();
  image.src = url;
  return image.decode();
}
