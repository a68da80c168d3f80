/** BoardTrain: the foot of the board's right column: on to training, to one that goes on, or to what came of it. */

import { Button } from "@mantine/core";
import { drawnOf } from "../state/board";
import { findModel } from "../state/catalog";
import { isEnded } from "../state/jobs";
import { SKETCH_KIND } from "../state/sketching";
import { useApp, useBoard, useCatalog, useJobs, useModel } from "./app";
import styles from "./BoardNearest.module.css";
import { useTakeUp } from "./use_take_up";

export function BoardTrain() {
  const { boardTraining, view } = useApp();
  const { takeUpModel } = useTakeUp();
  const model = useModel();
  const count = useBoard((state) => drawnOf(state).length);
  const canTrain = useJobs(({ recipes }) => recipes?.some(({ kind }) => kind === SKETCH_KIND) ?? false);
  const newest = useJobs(({ jobs }) => boardTraining.newestOf(model?.id, jobs));
  // One that was called off since takes nothing away.
  const result = useJobs(({ jobs }) => {
    const done = jobs.filter(({ state }) => state === "done");
    return boardTraining.newestOf(model?.id, done)?.result_model ?? null;
  });
  const published = useCatalog((state) => (result === null ? undefined : findModel(state, result)));
  const isGoingOn = newest !== undefined && !isEnded(newest);
  return (
    <div className={styles.training}>
      {published && !isGoingOn && (
        <Button
          fullWidth
          onClick={() => {
            view.setState({ isBoardOpen: false });
            void takeUpModel(published.id);
          }}
        >
          Open the new model
        </Button>
      )}
      {newest && (
        <Button
          fullWidth
          variant={isGoingOn ? "filled" : "default"}
          onClick={() => boardTraining.watch(newest.id)}
        >
          {isGoingOn ? "Watch the training" : "See its training"}
        </Button>
      )}
      <Button
        fullWidth
        variant={isGoingOn ? "default" : "filled"}
        disabled={count === 0 || !canTrain || model === null}
        onClick={() => boardTraining.ask()}
      >
        Train on {count === 1 ? "1 sketch" : `${count} sketches`}…
      </Button>
      <p className={styles.word}>
        {count === 0
          ? "One sketch is enough; up to 30 of one pose make it surer."
          : `Makes a new model from ${model?.title ?? "this one"}, which stays as it is.`}
      </p>
    </div>
  );
}
