/** LimitsPanel: how far a walk can go: finds its measurement, starts one, and shows what came out. */

import { Button } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { isActive } from "../state/jobs";
import { guessSeconds, sayGuess } from "../state/limits_time";
import { useApp, useCatalog, useJobs } from "./app";
import { Finished } from "./Finished";
import { JobButtons } from "./JobButtons";
import detailStyles from "./JobDetail.module.css";
import { LimitsResult } from "./LimitsResult";
import { OnItsWay } from "./OnItsWay";
import { Telling } from "./Telling";
import { useAttempt } from "./use_attempt";

/** The recipe that measures limits. */
const RECIPE = "limits";
const QUICK = "quick";
/** What takes longer is begun by its button, not by the key that opens the panel. */
const AT_ONCE_S = 60;
/** Of a job's title. */
const MOST_LETTERS = 120;

export interface LimitsPanelProps {
  readonly model: string;
  readonly walk: string;
  /** Whether to begin if there is no measurement yet. */
  readonly isAsked: boolean;
}

export function LimitsPanel({ model, walk, isAsked }: LimitsPanelProps) {
  const title = useCatalog((state) => state.walks[model]?.walks.find(({ id }) => id === walk)?.title) ?? walk;
  const { id, problem, isLooking, start, guess } = useMeasurement(model, walk, title, isAsked);
  const job = useJobs((state) => state.jobs.find((each) => each.id === id));
  return (
    <article className={detailStyles.detail} aria-label={`Limits of ${title}`}>
      <div className={detailStyles.head}>
        <h3 className={detailStyles.title}>How far can “{title}” go?</h3>
        {job && <JobButtons job={job} />}
        {!isLooking && (!job || !isActive(job)) && (
          <Button
            variant={job ? "default" : "filled"}
            title={`Takes ${guess(job?.state === "done")} while nothing else is asked of the server.`}
            onClick={() => void start(job?.state === "done")}
          >
            {!job ? "Measure it" : job.state === "done" ? "Measure with more seeds" : "Measure again"}
          </Button>
        )}
      </div>
      {problem && <Telling told={problem} />}
      {!job && !problem && (
        <p className={detailStyles.state}>
          {isLooking
            ? "Looking for a measurement…"
            : `Many seeds are moved along the whole range, and what they show is measured at every step. It takes ${guess(false)}; sliders go on working meanwhile.`}
        </p>
      )}
      {job && job.state !== "done" && <OnItsWay job={job} alt="Newest pictures along the walk" />}
      {job?.state === "done" && (
        <Finished job={job}>{(artifacts) => <LimitsResult job={job} artifacts={artifacts} />}</Finished>
      )}
    </article>
  );
}

/** The newest measurement of a walk, begun if it was asked for and there is none. */
function useMeasurement(model: string, walk: string, title: string, isAsked: boolean) {
  const { jobs, jobsView, live, now } = useApp();
  const isKnown = useJobs((state) => state.isKnown);
  const [id, setId] = useState<string | null>(null);
  const { problem, attempt } = useAttempt();
  const [isLooking, setLooking] = useState(true);
  // What was asked for is begun once, however often the panel is drawn.
  const isWanted = useRef(isAsked);

  /** A first look is a quick one, where the recipe knows what that is. */
  const paramsOf = useCallback(
    (isThorough: boolean) => {
      const recipe = jobs.store.getState().recipes?.find(({ kind }) => kind === RECIPE);
      const quick = Object.entries(recipe?.presets ?? {}).find(([name]) => name.toLowerCase() === QUICK);
      return { ...(!isThorough && quick?.[1]), model, walk };
    },
    [jobs, model, walk],
  );
  const secondsOf = useCallback(
    (isThorough: boolean) =>
      guessSeconds(paramsOf(isThorough), live.frames.read(now()).shown?.renderMs ?? null),
    [live, now, paramsOf],
  );
  const start = useCallback(
    (isThorough: boolean) =>
      attempt(async () => {
        const named = `Limits of ${title}`.slice(0, MOST_LETTERS);
        setId((await jobs.start({ kind: RECIPE, params: paramsOf(isThorough), title: named })).id);
      }),
    [attempt, jobs, paramsOf, title],
  );

  useEffect(() => {
    if (!isKnown) return;
    void attempt(async () => {
      const mayStart = isWanted.current;
      isWanted.current = false;
      const found = await jobs.findLike(RECIPE, model, { walk });
      setId(found);
      if (found === null && mayStart && (secondsOf(false) ?? 0) <= AT_ONCE_S) await start(false);
    }).finally(() => {
      setLooking(false);
      jobsView.setState(({ pane }) => (pane.kind === "limits" ? { pane: { ...pane, isAsked: false } } : {}));
    });
  }, [attempt, jobs, jobsView, isKnown, model, walk, start, secondsOf]);

  return { id, problem, isLooking, start, guess: (isThorough: boolean) => sayGuess(secondsOf(isThorough)) };
}
