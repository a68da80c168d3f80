/** SampleResult: the samples of a finished job, how their factors came to be spread, and the files to take away. */

import { Button } from "@mantine/core";
import { Icon } from "../controls/icons";
import { LineChart } from "../controls/LineChart";
import { fixed } from "../controls/numbers";
import { artifactUrl } from "../protocol/jobs";
import type { Artifact, JobSummary } from "../protocol/wire";
import { notationOfFactor, sayFactor } from "../state/factor_units";
import type { Told } from "../state/jobs";
import { coarsened, middlesOf, readSamples, SAMPLE_FILE, type Spread } from "../state/sample_result";
import styles from "./SampleResult.module.css";
import { Telling } from "./Telling";
import { useArtifact } from "./use_artifact";
import { Word } from "./Word";

const SHEET = "sheet.jpg";
/** Pictures on a sheet, at most. */
const SHEET_COUNT = 64;
const ZIP = "samples.zip";
const TABLE = "values.csv";

export interface SampleResultProps {
  readonly job: JobSummary;
  readonly artifacts: readonly Artifact[];
}

export function SampleResult({ job, artifacts }: SampleResultProps) {
  const { found: samples, problem } = useArtifact(job.id, SAMPLE_FILE, readSamples, UNREADABLE);
  if (problem) return <Telling told={problem} />;
  if (!samples) return <p className={styles.word}>Opening the samples…</p>;
  const has = (name: string) => artifacts.some((artifact) => artifact.name === name);
  const [first] = samples.spreads;
  return (
    <div className={styles.result} data-samples={job.id}>
      <div className={styles.buttons}>
        {has(ZIP) && <Download job={job.id} name={ZIP} text="Download the samples (zip)" isMain />}
        {has(TABLE) && <Download job={job.id} name={TABLE} text="Values (CSV)" />}
        {has(SHEET) && <Download job={job.id} name={SHEET} text="Sheet (JPEG)" />}
      </div>
      <div className={styles.look}>
        {has(SHEET) && (
          <figure className={styles.sheet}>
            <img
              src={artifactUrl(job.id, SHEET)}
              alt={`The first samples, from the least ${first?.title ?? "value"} to the most`}
            />
            <figcaption className={styles.word}>
              {samples.count > SHEET_COUNT ? `The first ${SHEET_COUNT} of` : "All"} {samples.count} samples,
              by {first?.title ?? "value"}.
            </figcaption>
          </figure>
        )}
        <div className={styles.spreads}>
          {samples.spreads.map((spread) => (
            <SpreadChart key={spread.walk} spread={coarsened(spread, samples.count)} />
          ))}
        </div>
      </div>
    </div>
  );
}

interface DownloadProps {
  readonly job: string;
  readonly name: string;
  readonly text: string;
  readonly isMain?: boolean;
}

function Download({ job, name, text, isMain = false }: DownloadProps) {
  return (
    <Button
      component="a"
      href={artifactUrl(job, name)}
      download={name}
      variant={isMain ? "filled" : "default"}
      leftSection={<Icon name="download" />}
    >
      {text}
    </Button>
  );
}

/** What was wanted, predicted and measured over one axis, and how far apart they lie. */
function SpreadChart({ spread }: { readonly spread: Spread }) {
  const { title, unit, wanted, predicted, measured, without } = spread;
  const x = middlesOf(spread);
  const percent = (shares: readonly number[]) => shares.map((share) => share * 100);
  const lines = [
    { name: "wanted", x, y: percent(wanted) },
    ...(measured ? [{ name: "measured", x, y: percent(measured) }] : []),
    { name: "predicted", x, y: percent(predicted) },
    { name: "without choosing", x, y: percent(without) },
  ];
  return (
    <div className={styles.spread}>
      <LineChart
        title={`How ${title} is spread`}
        height={184}
        x={{ label: title, unit, low: null, high: null, scale: "linear" }}
        y={{ label: "share", unit: "%", low: 0, high: null, scale: "linear" }}
        lines={lines}
      />
      <Distances spread={spread} />
    </div>
  );
}

function Distances({ spread }: { readonly spread: Spread }) {
  const { ksMeasured, ksPredicted, ksWithout, meanError, unit, cut, offPrior } = spread;
  const notation = { ...notationOfFactor(unit), isSigned: false, isBefore: false };
  const rows = [
    ...(ksMeasured === null ? [] : [["measured", ksMeasured] as const]),
    ["predicted", ksPredicted] as const,
    ["without choosing", ksWithout] as const,
  ];
  const percent = (share: number) => `${fixed(share * 100, share < 0.1 ? 1 : 0)} %`;
  const notes = [
    ksMeasured === null && "Nothing here measures this factor: it is spread by its own prediction.",
    meanError !== null && `Measured values are ${sayFactor(meanError, notation)} off on average.`,
    cut > 0 && `${percent(cut)} of what was drawn lies where the factor does not reach, and is left out.`,
    offPrior > 0 && `${percent(offPrior)} of the samples lie off what the generator draws by itself.`,
  ].filter((note) => note !== false);
  return (
    <>
      <table className={styles.distances}>
        <caption>
          <Word of="distribution">KS distance</Word> from what was wanted
        </caption>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{fixed(value, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {notes.map((note) => (
        <p key={note} className={styles.word}>
          {note}
        </p>
      ))}
    </>
  );
}

const UNREADABLE: Told = {
  code: "samples_unreadable",
  sentence: "What came of this sampling cannot be read.",
  hint: "It was made by another version. Draw the samples again.",
};
