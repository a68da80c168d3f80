/** Model commands: the drawer of models, and what a model cannot draw. */

import type { Command, CommandContext } from "./commands";
import { toggleTab } from "./drawer";
import { openJobs } from "./jobs_view";
import { SURVEY_KIND } from "./survey";
import { foundLast } from "./vanished";

type Context = Pick<CommandContext, "document" | "drawer" | "jobs" | "jobsView">;

export function modelCommands({ document, drawer, jobs, jobsView }: Context): Command[] {
  const foundHere = () => foundLast(jobs.store.getState().jobs, document.getState().picture?.model);
  return [
    {
      id: "toggle-models",
      label: "Models",
      group: "Models",
      keys: ["G"],
      run: () => toggleTab(drawer, "models"),
      isEnabled: () => true,
    },
    {
      id: "survey",
      label: "What it cannot draw",
      group: "Models",
      keys: ["Shift+W"],
      run: () => {
        const model = document.getState().picture?.model;
        const params = model === undefined ? null : { models: [model] };
        openJobs(drawer, jobsView, { kind: "form", recipe: SURVEY_KIND, params });
      },
      // Right after a reload nobody knows yet: the form comes with the recipes.
      isEnabled: () => jobs.store.getState().recipes?.some(({ kind }) => kind === SURVEY_KIND) ?? true,
    },
    {
      id: "vanished",
      label: "What vanished of the photo",
      group: "Models",
      keys: ["Shift+P"],
      run: () => jobsView.setState({ compared: foundHere() }),
      isEnabled: () => foundHere() !== null,
    },
  ];
}
