/** ExportPane: the timeline as a file: how it is asked for, how far it is, and the file itself. */

import { Progress as Bar, Button, SegmentedControl, Switch } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { Icon } from "../controls/icons";
import { NumberField } from "../controls/NumberField";
import { duration, whole } from "../controls/numbers";
import { WendProblem } from "../protocol/http";
import { artifactUrl, jobPreviewUrl } from "../protocol/jobs";
import type { Artifact, JobSummary, Timeline } from "../protocol/wire";
import {
  countPictures,
  EXPORT_FORMATS,
  EXPORT_KIND,
  type ExportChoices,
  type ExportFormat,
  exportParams,
  formatOf,
  SIZE_RANGE,
} from "../state/export_form";
import type { Told } from "../state/jobs";
import { DOCUMENT_VERSION } from "../state/normalize";
import { secondsOf } from "../state/timeline_sampling";
import { useApp, useJobs, useModel, useObservable, useTimelineView } from "./app";
import { DocumentFile } from "./DocumentFile";
import { NewsButton } from "./NewsButton";
import { Telling } from "./Telling";
import styles from "./TimelinePane.module.css";
import { clockTime } from "./timeline_scale";

/** Smaller than this a video is hardly seen, and this is what is offered then: a multiple of every small model. */
const [SMALL_SIDE, GOOD_SIDE] = [256, 512];

export function ExportPane({ timeline }: { readonly timeline: Timeline }) {
  const { timelineView } = useApp();
  const id = useTimelineView((state) => state.exported);
  const job = useJobs((state) => state.jobs.find((each) => each.id === id));
  return (
    <section className={styles.pane} aria-label="Export">
      <div className={styles.head}>
        <h3>Export</h3>
        <IconButton
          icon="close"
          label="Close export"
          onClick={() => timelineView.setState({ pane: "none" })}
        />
      </div>
      {job ? <Exported job={job} /> : <Form timeline={timeline} />}
    </section>
  );
}

function Form({ timeline }: { readonly timeline: Timeline }) {
  const { document, jobs, sounds, timelineView } = useApp();
  const choices = useTimelineView((state) => state.choices);
  const sound = useObservable(sounds.sound);
  const own = useModel()?.resolution ?? null;
  const [problem, setProblem] = useState<Told | null>(null);
  const [isAsking, setAsking] = useState(false);
  const { hasSound, mostFps, words } = formatOf(choices);
  const count = countPictures(timeline, choices);
  const side = choices.size ?? own ?? GOOD_SIDE;
  const set = (change: Partial<ExportChoices>) => {
    setProblem(null);
    timelineView.setState({ choices: { ...choices, ...change } });
  };
  const start = async (event: FormEvent) => {
    event.preventDefault();
    const { picture, timeline: settled } = document.getState();
    if (picture === null || settled === null) return;
    setAsking(true);
    try {
      const whole = { version: DOCUMENT_VERSION, picture, timeline: settled, controls: [] } as const;
      const job = await jobs.start({
        kind: EXPORT_KIND,
        title: "",
        params: exportParams(whole, choices, sound),
      });
      timelineView.setState({ exported: job.id });
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      setProblem(error);
    } finally {
      setAsking(false);
    }
  };
  return (
    <form className={styles.form} aria-label="Export" onSubmit={(event) => void start(event)}>
      <SegmentedControl
        fullWidth
        aria-label="Format"
        value={choices.format}
        data={EXPORT_FORMATS.map(({ value, title }) => ({ value, label: title }))}
        onChange={(format) => set({ format: format as ExportFormat })}
      />
      <p className={styles.word}>{words}</p>
      <div className={styles.fields}>
        <span>
          Rate
          <NumberField
            label="Pictures a second"
            value={Math.min(choices.fps, mostFps)}
            min={1}
            max={mostFps}
            width={5}
            format={(fps) => String(Number(fps.toFixed(2)))}
            onCommit={(fps) => set({ fps })}
          />
          <span className={styles.word}>fps</span>
        </span>
        <span>
          Size
          <NumberField
            label="Size, side of a picture"
            value={choices.size ?? own ?? 0}
            min={SIZE_RANGE[0]}
            max={SIZE_RANGE[1]}
            width={5}
            isWhole
            format={whole}
            onCommit={(size) => set({ size: size === own ? null : size - (size % 2) })}
          />
          <span className={styles.word}>px</span>
        </span>
        {side < SMALL_SIDE && (
          <span className={styles.word}>
            At {side} px it is as small as a stamp.
            <Button
              size="compact-xs"
              aria-label={`Export at ${GOOD_SIDE} px`}
              onClick={() => set({ size: GOOD_SIDE })}
            >
              {GOOD_SIDE} px
            </Button>
          </span>
        )}
        <Switch
          label="Side by side"
          title="Twice as wide: on the left the same without its sliders"
          checked={choices.compare}
          onChange={(event) => set({ compare: event.currentTarget.checked })}
        />
        {sound && (
          <Switch
            label="Sound"
            disabled={!hasSound}
            checked={hasSound && choices.withSound}
            onChange={(event) => set({ withSound: event.currentTarget.checked })}
          />
        )}
      </div>
      {problem && <Telling told={problem} />}
      <div className={styles.foot}>
        <Button
          type="submit"
          variant="filled"
          disabled={isAsking || count === 0}
          leftSection={<Icon name="film" />}
        >
          Export {formatOf(choices).title}
        </Button>
        <span className={styles.word} role="status">
          {count === 0
            ? "It lasts no time yet: add a second keyframe."
            : `${count} pictures, ${clockTime(secondsOf(timeline))}`}
        </span>
      </div>
      <DocumentFile />
    </form>
  );
}

/** An export that was asked for: at work, or done, or broken. */
function Exported({ job }: { readonly job: JobSummary }) {
  const { jobs, timelineView } = useApp();
  const artifacts = useJobs((state) => state.details[job.id]?.artifacts);
  const problem = useJobs((state) => state.problems[job.id]);
  const isDone = job.state === "done";
  // Who looks at another job meanwhile makes the list of files be forgotten.
  useEffect(() => {
    if (isDone && !artifacts) void jobs.look(job.id);
  }, [jobs, job.id, isDone, artifacts]);
  const file = artifacts?.find(({ name }) => name.startsWith("animation."));
  const another = () => timelineView.setState({ exported: null });
  return (
    <div className={styles.form}>
      <div className={styles.job}>
        {job.preview > 0 && <img className={styles.preview} src={jobPreviewUrl(job)} alt="" />}
        <div className={styles.words}>
          {/* News of jobs say aloud how it ends: a time that runs down is for the eye. */}
          <p>{sayState(job)}</p>
          {(job.state === "running" || job.state === "queued") && (
            <Bar value={job.fraction * 100} size={4} color="var(--accent)" aria-label="Export" />
          )}
          {problem && <Telling told={problem} />}
          {job.failure && job.state !== "done" && (
            <Telling told={{ sentence: job.failure, hint: job.hint ?? "" }} />
          )}
        </div>
      </div>
      <div className={styles.foot}>
        {isDone && file && <Download job={job} file={file} />}
        {(job.state === "running" || job.state === "queued") && (
          <Button leftSection={<Icon name="stop" />} onClick={() => void jobs.act(job.id, "cancel")}>
            Cancel
          </Button>
        )}
        {job.state === "paused" && <Button onClick={() => void jobs.act(job.id, "resume")}>Resume</Button>}
        {(job.state === "running" || job.state === "queued") && <NewsButton />}
        {job.state !== "running" && job.state !== "queued" && <Button onClick={another}>Export again</Button>}
      </div>
    </div>
  );
}

function Download({ job, file }: { readonly job: JobSummary; readonly file: Artifact }) {
  const name = `${job.model ?? "wend"}-${file.name}`.replaceAll("/", "-");
  return (
    <Button
      component="a"
      variant="filled"
      leftSection={<Icon name="download" />}
      href={artifactUrl(job.id, file.name)}
      download={name}
    >
      Download, {sayBytes(file.bytes)}
    </Button>
  );
}

function sayState({ state, label, seconds_left, place }: JobSummary): string {
  switch (state) {
    case "queued":
      return place === null ? "Waits for its turn" : `Waits for its turn, number ${place}`;
    case "running":
      return seconds_left === null ? label : `${label}, ${duration(seconds_left)} left`;
    case "done":
      return "The file is ready.";
    case "paused":
      return "Paused";
    case "cancelled":
      return "Cancelled: no file was left.";
    case "failed":
      return "It failed.";
    default:
      return state satisfies never;
  }
}

function sayBytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
