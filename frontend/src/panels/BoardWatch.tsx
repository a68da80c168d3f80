/** BoardWatch: a training as it goes, within the board: its sheet, how far it is, and how it ends. */

import { Button, Progress } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Icon } from "../controls/icons";
import type { JobSummary } from "../protocol/wire";
import { findModel } from "../state/catalog";
import { actsOf, isActive, isEnded } from "../state/jobs";
import { openJobs } from "../state/jobs_view";
import { cameNoNearer, lastOf } from "../state/sketching";
import { useApp, useCatalog, useJobs } from "./app";
import styles from "./BoardWatch.module.css";
import { Facts } from "./Facts";
import { FinishButton } from "./FinishButton";
import { Asking } from "./JobButtons";
import { sayBriefly } from "./JobRow";
import { Losses } from "./Losses";
import { SketchSheet } from "./SketchSheet";
import { Telling } from "./Telling";
import { useTakeUp } from "./use_take_up";

export function BoardWatch({ id }: { readonly id: string }) {
  const { jobs } = useApp();
  const job = useJobs((state) => state.jobs.find((each) => each.id === id));
  const isKnown = useJobs((state) => id in state.details);
  // Another job that is shown elsewhere may have it forgotten.
  useEffect(() => {
    if (!isKnown) void jobs.look(id);
  }, [jobs, id, isKnown]);
  return (
    <div className={styles.watch}>
      {job ? (
        <Watched job={job} />
      ) : (
        <>
          <p className={styles.word}>This training was deleted.</p>
          <Back />
        </>
      )}
    </div>
  );
}

function Back() {
  const { boardTraining } = useApp();
  return (
    <Button className={styles.back ?? ""} onClick={() => boardTraining.draw()}>
      Back to drawing
    </Button>
  );
}

function Watched({ job }: { readonly job: JobSummary }) {
  const detail = useJobs((state) => state.details[job.id]);
  const problem = useJobs((state) => state.problems[job.id]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <article className={styles.job} aria-label={job.title}>
      <div className={styles.head}>
        <div className={styles.title}>
          <h3 ref={heading} tabIndex={-1}>
            {job.title}
          </h3>
          <Back />
        </div>
        <p className={styles.word}>{sayBriefly(job)}</p>
        {!isEnded(job) && (
          <Progress
            value={job.fraction * 100}
            size={4}
            color={isActive(job) ? "var(--accent)" : "var(--dim)"}
            aria-label={`Progress of ${job.title}`}
          />
        )}
        <Acts job={job} onGone={() => heading.current?.focus()} />
        {job.state === "failed" && job.failure && (
          <Telling told={{ sentence: job.failure, hint: job.hint ?? "" }} />
        )}
        {problem && <Telling told={problem} />}
        {job.state === "done" && cameNoNearer(job) && <NoNearer job={job} />}
      </div>
      <div className={styles.sheet}>
        {job.preview > 0 ? <SketchSheet job={job} /> : <Waiting job={job} />}
      </div>
      <div className={styles.side}>
        {detail && <Losses kind={job.kind} history={detail.history} />}
        <Facts facts={job.facts} />
      </div>
    </article>
  );
}

/** What a short training by a rough sketch may well end with. */
function NoNearer({ job }: { readonly job: JobSummary }) {
  const parent = useCatalog((state) => findModel(state, job.model ?? "")?.title) ?? "The model";
  return (
    <p className={styles.note}>
      <strong>Nothing came nearer to your drawings than {parent} itself,</strong> so the new model draws as
      that does. What it had learned in the end is kept beside it: the last update. Drawings that look more
      like the computer’s own lines, more of them, or more time help.
    </p>
  );
}

/** Before the first sheet there is nothing to be seen. */
function Waiting({ job }: { readonly job: JobSummary }) {
  const words =
    job.state === "running"
      ? "Getting ready: your drawings are read, and the pictures are drawn that it shall go on to look like. The first sheet comes after that."
      : "Its sheet comes once it runs: the same seeds before and now, beside your sketch.";
  return isEnded(job) ? null : <p className={styles.word}>{words}</p>;
}

interface ActsProps {
  readonly job: JobSummary;
  /** The button that had the keyboard is not there any more. */
  readonly onGone: () => void;
}

/** What can be asked of it, in words; what throws its work away stands apart. */
function Acts({ job, onGone }: ActsProps) {
  const { boardTraining, drawer, jobs, jobsView, view } = useApp();
  const { takeUpModel } = useTakeUp();
  const [isAsking, setAsking] = useState(false);
  const isFinishing = useJobs((state) => state.finishing.includes(job.id));
  const acts = actsOf(job);
  const result = job.state === "done" ? job.result_model : null;
  // The list of models comes after the word that the job is done; from then on it may be deleted.
  const published = useCatalog((state) => (result === null ? undefined : findModel(state, result)));
  const last = useCatalog((state) => (result === null ? undefined : findModel(state, lastOf(result))));
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of these takes buttons away
  useEffect(() => {
    if (document.activeElement === document.body) onGone();
  }, [job.state, isAsking, isFinishing]);
  const leave = () => {
    boardTraining.draw();
    view.setState({ isBoardOpen: false });
  };
  // A question that the job outran is not asked again when it goes on.
  if (isAsking && !acts.includes("cancel")) setAsking(false);
  else if (isAsking) {
    return <Asking job={job} question="cancel" onAnswered={() => setAsking(false)} />;
  }
  return (
    <div className={styles.acts}>
      {published && (
        <Button
          variant="filled"
          onClick={() => {
            leave();
            void takeUpModel(published.id);
          }}
        >
          Open the new model
        </Button>
      )}
      {last && (
        <Button
          onClick={() => {
            leave();
            void takeUpModel(last.id);
          }}
        >
          Open its last update
        </Button>
      )}
      <FinishButton job={job} />
      {acts.includes("pause") && (
        <Button
          leftSection={<Icon name="pause" />}
          disabled={isFinishing}
          onClick={() => void jobs.act(job.id, "pause")}
        >
          Pause
        </Button>
      )}
      {acts.includes("resume") && (
        <Button
          variant="filled"
          leftSection={<Icon name="play" />}
          onClick={() => void jobs.act(job.id, "resume")}
        >
          Resume
        </Button>
      )}
      <Button
        variant="subtle"
        onClick={() => {
          leave();
          openJobs(drawer, jobsView, { kind: "job", id: job.id });
        }}
      >
        All about it
      </Button>
      {acts.includes("cancel") && (
        <>
          <span className={styles.space} />
          <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
            Cancel…
          </Button>
        </>
      )}
    </div>
  );
}
