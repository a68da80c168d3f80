/** useAttempt: work that a panel asks the server for, and what was wrong with the newest of it. */

import { useCallback, useState } from "react";
import { WendProblem } from "../protocol/http";
import type { Told } from "../state/jobs";

/** `attempt` never changes; what the server refuses is told as `problem`, until the next attempt begins. */
export function useAttempt() {
  const [problem, setProblem] = useState<Told | null>(null);
  const attempt = useCallback(async (work: () => Promise<void>) => {
    try {
      setProblem(null);
      await work();
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      setProblem({ code: error.code, sentence: error.sentence, hint: error.hint });
    }
  }, []);
  return { problem, attempt };
}
