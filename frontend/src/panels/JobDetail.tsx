/** JobDetail: one job as a whole: its picture, its losses, what it found, and how to do it again. */

import { Button, Switch } from "@mantine/core";
import { useEffect, useMemo } from "react";
import { type ChartLine, LineChart } from "../controls/LineChart";
import { artifactUrl, jobPreviewUrl } from "../protocol/jobs";
import type {
  Artifact,
  JobDetail as Detail,
  JobSummary,
  LossPoint,
  Params,
  RecipeSummary,
} from "../protocol/wire";
import { EXPORT_KIND } from "../state/export_form";
import { check, draftOf } from "../state/job_form";
import { commandOf } from "../state/job_record";
import { readFields } from "../state/job_schema";
import { SAMPLE_FILE } from "../state/sample_result";
import { SAMPLE_KIND } from "../state/sampling";
import { useApp, useCatalog, useJobs, useJobsView } from "./app";
import { Editable } from "./Editable";
import { Facts } from "./Facts";
import { JobButtons } from "./JobButtons";
import styles from "./JobDetail.module.css";
import { sayBriefly } from "./JobRow";
import { LIMITS_FILE, LimitsResult } from "./LimitsResult";
import { SampleResult } from "./SampleResult";
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
        <JobButtons job={job} />
      </div>
      <p className={styles.state}>{sayBriefly(job)}</p>
      {job.state === "failed" && job.failure && (
        <Telling told={{ sentence: job.failure, hint: job.hint ?? "" }} />
      )}
      {problem && <Telling told={problem} />}
      {hasLimits && detail && <LimitsResult job={job} artifacts={detail.artifacts} />}
      {hasSamples && detail && <SampleResult job={job} artifacts={detail.artifacts} />}
      <div className={styles.look} hidden={hasLimits || hasSamples}>
        {job.preview > 0 && (
          <img
            className={styles.preview}
            src={jobPreviewUrl(job)}
            alt={`Newest pictures of ${job.title}`}
            data-preview={job.preview}
          />
        )}
        {detail && detail.history.length > 0 && <Losses history={detail.history} />}
        <Facts facts={job.facts} />
      </div>
      {detail && <Record detail={detail} job={job} />}
    </article>
  );
}

/** What a finished job found, put to use. */
function TakeUp({ job }: { readonly job: JobSummary }) {
  const { jobsView } = useApp();
  const { takeUpWalk, takeUpModel } = useTakeUp();
  const { walks, result_model: published } = job;
  // What a job found lies on the shelf of the model it published, if it did, else of the one it was for.
  const model = published ?? job.model;
  const [walk] = walks;
  if (job.state !== "done") return null;
  return (
    <>
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
          Use the model
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

function Losses({ history }: { readonly history: readonly LossPoint[] }) {
  const { jobsView } = useApp();
  const isLog = useJobsView((state) => state.isLog);
  const lines = useMemo(() => linesOf(history), [history]);
  return (
    <div className={styles.losses}>
      <LineChart
        title="Losses"
        height={136}
        x={{ label: "updates", unit: "", low: null, high: null, scale: "linear" }}
        y={{ label: "loss", unit: "", low: null, high: null, scale: isLog ? "log" : "linear" }}
        lines={lines}
      />
      <Switch label="Logarithmic" checked={isLog} onChange={() => jobsView.setState({ isLog: !isLog })} />
    </div>
  );
}

/** Checked now and then, and repeated by the rows in between. */
const CHECKED = "held out";

/** A line per loss, over all points that have it; a dot at each check of what is held out. */
function linesOf(history: readonly LossPoint[]): readonly ChartLine[] {
  const names = [...new Set(history.flatMap(({ losses }) => Object.keys(losses)))];
  return names.map((name) => {
    const isChecked = name === CHECKED;
    const points = history
      .filter(({ losses }) => losses[name] !== undefined)
      .filter(({ losses }, place, all) => !isChecked || losses[name] !== all[place - 1]?.losses[name]);
    return {
      is_scattered: isChecked,
      name: name.replaceAll("_", " "),
      x: points.map(({ updates }) => updates),
      y: points.map(({ losses }) => losses[name] ?? null),
    };
  });
}

/** What it was told, what happened to it, what it made. */
function Record({ detail, job }: { readonly detail: Detail; readonly job: JobSummary }) {
  const { jobs, jobsView, copyText } = useApp();
  const recipe = useJobs((state) => state.recipes?.find(({ kind }) => kind === job.kind));
  const { params, artifacts, events, versions, device, seed } = detail;
  const [changed, usual] = useMemo(() => partSettings(params, recipe), [params, recipe]);
  const repeat = () =>
    jobsView.setState({
      pane:
        job.kind === SAMPLE_KIND
          ? { kind: "distribution", model: job.model ?? "", walk: null, params }
          : { kind: "form", recipe: job.kind, params },
    });
  return (
    <div className={styles.record}>
      {artifacts.length > 0 && (
        <section aria-label="Files">
          <h3>Files</h3>
          <ul className={styles.files}>
            {artifacts.map((file) => (
              <File key={file.name} job={job.id} file={file} />
            ))}
          </ul>
        </section>
      )}
      <section aria-label="Settings">
        <h3>Settings</h3>
        <div className={styles.actions}>
          {recipe && job.kind !== EXPORT_KIND && (
            <>
              <Button onClick={repeat}>Repeat with these</Button>
              <Button onClick={() => void copyText(commandOf(recipe, params), "Command copied.")}>
                Copy as command
              </Button>
            </>
          )}
        </div>
        <Facts facts={sayAll(changed)} />
        <details className={styles.rest}>
          <summary>{changed.length > 0 ? "The other settings, and what it ran on" : "All settings"}</summary>
          <Facts facts={sayAll([...usual, ...Object.entries({ seed, device, ...versions })])} />
        </details>
      </section>
      <section aria-label="Notes and events">
        <h3>Notes</h3>
        <Editable
          className={styles.notes ?? ""}
          label="Notes"
          value={job.notes}
          maxLength={4000}
          isLong
          onCommit={(notes) => void jobs.patch(job.id, { notes })}
        />
        <h3>What happened</h3>
        <ol className={styles.events}>
          {events.map((event, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: events are only ever added at the end
            <li key={place}>{sayEvent(event)}</li>
          ))}
        </ol>
      </section>
    </div>
  );
}

type Settings = readonly (readonly [string, unknown])[];

/** What this job was told, and what is as the recipe has it. */
function partSettings(params: Params, recipe: RecipeSummary | undefined): readonly [Settings, Settings] {
  const all = Object.entries(params);
  if (!recipe) return [all, []];
  const fields = readFields(recipe);
  const usual = check(fields, draftOf(fields, {})).params;
  const isUsual = ([name, value]: readonly [string, unknown]) =>
    JSON.stringify(value) === JSON.stringify(usual[name]);
  return [all.filter((each) => !isUsual(each)), all.filter(isUsual)];
}

function sayAll(settings: Settings) {
  // A seed that was told is the one it ran with.
  return [...new Map(settings)].map(([name, value]) => ({
    name: name.replaceAll("_", " "),
    value: sayValue(value),
  }));
}

function File({ job, file }: { readonly job: string; readonly file: Artifact }) {
  const isPage = file.media_type.startsWith("text/html") || file.media_type.startsWith("image/");
  return (
    <li>
      <a
        href={artifactUrl(job, file.name)}
        {...(isPage ? { target: "_blank", rel: "noopener noreferrer" } : { download: file.name })}
      >
        {file.name}
      </a>
      <span>
        {sayBytes(file.bytes)}
        {isPage && " · opens in a new tab"}
      </span>
    </li>
  );
}

/** An event begins with its time in UTC; people read it in theirs. */
function sayEvent(event: string): string {
  const [time = "", ...words] = event.split(" ");
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? event : `${at.toLocaleString()}  ${words.join(" ")}`;
}

/** A whole document is a setting, too. */
const MAX_VALUE = 160;

function sayValue(value: unknown): string {
  if (value === null) return "–";
  if (isPictureLike(value)) return sayPicture(value);
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // What is kept by hash is known by its first letters.
  if (/^[0-9a-f]{64}$/.test(text)) return `${text.slice(0, 8)}…`;
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

interface PictureLike {
  readonly model: string;
  readonly latent: { readonly seed?: unknown };
  readonly edits?: readonly unknown[];
}

function isPictureLike(value: unknown): value is PictureLike {
  return typeof value === "object" && value !== null && "model" in value && "latent" in value;
}

function sayPicture({ model, latent, edits }: PictureLike): string {
  const seed = typeof latent.seed === "number" ? `seed ${latent.seed}` : "between seeds";
  const moved = edits?.length ?? 0;
  return `${model}, ${seed}${moved > 0 ? `, ${moved} slider${moved === 1 ? "" : "s"} moved` : ""}`;
}

function sayBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
