/** useArtifact: a JSON file that a finished job left, read once for as long as a panel shows it. */

import { useEffect, useState } from "react";
import { WendProblem } from "../protocol/http";
import type { Told } from "../state/jobs";
import { useApp } from "./app";

/**
 * What stands in the file, or what is wrong with it; both null while it comes. `read` gives null for what another
 * version wrote, which is told as `unreadable`; neither may change while the panel is there.
 */
export function useArtifact<T>(
  id: string,
  file: string,
  read: (data: unknown) => T | null,
  unreadable: Told,
): { readonly found: T | null; readonly problem: Told | null } {
  const { jobs } = useApp();
  const [found, setFound] = useState<T | null>(null);
  const [problem, setProblem] = useState<Told | null>(null);
  useEffect(() => {
    let isGone = false;
    jobs.artifact(id, file).then(
      (data) => {
        if (isGone) return;
        const value = read(data);
        setFound(value);
        if (value === null) setProblem(unreadable);
      },
      (error: unknown) => {
        if (!(error instanceof WendProblem)) throw error;
        if (!isGone) setProblem({ code: error.code, sentence: error.sentence, hint: error.hint });
      },
    );
    return () => {
      isGone = true;
    };
  }, [jobs, id, file, read, unreadable]);
  return { found, problem };
}
