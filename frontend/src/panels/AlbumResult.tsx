/** AlbumResult: what a model loses of many pictures: classes, one key, and picture by picture what is missing. */

import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { sayChange } from "../controls/ClassFigure";
import { written } from "../controls/scale";
import { artifactUrl } from "../protocol/jobs";
import type { Artifact, JobSummary } from "../protocol/wire";
import { ALBUM_FILE, type Album, type AlbumPicture, inOrder, readAlbum } from "../state/album";
import type { Told } from "../state/jobs";
import styles from "./AlbumResult.module.css";
import { Facts } from "./Facts";
import { Telling } from "./Telling";
import { useArtifact } from "./use_artifact";

export interface AlbumResultProps {
  readonly job: JobSummary;
  readonly artifacts: readonly Artifact[];
}

export function AlbumResult({ job, artifacts }: AlbumResultProps) {
  const { found: album, problem } = useArtifact(job.id, ALBUM_FILE, readAlbum, UNREADABLE);
  const [order, setOrder] = useState("album");
  if (problem) return <Telling told={problem} />;
  if (!album) return <p className={styles.word}>Opening it…</p>;
  const report = artifacts.find(({ media_type }) => media_type.startsWith("text/html"));
  return (
    <div className={styles.result} data-album={job.id}>
      <Facts facts={job.facts} />
      {album.lack !== null && <p className={styles.word}>{album.lack}</p>}
      {album.classes.length > 0 && <Classes album={album} />}
      <Skipped album={album} />
      <div className={styles.tools}>
        <SegmentedControl
          size="xs"
          aria-label="Order of the pictures"
          value={order}
          data={[
            { value: "album", label: "As they came" },
            { value: "worst", label: "Most lost first" },
          ]}
          onChange={setOrder}
        />
        {report && (
          <a
            className={styles.report}
            href={artifactUrl(job.id, report.name)}
            target="_blank"
            rel="noopener noreferrer"
          >
            Open the report in a new tab
          </a>
        )}
      </div>
      <p className={styles.word}>From the left: {album.strip.join(", ")}.</p>
      <Key album={album} />
      <ul className={styles.pictures}>
        {inOrder(album, order === "worst").map((picture) => (
          <li key={picture.name}>
            <Picture job={job.id} picture={picture} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Picture({ job, picture }: { readonly job: string; readonly picture: AlbumPicture }) {
  const { name, strip, isOutside } = picture;
  return (
    <figure data-outside={isOutside || undefined}>
      {strip !== null && <img src={artifactUrl(job, strip)} alt={`${name}, and what was found of it`} />}
      <figcaption>
        <strong>{name}</strong> {sayPicture(picture)}
        {isOutside && <em> Unlike anything the model draws: what is missing is no lack of its training.</em>}
      </figcaption>
    </figure>
  );
}

function sayPicture({ error, agreement, gone }: AlbumPicture): string {
  const differs = `differs by ${error.toFixed(1)} of 255 a pixel`;
  if (agreement === null) return `${differs}.`;
  const lost = gone.length === 0 ? "No class is gone." : `Gone: ${gone.join(", ")}.`;
  return `${differs}; labels agree on ${Math.round(100 * agreement)} %. ${lost}`;
}

function Classes({ album }: { readonly album: Album }) {
  return (
    <table className={styles.table}>
      <caption className={styles.word}>Where a class is on the pictures, seen by {album.segmenter}</caption>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">Pictures</th>
          <th scope="col">Gone from</th>
          <th scope="col">Area there, %</th>
          <th scope="col">Found, %</th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {album.classes.map(({ name, count, lost, photo, found, relative }) => (
          <tr key={name} data-gone={lost > 0 || undefined}>
            <th scope="row">{name}</th>
            <td>{count}</td>
            <td>{lost}</td>
            <td>{written(photo)}</td>
            <td>{written(found)}</td>
            <td>{sayChange(relative)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One key for all label maps. */
function Key({ album: { key } }: { readonly album: Album }) {
  if (key.length === 0) return null;
  return (
    <ul className={styles.key} aria-label="Key of the label maps">
      {key.map(({ name, color }) => (
        <li key={name}>
          <i className={styles.swatch} style={{ background: color }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function Skipped({ album: { skipped } }: { readonly album: Album }) {
  if (skipped.length === 0) return null;
  return (
    <details>
      <summary>
        {skipped.length} {skipped.length === 1 ? "file was" : "files were"} passed over
      </summary>
      <ul className={styles.skipped}>
        {skipped.map(({ name, why }) => (
          <li key={name}>
            <strong>{name}</strong> {why}
          </li>
        ))}
      </ul>
    </details>
  );
}

const UNREADABLE: Told = {
  code: "album_unreadable",
  sentence: "The file that tells what vanished cannot be read.",
  hint: "It was made by another version. Run the job again.",
};
