/** SurveyResult: what generators leave out: the figure of classes, and of a chosen one its examples. */

import { Button, SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { ClassFigure, sayChange } from "../controls/ClassFigure";
import { ScatterChart } from "../controls/ScatterChart";
import { type Axis, written } from "../controls/scale";
import { artifactUrl } from "../protocol/jobs";
import type { Artifact, JobSummary } from "../protocol/wire";
import type { Told } from "../state/jobs";
import {
  type LossCause,
  lossAgainst,
  readSurvey,
  rowsOf,
  SURVEY_FILE,
  type Survey,
  type SurveyClass,
  type SurveyModel,
  type SurveyOrder,
} from "../state/survey";
import { Facts } from "./Facts";
import styles from "./SurveyResult.module.css";
import { Telling } from "./Telling";
import { useArtifact } from "./use_artifact";
import { Word } from "./Word";

export interface SurveyResultProps {
  readonly job: JobSummary;
  readonly artifacts: readonly Artifact[];
}

export function SurveyResult({ job, artifacts }: SurveyResultProps) {
  const { found: survey, problem } = useArtifact(job.id, SURVEY_FILE, readSurvey, UNREADABLE);
  const [order, setOrder] = useState<SurveyOrder>("area");
  const [chosen, setChosen] = useState<string | null>(null);
  if (problem) return <Telling told={problem} />;
  if (!survey) return <p className={styles.word}>Opening the survey…</p>;
  const report = artifacts.find(({ media_type }) => media_type.startsWith("text/html"));
  const rows = rowsOf(survey, order).map(({ name, real, models }) => ({
    name,
    real,
    marks: models.map(({ model, relative, low, high }) => ({ area: model, relative, low, high })),
  }));
  return (
    <div className={styles.result} data-survey={job.id}>
      <div className={styles.figure}>
        <ClassFigure
          title={`What is generated, against ${survey.against}`}
          models={survey.models.map(({ title }) => title)}
          rows={rows}
          chosen={chosen}
          onChoose={(name) => setChosen((before) => (before === name ? null : name))}
        />
        <div className={styles.tools}>
          <SegmentedControl
            size="xs"
            aria-label="Order of the classes"
            value={order}
            data={[
              { value: "area", label: "Largest first" },
              { value: "loss", label: "Most lost first" },
            ]}
            onChange={(value) => setOrder(value === "loss" ? "loss" : "area")}
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
      </div>
      <div className={styles.side}>
        {chosen === null ? (
          <Whole job={job} survey={survey} onChoose={setChosen} />
        ) : (
          <OneClass job={job} survey={survey} name={chosen} onClose={() => setChosen(null)} />
        )}
      </div>
    </div>
  );
}

interface WholeProps {
  readonly job: JobSummary;
  readonly survey: Survey;
  readonly onChoose: (name: string) => void;
}

/** What there is to say before a class is chosen. */
function Whole({ job, survey, onChoose }: WholeProps) {
  const { skipped } = survey;
  return (
    <>
      <Facts facts={job.facts} />
      <p className={styles.word}>Choose a class for examples of it.</p>
      {survey.models.map((model) => (
        <p key={model.title} className={styles.word}>
          {survey.models.length > 1 && `${model.title}: `}
          <Word of="survey">FSD</Word> {written(model.fsd)} is {written(model.fsdMean)} of mean areas and{" "}
          {written(model.fsdCov)} of how they vary together. The noise floor is {written(survey.floor.mean)}:
          what {survey.floor.count} real pictures differ by from as many others. {sayRanks(model)}
        </p>
      ))}
      <Causes survey={survey} onChoose={onChoose} />
      {survey.notes.map((note) => (
        <p key={note} className={styles.word}>
          {note}
        </p>
      ))}
      {skipped.count > 0 && (
        <details>
          <summary>
            {skipped.count} {skipped.count === 1 ? "file" : "files"} could not be read
          </summary>
          <ul className={styles.skipped}>
            {skipped.files.map(({ name, why }) => (
              <li key={name}>
                <strong>{name}</strong> {why}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function sayRanks({ ranks }: SurveyModel): string {
  const told = ranks.flatMap(({ name, value }) => (value === null ? [] : [`${name} ${written(value, 2)}`]));
  if (told.length === 0) return "";
  return `Rank correlation of loss with ${told.join(", ")}: near −1 what is small or rare is lost most, near 1 what is large or common.`;
}

const CAUSES: Readonly<Record<LossCause, Axis>> = {
  area: { label: "mean area", unit: "% of the picture", low: null, high: null, scale: "log" },
  frequency: { label: "frequency", unit: "% of pictures", low: 0, high: null, scale: "linear" },
  outline: { label: "outline", unit: "sides of the picture", low: 0, high: null, scale: "linear" },
};
const CHANGE: Axis = {
  label: "difference",
  unit: "%",
  low: -100,
  high: null,
  scale: "linear",
};

/** Whether what is lost is small, rare, or long-edged: a point for each class. */
function Causes({ survey, onChoose }: Pick<WholeProps, "survey" | "onChoose">) {
  const [cause, setCause] = useState<LossCause>("area");
  const series = useMemo(() => lossAgainst(survey, cause), [survey, cause]);
  return (
    <div className={styles.causes}>
      <SegmentedControl
        size="xs"
        aria-label="What loss is held against"
        value={cause}
        data={[
          { value: "area", label: "Area" },
          { value: "frequency", label: "Frequency" },
          { value: "outline", label: "Outline" },
        ]}
        onChange={(value) => setCause(value as LossCause)}
      />
      <ScatterChart
        title={`More or less than real, against ${CAUSES[cause].label}`}
        x={CAUSES[cause]}
        y={CHANGE}
        series={series}
        chosen={null}
        onChoose={onChoose}
      />
    </div>
  );
}

interface OneClassProps {
  readonly job: JobSummary;
  readonly survey: Survey;
  readonly name: string;
  readonly onClose: () => void;
}

function OneClass({ job, survey, name, onClose }: OneClassProps) {
  return (
    <section className={styles.examples} aria-label={`Examples of ${name}`}>
      <div className={styles.head}>
        <h3>{name}</h3>
        <Button size="compact-xs" variant="default" onClick={onClose}>
          All classes
        </Button>
      </div>
      {survey.models.map((model) => {
        const sheet = model.sheets[name];
        const found = model.classes.find((each) => each.name === name);
        return (
          <div key={model.title}>
            {survey.models.length > 1 && <h4>{model.title}</h4>}
            {found && <p className={styles.word}>{sayClass(found)}</p>}
            {sheet && (
              <div className={styles.sheet}>
                <ol aria-label="Rows of the picture">
                  {survey.rows.map((row, place) => (
                    <li key={row}>
                      {row}
                      {sheet.counts[place] === 0 && <em> none</em>}
                    </li>
                  ))}
                </ol>
                <img
                  src={artifactUrl(job.id, sheet.file)}
                  alt={`Examples of ${name}, real and of ${model.title}`}
                />
              </div>
            )}
          </div>
        );
      })}
    </section>
  );
}

/** One class in a sentence or two. */
function sayClass({ real, model, relative, low, high, realFrequency, modelFrequency }: SurveyClass): string {
  const areas = `${written(real)} % of real pictures' area, ${written(model)} % of generated ones`;
  const spread = low !== null && high !== null ? ` (${sayChange(low)} to ${sayChange(high)})` : "";
  const change = relative === null ? "" : `: ${sayChange(relative)}${spread}`;
  const often = `In ${written(100 * realFrequency)} % of real and ${written(100 * modelFrequency)} % of generated pictures.`;
  return `${areas}${change}. ${often}`;
}

const UNREADABLE: Told = {
  code: "survey_unreadable",
  sentence: "The file of this survey cannot be read.",
  hint: "It was made by another version. Run it again.",
};
