/** Job commands: the drawer of jobs, a new job, and how far the walk in use can go. */

import type { Command, CommandContext } from "./commands";
import { toggleTab } from "./drawer";
import { openJobs } from "./jobs_view";

/** The recipe that a first job is most often of. */
const FIRST_RECIPE = "steer";

export function jobCommands({ document, desk, drawer, jobs, jobsView }: CommandContext): Command[] {
  /** The walk under the keyboard, else the one that came into the picture last. */
  const walkInUse = () => {
    const { picture } = document.getState();
    const walk = desk.focusedWalk() ?? picture?.edits.at(-1)?.walk;
    return picture && walk !== undefined ? { model: picture.model, walk } : null;
  };
  return [
    {
      id: "toggle-jobs",
      label: "Jobs",
      group: "Jobs",
      keys: ["J"],
      run: () => toggleTab(drawer, "jobs"),
      isEnabled: () => true,
    },
    {
      id: "new-job",
      label: "New job",
      group: "Jobs",
      keys: ["Shift+J"],
      run: () => {
        const recipes = jobs.store.getState().recipes ?? [];
        const recipe = (recipes.find(({ kind }) => kind === FIRST_RECIPE) ?? recipes[0])?.kind;
        if (recipe !== undefined) openJobs(drawer, jobsView, { kind: "form", recipe, params: null });
      },
      isEnabled: () => (jobs.store.getState().recipes ?? []).length > 0,
    },
    {
      id: "limits",
      label: "How far can it go?",
      group: "Jobs",
      keys: ["H"],
      run: () => {
        const found = walkInUse();
        if (found) openJobs(drawer, jobsView, { kind: "limits", ...found, isAsked: true });
      },
      isEnabled: () => walkInUse() !== null,
    },
  ];
}
