/** JobsButton: opens the drawer of jobs, and counts those at work. */

import { UnstyledButton } from "@mantine/core";
import { Icon } from "../controls/icons";
import { printKey } from "../state/keys";
import { useApp, useCommand, useDrawer, useJobs, useObservable } from "./app";
import styles from "./JobsPanel.module.css";

/** Where the keyboard goes when the drawer closes. */
export const JOBS_BUTTON = "jobs-button";

export function JobsButton() {
  const { jobNews, isMac } = useApp();
  const [command] = useCommand("toggle-jobs");
  const isOpen = useDrawer(({ isOpen, tab }) => isOpen && tab === "jobs");
  const running = useJobs(({ jobs }) => jobs.filter(({ state }) => state === "running").length);
  const waiting = useJobs(({ jobs }) => jobs.filter(({ state }) => state === "queued").length);
  const said = useObservable(jobNews.said);
  const keys = printKey(command.keys[0] ?? "", isMac);
  const count = [running > 0 && `${running} running`, waiting > 0 && `${waiting} waiting`].filter(Boolean);
  return (
    <>
      <UnstyledButton
        id={JOBS_BUTTON}
        className={styles.opener}
        aria-expanded={isOpen}
        aria-keyshortcuts={keys}
        title={`${command.label}  ·  ${keys}`}
        onClick={command.run}
      >
        <Icon name={isOpen ? "low" : "tall"} />
        Jobs
        {count.length > 0 && <span className={styles.count}>{count.join(", ")}</span>}
      </UnstyledButton>
      <span className={styles.said} role="status">
        {said}
      </span>
    </>
  );
}
