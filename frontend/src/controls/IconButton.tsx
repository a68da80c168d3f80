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
  /** Whether it keeps the keyboard while it is disabled: it may be of use again at the next moment. */
  readonly keepsFocus?: boolean;
  /** For buttons that stay down. */
  readonly isPressed?: boolean | undefined;
}

export function IconButton({
  icon,
  label,
  hint = label,
  onClick,
  keys,
  disabled = false,
  keepsFocus = false,
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
        disabled={disabled && !keepsFocus}
        {...(disabled && keepsFocus && { "data-disabled": true, "aria-disabled": true })}
        onClick={() => !disabled && onClick()}
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}
