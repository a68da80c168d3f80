/** LimitsResult: the curves, the pictures and the zones of a finished measurement of a walk. */

import { written } from "../controls/scale";
import { ZoneBar } from "../controls/ZoneBar";
import { artifactUrl } from "../protocol/jobs";
import type { Artifact, JobSummary } from "../protocol/wire";
import type { Told } from "../state/jobs";
import { readLimits, type Zones } from "../state/limits";
import { notationOfWalk, sayStrength } from "../state/walk_units";
import { useCatalog } from "./app";
import { Charts } from "./Charts";
import { Facts } from "./Facts";
import styles from "./LimitsResult.module.css";
import { Telling } from "./Telling";
import { useArtifact } from "./use_artifact";

export const LIMITS_FILE = "limits.json";
const FILMSTRIP = "filmstrip.jpg";

export interface LimitsResultProps {
  readonly job: JobSummary;
  readonly artifacts: readonly Artifact[];
}

export function LimitsResult({ job, artifacts }: LimitsResultProps) {
  const { found: limits, problem } = useArtifact(job.id, LIMITS_FILE, readLimits, UNREADABLE);
  const write = useWriting(job);
  if (problem) return <Telling told={problem} />;
  if (!limits) return <p className={styles.word}>Opening the measurement…</p>;
  const report = artifacts.find(({ media_type }) => media_type.startsWith("text/html"));
  const facts = job.facts.length > 0 ? job.facts : limits.facts;
  return (
    <div className={styles.result} data-limits={job.id}>
      <ZoneBar zones={sayZones(limits.zones)} label="Strengths of the walk" write={write} />
      {artifacts.some(({ name }) => name === FILMSTRIP) && (
        <figure className={styles.strip}>
          <div className={styles.sheet}>
            <img
              src={artifactUrl(job.id, FILMSTRIP)}
              alt="Some seeds at every strength, from least to most"
            />
            <ol className={styles.strengths} aria-label="Strengths of the columns">
              {limits.alphas.map((alpha) => (
                <li key={alpha}>{write(alpha)}</li>
              ))}
            </ol>
          </div>
          <figcaption className={styles.word}>Each row is one seed, each column one strength.</figcaption>
        </figure>
      )}
      <Facts facts={facts} isWide />
      <Charts charts={limits.charts} hasReport={report !== undefined} />
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
  );
}

/** Strengths as the walk's slider writes them; plain numbers for a walk that is not on the shelf any more. */
function useWriting({ model, walks: [id] }: JobSummary): (alpha: number) => string {
  const walk = useCatalog((state) =>
    model === null ? undefined : state.walks[model]?.walks.find((each) => each.id === id),
  );
  const resolution = useCatalog(
    (state) => state.models.find((each) => each.id === model)?.resolution ?? null,
  );
  if (!walk) return (alpha) => written(alpha);
  const notation = notationOfWalk(walk, resolution);
  return (alpha) => sayStrength(alpha, notation);
}

/** Widest meaning first: what was trained, where the attribute keeps moving, and where pictures stand still. */
function sayZones({ trained, reachable, saturated }: Zones) {
  return [
    { name: "trained or usable", range: trained, kind: "trained" as const },
    { name: "keeps moving", range: reachable, kind: "reachable" as const },
    { name: "still changes the picture", range: saturated, kind: "saturated" as const },
  ].flatMap(({ name, range, kind }) => (range ? [{ name, low: range[0], high: range[1], kind }] : []));
}

const UNREADABLE: Told = {
  code: "limits_unreadable",
  sentence: "The file of this measurement cannot be read.",
  hint: "It was made by another version. Measure again.",
};
