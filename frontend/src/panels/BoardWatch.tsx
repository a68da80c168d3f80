/** BoardWatch: a training as it goes, within the board: its sheet, how far it is, and how it ends. */

import { Button, Progress } from "@mantine/core";
import { useEffect, useState } from "react";
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
  useEffect(() => void jobs.look(id), [jobs, id]);
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
  return (
    <article className={styles.job} aria-label={job.title}>
      <div className={styles.head}>
        <div className={styles.title}>
          <h3>{job.title}</h3>
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
        <Acts job={job} />
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

/** Before the first sheet there is nothing to be seen, for up to minutes. */
function Waiting({ job }: { readonly job: JobSummary }) {
  const words =
    job.state === "running"
      ? "Getting ready: your drawings are read, and the pictures are drawn that it shall go on to look like. The first sheet comes in a minute or two."
      : "Its sheet comes once it runs: the same seeds before and now, beside your sketch.";
  return isEnded(job) ? null : <p className={styles.word}>{words}</p>;
}

/** What can be asked of it, in words; what throws its work away stands apart. */
function Acts({ job }: { readonly job: JobSummary }) {
  const { boardTraining, drawer, jobs, jobsView, view } = useApp();
  const { takeUpModel } = useTakeUp();
  const [isAsking, setAsking] = useState(false);
  const isFinishing = useJobs((state) => state.finishing.includes(job.id));
  const acts = actsOf(job);
  const published = job.state === "done" ? job.result_model : null;
  const last = useCatalog((state) => (published === null ? null : findModel(state, lastOf(published))));
  const leave = () => {
    boardTraining.draw();
    view.setState({ isBoardOpen: false });
  };
  if (isAsking && acts.includes("cancel")) {
    return <Asking job={job} question="cancel" onAnswered={() => setAsking(false)} />;
  }
  return (
    <div className={styles.acts}>
      {published !== null && (
        <Button
          variant="filled"
          onClick={() => {
            leave();
            void takeUpModel(published);
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
