/** IconButton: a small button with a drawing, whose name and key show on hover and focus. */

import { ActionIcon, Tooltip } from "@mantine/core";
import { Icon, type IconName } from "./icons";

export interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  /** Shown in place of the label; the label stays its name. */
  readonly hint?: string | undefined;
  readonly onClick: () => void;
  readonly keys?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** For buttons that stay down. */
  readonly isPressed?: boolean | undefined;
}

export function IconButton({
  icon,
  label,
  hint = label,
  onClick,
  keys,
  disabled,
  isPressed,
}: IconButtonProps) {
  return (
    <Tooltip label={keys ? `${hint}  ·  ${keys}` : hint}>
      <ActionIcon
        color="gray"
        aria-label={label}
        aria-pressed={isPressed}
        {...(keys && { "aria-keyshortcuts": keys })}
        variant={isPressed ? "default" : "subtle"}
        disabled={disabled ?? false}
        onClick={onClick}
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}
