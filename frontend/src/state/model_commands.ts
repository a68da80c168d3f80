/** Model commands: the drawer of models. */

import type { Command, CommandContext } from "./commands";
import { toggleTab } from "./drawer";

export function modelCommands({ drawer }: Pick<CommandContext, "drawer">): Command[] {
  return [
    {
      id: "toggle-models",
      label: "Models",
      group: "Models",
      keys: ["G"],
      run: () => toggleTab(drawer, "models"),
      isEnabled: () => true,
    },
  ];
}
