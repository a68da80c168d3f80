/** Knob commands: the list of controllers, and learning one for the slider under the keyboard. */

import type { Command, CommandContext } from "./commands";

type Context = Pick<CommandContext, "view" | "desk" | "live" | "knobLearning">;

export function knobCommands({ view, desk, live, knobLearning }: Context): Command[] {
  const learn = () => {
    const slider = desk.focusedWalk();
    if (slider !== null) void knobLearning.learn(slider);
    else
      live.notice.set({
        kind: "info",
        about: "file",
        code: "no_slider",
        sentence: "Which slider is it to move?",
        hint: "Bring the keyboard to one first: / goes to the first of them.",
      });
  };
  return [
    {
      id: "controllers",
      label: "MIDI controllers",
      group: "View",
      keys: ["Shift+C"],
      run: () => view.setState(({ isControllersOpen }) => ({ isControllersOpen: !isControllersOpen })),
      isEnabled: () => true,
    },
    {
      id: "learn-control",
      label: "Learn a MIDI control for this slider",
      group: "Edit",
      keys: ["Shift+L"],
      run: learn,
      isEnabled: () => true,
    },
  ];
}
