/** Finished: what a finished job left, once it is known; or what is wrong with it. */

import { type ReactNode, useEffect } from "react";
import type { JobDetail, JobSummary } from "../protocol/wire";
import { useApp, useJobs } from "./app";
import { Telling } from "./Telling";

interface FinishedProps {
  readonly job: JobSummary;
  readonly children: (artifacts: JobDetail["artifacts"]) => ReactNode;
}

export function Finished({ job, children }: FinishedProps) {
  const { jobs } = useApp();
  const detail = useJobs((state) => state.details[job.id]);
  const problem = useJobs((state) => state.problems[job.id]);
  useEffect(() => void jobs.look(job.id), [jobs, job.id]);
  if (problem) return <Telling told={problem} />;
  return detail ? children(detail.artifacts) : null;
}
