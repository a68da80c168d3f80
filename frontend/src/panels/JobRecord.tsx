/** JobRecord: what a job was told, what happened to it, and the files it made. */

import { Button } from "@mantine/core";
import { useMemo } from "react";
import { artifactUrl } from "../protocol/jobs";
import type { Artifact, JobDetail as Detail, JobSummary, Params, RecipeSummary } from "../protocol/wire";
import { EXPORT_KIND } from "../state/export_form";
import { check, draftOf } from "../state/job_form";
import { commandOf } from "../state/job_record";
import { readFields } from "../state/job_schema";
import { SAMPLE_KIND } from "../state/sampling";
import { useApp, useJobs } from "./app";
import { Editable } from "./Editable";
import { Facts } from "./Facts";
import styles from "./JobDetail.module.css";

export function JobRecord({ detail, job }: { readonly detail: Detail; readonly job: JobSummary }) {
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
