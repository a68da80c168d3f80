/** ModelReport: what a model is, what can be done with it, and what became of the file it came from. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { bytes } from "../controls/numbers";
import { drawingUrl, previewUrl } from "../protocol/http";
import type { ModelSummary } from "../protocol/wire";
import { findModel } from "../state/catalog";
import { isEnded } from "../state/jobs";
import { openJobs } from "../state/jobs_view";
import { abilities } from "../state/model_abilities";
import { NEARNESS_KIND } from "../state/nearness";
import { sayTaught } from "../state/sketching";
import { SURVEY_KIND } from "../state/survey";
import { useApp, useCatalog, useJobs } from "./app";
import styles from "./ModelsPanel.module.css";

interface ModelReportProps {
  readonly model: ModelSummary;
  readonly isShown: boolean;
  readonly onUse: () => void;
}

export function ModelReport({ model, isShown, onUse }: ModelReportProps) {
  const { drawer, jobsView } = useApp();
  const canSurvey = useJobs(({ recipes }) => recipes?.some(({ kind }) => kind === SURVEY_KIND) ?? false);
  const canCompare = useJobs(({ recipes }) => recipes?.some(({ kind }) => kind === NEARNESS_KIND) ?? false);
  const { source } = model;
  return (
    <article className={styles.report} aria-label={`Model ${model.title}`}>
      {model.has_preview && <img className={styles.preview} src={previewUrl(model.id)} alt="" />}
      <div className={styles.facts}>
        <h3>{model.title}</h3>
        <p>{model.summary}</p>
        <div className={styles.buttons}>
          <Button disabled={isShown} onClick={onUse}>
            {isShown ? "On the stage" : "Use it"}
          </Button>
          {canSurvey && (
            <Button
              onClick={() =>
                openJobs(drawer, jobsView, {
                  kind: "form",
                  recipe: SURVEY_KIND,
                  params: { models: [model.id] },
                })
              }
            >
              What it cannot draw
            </Button>
          )}
          {canCompare && (
            <Button onClick={() => openJobs(drawer, jobsView, { kind: "nearness", model: model.id })}>
              How near is it to its world?
            </Button>
          )}
          {!model.is_shipped && <DeleteButton key={model.id} model={model} isShown={isShown} />}
        </div>
        {model.taught && <TaughtBy model={model} taught={model.taught} />}
        <h4>What it allows</h4>
        <ul>
          {abilities(model).map(({ can, says }) => (
            <li key={says} data-can={can}>
              {says}
            </li>
          ))}
        </ul>
        {source && (
          <>
            <h4>Where it is from</h4>
            <p>
              {source.layout}, the file {source.file} of {bytes(source.size_bytes)}
            </p>
            <Lines title="Guessed" lines={source.notes} />
            <Lines title="Left out" lines={source.ignored} />
            <p className={styles.hash} title="sha256 of the file">
              {source.sha256}
            </p>
          </>
        )}
        <h4>Licence</h4>
        <p>{model.licence}</p>
      </div>
    </article>
  );
}

interface TaughtByProps {
  readonly model: ModelSummary;
  readonly taught: NonNullable<ModelSummary["taught"]>;
}

/** The drawings that it learned from, and what came of them. */
function TaughtBy({ model, taught }: TaughtByProps) {
  const parent = useCatalog((state) => findModel(state, taught.parent)?.title) ?? taught.parent;
  const numbers = Array.from({ length: taught.drawings }, (_, place) => place + 1);
  return (
    <>
      <h4>What taught it</h4>
      <p>{sayTaught(taught, parent)}</p>
      {numbers.length > 0 && (
        <ul className={styles.drawings} aria-label="Drawings it learned from">
          {numbers.map((number) => (
            <li key={number}>
              <img src={drawingUrl(model.id, number)} alt={`Drawing ${number}`} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <p className={styles.hint}>{title}</p>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}

/** Asks first: the file that was sent is not kept. */
function DeleteButton({ model, isShown }: Pick<ModelReportProps, "model" | "isShown">) {
  const { removeModel } = useApp();
  const [isAsking, setAsking] = useState(false);
  const busy = useJobs((state) => state.jobs.find((job) => job.model === model.id && !isEnded(job)));
  if (!isAsking) {
    return (
      <Button
        variant="subtle"
        disabled={isShown}
        title={isShown ? "Put another model on the stage first" : undefined}
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
    );
  }
  return (
    <fieldset className={styles.asking} aria-label={`Delete ${model.title}?`}>
      <span>
        Delete it from this server?
        {busy && ` “${busy.title}” is at work on it, and ends.`}
      </span>
      <Button onClick={() => void removeModel(model.id)}>Delete</Button>
      <Button variant="subtle" onClick={() => setAsking(false)}>
        Keep
      </Button>
    </fieldset>
  );
}
