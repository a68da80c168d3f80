/** JobsPanel: long work in the drawer: the list, and beside it one job, a form, or a measurement of a walk or a model. */

import { Button, Menu } from "@mantine/core";
import { useCallback } from "react";
import { Icon } from "../controls/icons";
import { EXPORT_KIND } from "../state/export_form";
import { LIST } from "../state/jobs";
import type { JobsPane } from "../state/jobs_view";
import { NEARNESS_KIND } from "../state/nearness";
import { SAMPLE_KIND } from "../state/sampling";
import { useApp, useCommand, useJobs, useJobsView, usePicture } from "./app";
import { DistributionPanel } from "./DistributionPanel";
import { JobDetail } from "./JobDetail";
import { JobForm } from "./JobForm";
import { JobRow } from "./JobRow";
import styles from "./JobsPanel.module.css";
import { LimitsPanel } from "./LimitsPanel";
import { NearnessPanel } from "./NearnessPanel";
import { NewsButton } from "./NewsButton";
import { Telling } from "./Telling";

/** Stands beside the tabs at the head of the drawer. */
export function JobsTools() {
  return (
    <>
      <NewJob />
      <span className={styles.space} />
      <NewsButton />
    </>
  );
}

export function JobsPanel() {
  const pane = useJobsView((state) => state.pane);
  return (
    <div className={styles.body}>
      <List pane={pane} />
      <div className={styles.pane} data-scrolls="">
        <Pane pane={pane} />
      </div>
    </div>
  );
}

function List({ pane }: { readonly pane: JobsPane }) {
  const { jobs: all, jobsView } = useApp();
  const jobs = useJobs((state) => state.jobs);
  const isKnown = useJobs((state) => state.isKnown);
  const problem = useJobs((state) => state.problems[LIST]);
  const choose = useCallback((id: string) => jobsView.setState({ pane: { kind: "job", id } }), [jobsView]);
  return (
    <div className={styles.side}>
      {problem && (
        <Telling told={problem}>
          <Button onClick={() => void all.refresh()}>Try again</Button>
        </Telling>
      )}
      {!isKnown && !problem && <p className={styles.word}>Asking for the list…</p>}
      {isKnown && jobs.length === 0 && <p className={styles.word}>No jobs yet.</p>}
      <ul className={styles.list} aria-label="All jobs">
        {jobs.map((job) => (
          <JobRow
            key={job.id}
            job={job}
            isChosen={pane.kind === "job" && pane.id === job.id}
            onChoose={choose}
          />
        ))}
      </ul>
    </div>
  );
}

function Pane({ pane }: { readonly pane: JobsPane }) {
  // Only the job that is shown: a form is not drawn anew for every word of another job.
  const job = useJobs((state) =>
    pane.kind === "job" ? state.jobs.find(({ id }) => id === pane.id) : undefined,
  );
  const recipes = useJobs((state) => state.recipes);
  switch (pane.kind) {
    case "form": {
      const recipe = recipes?.find(({ kind }) => kind === pane.recipe);
      const key = `${pane.recipe} ${JSON.stringify(pane.params)}`;
      if (recipe) return <JobForm key={key} recipe={recipe} params={pane.params} />;
      return <Welcome />;
    }
    case "distribution":
      return (
        <DistributionPanel key={`${pane.model} ${pane.walk} ${JSON.stringify(pane.params)}`} {...pane} />
      );
    case "limits":
      return <LimitsPanel key={`${pane.model} ${pane.walk}`} {...pane} />;
    case "nearness":
      return <NearnessPanel key={pane.model} model={pane.model} />;
    case "job":
      return job ? <JobDetail key={job.id} job={job} /> : <Welcome />;
    case "none":
      return <Welcome />;
    default:
      return pane satisfies never;
  }
}

/** What a job is, and the first one to start. */
function Welcome() {
  const hasJobs = useJobs((state) => state.jobs.length > 0);
  const recipes = useJobs((state) => state.recipes);
  const [command, isEnabled] = useCommand("new-job");
  const first = recipes?.find(({ kind }) => kind === "steer") ?? recipes?.[0];
  return (
    <div className={styles.welcome}>
      <h3>{hasJobs ? "Choose a job, or start another" : "Nothing is at work"}</h3>
      <p>
        A job is work that takes minutes: learning a slider, measuring how far one can go. It runs on the
        server beside what you do here, goes on when the page is closed, and survives a crash. What it finds
        becomes a slider or a model.
      </p>
      {first && (
        <Button
          variant="filled"
          disabled={!isEnabled}
          leftSection={<Icon name="plus" />}
          onClick={command.run}
        >
          {first.title}
        </Button>
      )}
      {recipes?.length === 0 && <p>This server has no kinds of jobs.</p>}
    </div>
  );
}

function NewJob() {
  const { drawer, jobsView, timelineView, isMac } = useApp();
  const recipes = useJobs((state) => state.recipes) ?? [];
  const [command] = useCommand("new-job");
  const keys = isMac ? "⇧J" : "Shift+J";
  const model = usePicture()?.model ?? "";
  const begin = (kind: string) => {
    if (kind === SAMPLE_KIND) {
      jobsView.setState({ pane: { kind: "distribution", model, walk: null, params: null } });
      return;
    }
    if (kind === NEARNESS_KIND) {
      jobsView.setState({ pane: { kind: "nearness", model } });
      return;
    }
    if (kind !== EXPORT_KIND) {
      jobsView.setState({ pane: { kind: "form", recipe: kind, params: null } });
      return;
    }
    // What it exports is the timeline, which has a form of its own for that.
    drawer.setState({ tab: "timeline" });
    timelineView.setState({ pane: "export" });
  };
  return (
    <Menu width={320} position="top-start" shadow="md">
      <Menu.Target>
        <Button
          leftSection={<Icon name="plus" />}
          disabled={recipes.length === 0}
          aria-keyshortcuts={command.keys[0]}
          title={`${command.label}  ·  ${keys}`}
        >
          {command.label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {recipes.map(({ kind, title, summary }) => (
          <Menu.Item key={kind} onClick={() => begin(kind)}>
            <strong>{title}</strong>
            <br />
            <span className={styles.summary}>{summary}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
