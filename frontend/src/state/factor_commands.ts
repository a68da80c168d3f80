/** Factor commands: finding a factor, the pad, setting by measuring, and choosing a distribution. */

import type { Command, CommandContext } from "./commands";
import { FACTOR_KIND } from "./factor_find";
import { factorsOf } from "./factor_units";
import { openJobs } from "./jobs_view";
import { SAMPLE_KIND } from "./sampling";

export function factorCommands({
  document,
  catalog,
  view,
  desk,
  drawer,
  jobs,
  jobsView,
  factorView,
}: CommandContext): Command[] {
  const model = () => document.getState().picture?.model ?? "";
  const factors = () => factorsOf(catalog.getState().walks[model()]);
  const hasRecipe = (kind: string) =>
    (jobs.store.getState().recipes ?? []).some((recipe) => recipe.kind === kind);
  return [
    {
      id: "find-factor",
      label: "Find a factor",
      group: "Factors",
      keys: ["Shift+F"],
      run: () => {
        view.setState({ side: "sliders" });
        factorView.setState(({ isFinding }) => ({ isFinding: !isFinding }));
      },
      isEnabled: () => model() !== "" && hasRecipe(FACTOR_KIND),
    },
    {
      id: "factor-pad",
      label: "Move two factors on a pad",
      group: "Factors",
      keys: ["Q"],
      run: () => {
        view.setState({ side: "sliders" });
        factorView.setState(({ isPadOpen }) => ({ isPadOpen: !isPadOpen }));
      },
      isEnabled: () => factors().length > 1,
    },
    {
      id: "set-closed",
      label: "Set by measuring",
      group: "Factors",
      keys: ["Shift+X"],
      run: () => factorView.setState(({ isClosed }) => ({ isClosed: !isClosed })),
      isEnabled: () => factors().length > 0,
    },
    {
      id: "distribution",
      label: "Choose a distribution",
      group: "Factors",
      keys: ["Shift+Q"],
      run: () => {
        const inHand = desk.focusedWalk();
        const walk = factors().find(({ id }) => id === inHand) ?? factors()[0];
        openJobs(drawer, jobsView, {
          kind: "distribution",
          model: model(),
          walk: walk?.id ?? null,
          params: null,
        });
      },
      isEnabled: () => factors().length > 0 && hasRecipe(SAMPLE_KIND),
    },
  ];
}
