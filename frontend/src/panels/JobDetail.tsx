/** JobDetail: one job as a whole: its picture, its losses, what it found, and how to do it again. */

import { Button } from "@mantine/core";
import { useEffect } from "react";
import { jobPreviewUrl } from "../protocol/jobs";
import type { JobSummary } from "../protocol/wire";
import { ALBUM_FILE } from "../state/album";
import { NEARNESS_FILE } from "../state/nearness";
import { FOUND_FILE, INVERT_KIND, PIVOTAL_KIND } from "../state/photos";
import { SAMPLE_FILE } from "../state/sample_result";
import { SKETCH_KIND } from "../state/sketching";
import { SURVEY_FILE } from "../state/survey";
import { VANISHED_FILE } from "../state/vanished";
import { AlbumResult } from "./AlbumResult";
import { useApp, useCatalog, useJobs } from "./app";
import { CHAIN_FILE, ChainResult } from "./ChainResult";
import { Editable } from "./Editable";
import { Facts } from "./Facts";
import { FinishButton } from "./FinishButton";
import { InvertResult } from "./InvertResult";
import { JobButtons } from "./JobButtons";
import styles from "./JobDetail.module.css";
import { JobRecord } from "./JobRecord";
import { sayBriefly } from "./JobRow";
import { LIMITS_FILE, LimitsResult } from "./LimitsResult";
import { Losses } from "./Losses";
import { NearnessResult } from "./NearnessResult";
import { SampleResult } from "./SampleResult";
import { SketchSheet } from "./SketchSheet";
import { SurveyResult } from "./SurveyResult";
import { Telling } from "./Telling";
import { FRAMES, useTakeAlong } from "./use_take_along";
import { useTakeUp } from "./use_take_up";

export function JobDetail({ job }: { readonly job: JobSummary }) {
  const { jobs } = useApp();
  const detail = useJobs((state) => state.details[job.id]);
  const problem = useJobs((state) => state.problems[job.id]);
  useEffect(() => {
    jobs.forgetAllBut(job.id);
    void jobs.look(job.id);
  }, [jobs, job.id]);
  const has = (file: string) =>
    job.state === "done" && (detail?.artifacts.some(({ name }) => name === file) ?? false);
  const hasLimits = has(LIMITS_FILE);
  const hasSamples = has(SAMPLE_FILE);
  const hasFound = has(FOUND_FILE);
  const hasSurvey = has(SURVEY_FILE);
  const hasNearness = has(NEARNESS_FILE);
  const hasChain = has(CHAIN_FILE);
  const hasAlbum = has(ALBUM_FILE);
  return (
    <article className={styles.detail} aria-label={job.title}>
      <div className={styles.head}>
        <Editable
          className={styles.title ?? ""}
          label="Title"
          value={job.title}
          maxLength={120}
          onCommit={(title) => title !== "" && void jobs.patch(job.id, { title })}
        />
        <TakeUp job={job} />
        <FinishButton job={job} />
        <JobButtons job={job} />
      </div>
      <p className={styles.state}>{sayBriefly(job)}</p>
      {job.state === "failed" && job.failure && (
        <Telling told={{ sentence: job.failure, hint: job.hint ?? "" }} />
      )}
      {problem && <Telling told={problem} />}
      {hasLimits && detail && <LimitsResult job={job} artifacts={detail.artifacts} />}
      {hasSamples && detail && <SampleResult job={job} artifacts={detail.artifacts} />}
      {hasFound && <InvertResult job={job} isCompared={has(VANISHED_FILE)} />}
      {hasChain && detail && <ChainResult job={job} artifacts={detail.artifacts} />}
      {hasSurvey && detail && <SurveyResult key={job.id} job={job} artifacts={detail.artifacts} />}
      {hasAlbum && detail && <AlbumResult key={job.id} job={job} artifacts={detail.artifacts} />}
      {hasNearness && detail && <NearnessResult key={job.id} job={job} artifacts={detail.artifacts} />}
      <div
        className={styles.look}
        hidden={hasLimits || hasSamples || hasFound || hasSurvey || hasAlbum || hasNearness}
      >
        <Preview job={job} />
        {detail && <Losses kind={job.kind} history={detail.history} />}
        <Facts facts={job.facts} />
      </div>
      {detail && <JobRecord detail={detail} job={job} />}
    </article>
  );
}

/** The newest pictures of a job, as it makes them. */
function Preview({ job }: { readonly job: JobSummary }) {
  if (job.preview === 0) return null;
  if (job.kind === SKETCH_KIND) {
    return (
      <div className={styles.preview}>
        <SketchSheet job={job} />
      </div>
    );
  }
  return (
    <img
      className={styles.preview}
      src={jobPreviewUrl(job)}
      alt={`Newest pictures of ${job.title}`}
      data-preview={job.preview}
    />
  );
}

/** What a finished job found, put to use. */
function TakeUp({ job }: { readonly job: JobSummary }) {
  const { document, drawer, jobsView, photos, timelineDesk } = useApp();
  const { takeUpWalk, takeUpModel } = useTakeUp();
  const { walks, result_model: published } = job;
  // What a job found lies on the shelf of the model it published, if it did, else of the one it was for.
  const model = published ?? job.model;
  const [walk] = walks;
  const keyframe = async () => {
    const picture = await photos.pictureOf(job.id);
    if (picture === null || document.getState().picture === null) return;
    drawer.setState({ isOpen: true, tab: "timeline" });
    timelineDesk.put([picture], null);
  };
  if (job.state !== "done") return null;
  return (
    <>
      {(job.kind === INVERT_KIND || job.kind === PIVOTAL_KIND) && (
        <>
          <Button variant="filled" onClick={() => void photos.show(job.id)}>
            Show it
          </Button>
          <Button onClick={() => void keyframe()}>Put on the timeline</Button>
        </>
      )}
      {model !== null && walk !== undefined && (
        <>
          <Button variant="filled" onClick={() => void takeUpWalk(model, walk)}>
            Use it
          </Button>
          <Button onClick={() => jobsView.setState({ pane: { kind: "limits", model, walk, isAsked: true } })}>
            How far can it go?
          </Button>
          <AlongButton model={model} walk={walk} />
        </>
      )}
      {published !== null && (
        <Button variant={walk === undefined ? "filled" : "default"} onClick={() => takeUpModel(published)}>
          {job.kind === SKETCH_KIND ? "Open the new model" : "Use the model"}
        </Button>
      )}
    </>
  );
}

/** A chain of frames is made to be played. */
function AlongButton({ model, walk }: { readonly model: string; readonly walk: string }) {
  const takeAlong = useTakeAlong();
  const found = useCatalog((state) => state.walks[model]?.walks.find(({ id }) => id === walk));
  if (found?.unit !== FRAMES) return null;
  return <Button onClick={() => takeAlong(model, found)}>Put on the timeline</Button>;
}
