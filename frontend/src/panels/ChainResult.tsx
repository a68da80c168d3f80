/** ChainResult: a chain of frames as it plays, all its frames, and its path through the latents drawn flat. */

import { artifactUrl } from "../protocol/jobs";
import type { Artifact, JobSummary } from "../protocol/wire";
import styles from "./ChainResult.module.css";

/** What every chain leaves. */
export const CHAIN_FILE = "path-pca.svg";

const PICTURES = [
  ["animation.webp", "The frames in turn", false],
  [CHAIN_FILE, "Its path, drawn flat by principal components", false],
  ["path-umap.svg", "Its path, drawn flat by UMAP: neighbours stay neighbours", false],
  ["filmstrip.png", "All frames, in order", true],
] as const;

interface ChainResultProps {
  readonly job: JobSummary;
  readonly artifacts: readonly Artifact[];
}

export function ChainResult({ job, artifacts }: ChainResultProps) {
  return (
    <div className={styles.pictures}>
      {PICTURES.filter(([name]) => artifacts.some((file) => file.name === name)).map(
        ([name, words, isWide]) => (
          <figure key={name} data-wide={isWide}>
            <img src={artifactUrl(job.id, name)} alt={words} />
            <figcaption>{words}</figcaption>
          </figure>
        ),
      )}
    </div>
  );
}
