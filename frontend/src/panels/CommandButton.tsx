/** CommandButton: a command of the table as a button, with its name, key and whether it may run. */

import { Button } from "@mantine/core";
import { IconButton } from "../controls/IconButton";
import { Icon, type IconName } from "../controls/icons";
import type { CommandId } from "../state/commands";
import { printKey } from "../state/keys";
import { useApp, useCommand } from "./app";

export interface CommandButtonProps {
  readonly id: CommandId;
  readonly icon: IconName;
  /** Shown beside the icon; without it the name shows on hover. */
  readonly text?: string;
  readonly isMain?: boolean;
  readonly isPressed?: boolean;
}

export function CommandButton({ id, icon, text, isMain = false, isPressed }: CommandButtonProps) {
  const { isMac } = useApp();
  const [command, isEnabled, title] = useCommand(id);
  const keys = command.keys[0] && printKey(command.keys[0], isMac);
  if (text === undefined) {
    return (
      <IconButton
        icon={icon}
        label={command.label}
        hint={title}
        keys={keys}
        disabled={!isEnabled}
        isPressed={isPressed}
        onClick={command.run}
      />
    );
  }
  return (
    <Button
      variant={isMain ? "filled" : "default"}
      leftSection={<Icon name={icon} />}
      disabled={!isEnabled}
      aria-pressed={isPressed}
      {...(isPressed && { c: "var(--accent)" })}
      {...(keys && { "aria-keyshortcuts": keys, title: `${title}  ·  ${keys}` })}
      onClick={command.run}
    >
      {text}
    </Button>
  );
}
