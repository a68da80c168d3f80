/** NearnessPanel: how near a model is to its world: which model, by how many pictures, and what came out. */

import { Button, Select } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { NumberField } from "../controls/NumberField";
import { findModel } from "../state/catalog";
import { isActive } from "../state/jobs";
import { LEAST_PICTURES, MOST_PICTURES, NEARNESS_KIND, USUAL_PICTURES } from "../state/nearness";
import { useApp, useCatalog, useJobs } from "./app";
import { Finished } from "./Finished";
import { JobButtons } from "./JobButtons";
import detailStyles from "./JobDetail.module.css";
import styles from "./NearnessPanel.module.css";
import { NearnessResult } from "./NearnessResult";
import { OnItsWay } from "./OnItsWay";
import { Telling } from "./Telling";
import { useAttempt } from "./use_attempt";

export interface NearnessPanelProps {
  readonly model: string;
}

export function NearnessPanel({ model }: NearnessPanelProps) {
  const { jobsView } = useApp();
  const models = useCatalog((state) => state.models);
  const found = useCatalog((state) => findModel(state, model));
  const [count, setCount] = useState(USUAL_PICTURES);
  const { job, problem, isLooking, start } = useMeasurement(model);
  return (
    <article className={detailStyles.detail} aria-label="How near is it to its world?">
      <div className={detailStyles.head}>
        <h3 className={detailStyles.title}>How near is {found?.title ?? model} to its world?</h3>
        {job && <JobButtons job={job} />}
      </div>
      <form
        className={styles.form}
        aria-label="Measure how near it is"
        onSubmit={(event) => {
          event.preventDefault();
          void start(count);
        }}
      >
        <Select
          label="Model"
          searchable
          allowDeselect={false}
          value={model}
          data={models.map(({ id, title }) => ({ value: id, label: title }))}
          onChange={(id) => id !== null && jobsView.setState({ pane: { kind: "nearness", model: id } })}
        />
        <div className={styles.count}>
          <label htmlFor="nearness-count">Pictures</label>
          <NumberField
            id="nearness-count"
            label="Pictures"
            value={count}
            min={LEAST_PICTURES}
            max={MOST_PICTURES}
            width={6}
            isWhole
            step={100}
            format={String}
            onCommit={setCount}
          />
        </div>
        <Button
          type="submit"
          variant={job?.state === "done" ? "default" : "filled"}
          disabled={isLooking || (job !== undefined && isActive(job))}
        >
          {job === undefined ? "Measure it" : "Measure again"}
        </Button>
      </form>
      {problem && <Telling told={problem} />}
      {!job && !problem && (
        <p className={detailStyles.state}>
          {isLooking
            ? "Looking for a measurement…"
            : "Its pictures are held against twice as many of the world that its card names, seen by the same networks: how far the two lie apart, what is real of what it draws, and what it leaves out. What was seen of a world is kept for the next model of it."}
        </p>
      )}
      {job && job.state !== "done" && (
        <OnItsWay job={job} alt="First pictures of the model, and beneath them of its world" />
      )}
      {job?.state === "done" && (
        <Finished key={job.id} job={job}>
          {(artifacts) => <NearnessResult job={job} artifacts={artifacts} />}
        </Finished>
      )}
    </article>
  );
}

/** The newest measurement of a model, and a way to begin another; one that failed is shown if it was begun here. */
function useMeasurement(model: string) {
  const { jobs } = useApp();
  const isKnown = useJobs((state) => state.isKnown);
  const [id, setId] = useState<string | null>(null);
  const { problem, attempt } = useAttempt();
  const [isLooking, setLooking] = useState(true);
  const job = useJobs((state) => state.jobs.find((each) => each.id === id));
  const start = useCallback(
    (count: number) =>
      attempt(async () => {
        setId((await jobs.start({ kind: NEARNESS_KIND, params: { model, count }, title: "" })).id);
      }),
    [attempt, jobs, model],
  );
  useEffect(() => {
    if (!isKnown) return;
    let isGone = false;
    void attempt(async () => {
      const found = await jobs.findLike(NEARNESS_KIND, model, { model });
      // What was begun meanwhile stays.
      if (!isGone) setId((own) => own ?? found);
    }).finally(() => !isGone && setLooking(false));
    return () => {
      isGone = true;
    };
  }, [attempt, jobs, isKnown, model]);
  return { job, problem, isLooking, start };
}
