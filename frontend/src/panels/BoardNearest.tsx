/** BoardNearest: samples like the drawing with what the computer draws of them, and the way to training. */

import { Button, UnstyledButton } from "@mantine/core";
import { addressOf } from "../protocol/address";
import type { NearestFound, NearSample } from "../protocol/wire";
import { activeOf, drawnOf, isBlank } from "../state/board";
import { openJobs } from "../state/jobs_view";
import { SKETCH_KIND } from "../state/sketching";
import { useApp, useBoard, useJobs, useModel, useObservable } from "./app";
import styles from "./BoardSheet.module.css";
import { useTakeUp } from "./use_take_up";

export function BoardNearest() {
  const { nearest } = useApp();
  const found = useObservable(nearest.found);
  const model = useModel();
  const hasDrawn = useBoard((state) => !isBlank(activeOf(state), state.kind));
  return (
    <section className={styles.nearest} aria-label="Samples like the sketch">
      <h3>{hasDrawn ? "Nearest samples" : "Samples"} and what the computer draws of them</h3>
      <p className={styles.word} role="status" data-done={found?.is_done ?? false}>
        {say(found, model?.title ?? "the model", hasDrawn)}
      </p>
      {found?.lack && (
        <p className={styles.warning}>
          <strong>{found.lack.sentence}</strong> {found.lack.hint}
        </p>
      )}
      {found?.warning && hasDrawn && (
        <p className={styles.warning} role="alert">
          <strong>{found.warning.sentence}</strong> {found.warning.hint}
        </p>
      )}
      <ul className={styles.samples} aria-label="Samples">
        {found?.samples.map((sample) => (
          <Sample key={sample.seed} sample={sample} hasDrawn={hasDrawn} />
        ))}
      </ul>
      <Training />
    </section>
  );
}

function say(found: NearestFound | null, model: string, hasDrawn: boolean): string {
  if (!found) return `Looking at samples of ${model}…`;
  if (found.lack) return "";
  if (!found.is_done) return `${found.seen} of ${found.of} samples of ${model} looked at…`;
  if (!hasDrawn)
    return "Draw like the right one of each pair: the same outlines, as thick. Press one to trace it.";
  return `Of ${found.of} samples of ${model}, by how well lines lie on lines. Press one to trace it.`;
}

function Sample({ sample, hasDrawn }: { readonly sample: NearSample; readonly hasDrawn: boolean }) {
  const { board } = useApp();
  const trace = useBoard((state) => state.trace);
  const { seed, match, picture, map } = sample;
  const isPicture = trace.kind === "sample" && trace.seed === seed;
  const isMap = trace.kind === "map" && trace.thumbnail === map;
  return (
    <li className={styles.sample} data-seed={seed}>
      <UnstyledButton
        aria-label={`Trace sample ${seed}`}
        aria-pressed={isPicture}
        onClick={() => board.setState({ trace: { kind: "sample", seed }, isTraceShown: true })}
      >
        <img src={addressOf(`/api/thumbnails/${picture}`)} alt="" draggable={false} />
      </UnstyledButton>
      <UnstyledButton
        aria-label={`Trace what the computer draws of sample ${seed}`}
        aria-pressed={isMap}
        onClick={() => board.setState({ trace: { kind: "map", thumbnail: map }, isTraceShown: true })}
      >
        <img src={addressOf(`/api/thumbnails/${map}`)} alt="" draggable={false} />
      </UnstyledButton>
      {hasDrawn && <span className={styles.number}>{Math.round(100 * match)} %</span>}
    </li>
  );
}

/** From the drawings to the job that makes the new model. */
function Training() {
  const { boardSets, drawer, jobsView, view } = useApp();
  const { takeUpModel } = useTakeUp();
  const model = useModel();
  const count = useBoard((state) => drawnOf(state).length);
  const canTrain = useJobs(({ recipes }) => recipes?.some(({ kind }) => kind === SKETCH_KIND) ?? false);
  const jobs = useJobs((state) => state.jobs);
  const newest = jobs.find(({ kind, model: of }) => kind === SKETCH_KIND && of === model?.id);
  const published = newest?.state === "done" ? newest.result_model : null;
  const train = async () => {
    if (!(await boardSets.saveNow())) return;
    const set = boardSets.open.get();
    if (!set || !model) return;
    view.setState({ isBoardOpen: false });
    openJobs(drawer, jobsView, {
      kind: "form",
      recipe: SKETCH_KIND,
      params: { model: model.id, sketches: set.id },
    });
  };
  const watch = () => {
    if (!newest) return;
    view.setState({ isBoardOpen: false });
    openJobs(drawer, jobsView, { kind: "job", id: newest.id });
  };
  return (
    <div className={styles.training}>
      <Button
        fullWidth
        variant="filled"
        disabled={count === 0 || !canTrain || model === null}
        onClick={() => void train()}
      >
        Train on {count === 1 ? "1 sketch" : `${count} sketches`}…
      </Button>
      {published !== null && (
        <Button
          fullWidth
          onClick={() => {
            view.setState({ isBoardOpen: false });
            takeUpModel(published);
          }}
        >
          Open the new model
        </Button>
      )}
      {newest && (
        <Button fullWidth onClick={watch}>
          {published === null ? "Watch the training" : "See its training"}
        </Button>
      )}
      <p className={styles.word}>
        {count === 0
          ? "One sketch is enough; up to 30 of one pose make it surer."
          : `Makes a new model from ${model?.title ?? "this one"}, which stays as it is.`}
      </p>
    </div>
  );
}
