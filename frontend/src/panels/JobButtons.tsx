/** JobButtons: what can be asked of a job; what costs its files or its time asks once more, in place. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { IconButton } from "../controls/IconButton";
import type { IconName } from "../controls/icons";
import { duration } from "../controls/numbers";
import type { JobAct } from "../protocol/jobs";
import type { JobSummary } from "../protocol/wire";
import { actsOf, canFinish, isEnded } from "../state/jobs";
import { useApp, useJobs } from "./app";
import styles from "./JobRow.module.css";

type Act = Exclude<JobAct, "finish">;

const ACTS: Readonly<Record<Act, { readonly icon: IconName; readonly name: string }>> = {
  pause: { icon: "pause", name: "Pause" },
  resume: { icon: "play", name: "Resume" },
  cancel: { icon: "stop", name: "Cancel" },
  restart: { icon: "reset", name: "Start over" },
};

/** Each has its place. Those that are for an ended job stand where nothing stood while it ran. */
const PLACES: readonly (readonly Act[])[] = [["restart"], ["pause", "resume"], ["cancel"]];
const [OF_ENDED, ALL] = [1, PLACES.length];

/** Work of less time than this is cancelled at once. */
const SHORT_S = 60;

type Question = "delete" | "restart" | "cancel";

export function JobButtons({ job }: { readonly job: JobSummary }) {
  const { jobs } = useApp();
  const [asking, setAsking] = useState<Question | null>(null);
  const isFinishing = useJobs((state) => state.finishing.includes(job.id));
  const hasEnded = isEnded(job);
  // Of a job that ends under the hand the places stay, so that nothing else comes to lie there.
  const [wasAtWork, setAtWork] = useState(!hasEnded);
  if (!hasEnded && !wasAtWork) setAtWork(true);
  // A question that the job outran is not asked again when it is started over.
  if (asking !== null && (asking === "cancel") === hasEnded) setAsking(null);
  else if (asking !== null) {
    return <Asking job={job} question={asking} onAnswered={() => setAsking(null)} />;
  }
  const acts = actsOf(job);
  const ask = (act: Act) => {
    if (act === "restart") setAsking("restart");
    else if (act === "cancel" && (job.seconds >= SHORT_S || isFinishing)) setAsking("cancel");
    else void jobs.act(job.id, act);
  };
  return (
    <div className={styles.buttons}>
      {hasEnded && job.is_here && (
        <IconButton icon="trash" label={`Delete ${job.title}`} onClick={() => setAsking("delete")} />
      )}
      {PLACES.slice(0, hasEnded && !wasAtWork && acts.length === 1 ? OF_ENDED : ALL).map((place) => {
        const act = place.find((each) => acts.includes(each));
        if (act === undefined) return <span key={place[0]} className={styles.place} />;
        return (
          <IconButton
            key={place[0]}
            icon={ACTS[act].icon}
            label={`${ACTS[act].name} ${job.title}`}
            disabled={act === "pause" && isFinishing}
            onClick={() => ask(act)}
          />
        );
      })}
    </div>
  );
}

interface AskingProps {
  readonly job: JobSummary;
  readonly question: Question;
  readonly onAnswered: () => void;
}

/** Asks once more, with what is lost. */
export function Asking({ job, question, onAnswered }: AskingProps) {
  const { jobs } = useApp();
  const isOffered = useJobs(({ recipes }) => canFinish(job, recipes));
  const isFinishing = useJobs((state) => state.finishing.includes(job.id));
  const { name, sentence, keep } = wordsOf(question, job);
  const confirm = () => {
    onAnswered();
    void (question === "delete" ? jobs.remove(job.id) : jobs.act(job.id, question));
  };
  const finish = () => {
    onAnswered();
    void jobs.act(job.id, "finish");
  };
  return (
    <fieldset className={styles.asking} aria-label={`${name} ${job.title}?`}>
      <span>{sentence}</span>
      <Button color="red" variant="outline" onClick={confirm}>
        {name}
      </Button>
      {question === "cancel" && isOffered && !isFinishing && (
        <Button onClick={finish}>Finish now, keep what it has</Button>
      )}
      <Button autoFocus onClick={onAnswered}>
        {keep}
      </Button>
    </fieldset>
  );
}

function wordsOf(question: Question, { seconds }: JobSummary) {
  switch (question) {
    case "delete":
      return { name: "Delete", sentence: "Delete it and its files?", keep: "Keep" };
    case "restart":
      return {
        name: "Start over",
        sentence: "Start over? Its files and losses so far are deleted.",
        keep: "Keep",
      };
    case "cancel":
      return {
        name: "Cancel it",
        sentence: `Cancel it? What it did in ${duration(seconds)} is lost.`,
        keep: "Go on",
      };
    default:
      return question satisfies never;
  }
}
