/** NearnessResult: how near a model came to its world, in plain words, and the figures of the report. */

import { written } from "../controls/scale";
import { artifactUrl } from "../protocol/jobs";
import type { Artifact, JobSummary } from "../protocol/wire";
import type { Told } from "../state/jobs";
import { NEARNESS_FILE, type Nearness, type NearnessSection, readNearness } from "../state/nearness";
import { sayName } from "../state/readouts";
import { Charts } from "./Charts";
import { Facts } from "./Facts";
import styles from "./NearnessResult.module.css";
import { Telling } from "./Telling";
import { useArtifact } from "./use_artifact";
import { Word } from "./Word";

export interface NearnessResultProps {
  readonly job: JobSummary;
  readonly artifacts: readonly Artifact[];
}

export function NearnessResult({ job, artifacts }: NearnessResultProps) {
  const { found, problem } = useArtifact(job.id, NEARNESS_FILE, readNearness, UNREADABLE);
  if (problem) return <Telling told={problem} />;
  if (!found) return <p className={styles.word}>Opening the measurement…</p>;
  const files = DOWNLOADS.filter(({ name }) => artifacts.some((each) => each.name === name));
  return (
    <div className={styles.result} data-nearness={job.id}>
      <Figures found={found} />
      <Missing found={found} />
      {found.notes.map((note) => (
        <p key={note} className={styles.word}>
          {note}
        </p>
      ))}
      <ul className={styles.files} aria-label="Downloads">
        {files.map(({ name, text }) => (
          <li key={name}>
            <a href={artifactUrl(job.id, name)} download={`${job.model ?? "model"}-${name}`}>
              {text}
            </a>
          </li>
        ))}
      </ul>
      {found.sections.map((section) => (
        <Section key={section.title} job={job.id} section={section} hasReport={files.length > 0} />
      ))}
    </div>
  );
}

const DOWNLOADS = [
  { name: "report.html", text: "Report, one HTML page that opens offline" },
  { name: NEARNESS_FILE, text: "Numbers as JSON" },
  { name: "nearness.csv", text: "Numbers as CSV" },
] as const;

/** The first figures, each with what to hold it against. */
function Figures({ found: { seen, pixels, limit, world, count, psi } }: { readonly found: Nearness }) {
  const facts = [
    {
      name: "Fréchet distance",
      value: `${written(seen.frechet)}: ${sayDistance(seen)}`,
    },
    { name: "of infinitely many", value: `${written(limit)}, without the bias of small samples` },
    {
      name: "Precision",
      value: `${written(100 * seen.precision, 0)} % of its pictures lie among the world’s; of the world’s own ${written(100 * seen.precisionCeiling, 0)} %`,
    },
    {
      name: "Recall",
      value: `${written(100 * seen.recall, 0)} % of the world’s pictures lie among its; among the world’s own ${written(100 * seen.recallCeiling, 0)} %`,
    },
    {
      name: "Pixels alone",
      value: `${written(pixels.frechet)}, the world from itself ${written(pixels.floor)}; precision ${written(100 * pixels.precision, 0)} %, recall ${written(100 * pixels.recall, 0)} %`,
    },
  ];
  return (
    <>
      <Facts facts={facts} />
      <p className={styles.word}>
        {count} pictures at ψ {written(psi)} beside {count} of {world}, seen by the same networks; the{" "}
        <Word of="nearness">distance</Word> compares with others of {count} pictures alone. The networks
        forgive blurred pictures, plain pixels do not.
      </p>
    </>
  );
}

/** How the distance is to be read beside the noise floor. */
function sayDistance({ frechet, floor, floorHigh }: Nearness["seen"]): string {
  const own = `the world from itself reads ${written(floor)}, at most ${written(floorHigh)}`;
  if (frechet <= floorHigh) return `${own}, so no difference is seen`;
  return floor > 0 ? `${written(frechet / floor, 1)} times as far as chance; ${own}` : own;
}

function Missing({ found }: { readonly found: Nearness }) {
  if (found.missing.length === 0) {
    return <p className={styles.word}>Nothing is missing of what the factor network can tell.</p>;
  }
  return (
    <section aria-label="What is missing">
      <h3>What is missing</h3>
      <p className={styles.word}>
        What the world draws at least five times as often. Where a network is wrong about its pictures, so is
        this.
      </p>
      <ul className={styles.missing}>
        {found.missing.map(({ name, what }) => (
          <li key={name}>
            <strong>{sayName(name)}</strong> {what.join(", ")}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface SectionProps {
  readonly job: string;
  readonly section: NearnessSection;
  readonly hasReport: boolean;
}

function Section({ job, section, hasReport }: SectionProps) {
  const { title, text, charts, pictures, isSmall } = section;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <p className={styles.word}>{text}</p>
      {pictures.length > 0 && (
        <div className={styles.pictures}>
          {pictures.map((each) => (
            <figure key={each.file}>
              <figcaption>
                <strong>{each.title}</strong> {each.note}
              </figcaption>
              <img src={artifactUrl(job, each.file)} alt={`First pictures: ${each.title.toLowerCase()}`} />
            </figure>
          ))}
        </div>
      )}
      {charts.length > 0 && <Charts charts={charts} hasReport={hasReport} isSmall={isSmall} />}
    </section>
  );
}

const UNREADABLE: Told = {
  code: "nearness_unreadable",
  sentence: "The file of this measurement cannot be read.",
  hint: "It was made by another version. Measure again.",
};
