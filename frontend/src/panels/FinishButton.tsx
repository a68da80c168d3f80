/** FinishButton: ends a job with what it has; whoever watches it sees when that is good enough. */

import { Button } from "@mantine/core";
import type { JobSummary } from "../protocol/wire";
import { canFinish } from "../state/jobs";
import { useApp, useJobs } from "./app";

/** As the server names the last thing it does. */
const WRITING = "Writing down what was found";

export function FinishButton({ job }: { readonly job: JobSummary }) {
  const { jobs } = useApp();
  const isOffered = useJobs(({ recipes }) => canFinish(job, recipes));
  const isAsked = useJobs((state) => state.finishing.includes(job.id));
  if (!isOffered) return null;
  const isHeard = isAsked || job.label === WRITING;
  return (
    <Button disabled={isHeard} onClick={() => void jobs.act(job.id, "finish")}>
      {isHeard ? "Finishing: keeps what it has…" : "Finish now, keep what it has"}
    </Button>
  );
}
