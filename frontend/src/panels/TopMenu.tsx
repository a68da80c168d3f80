/** TopMenu: on a phone, what the top bar has no room for; and the commands, which need keys elsewhere. */

import { ActionIcon, Menu } from "@mantine/core";
import { Icon } from "../controls/icons";
import type { CommandId } from "../state/commands";
import { useCommand } from "./app";

const COMMANDS = ["copy-link", "toggle-smooth", "toggle-scheme", "palette", "help"] as const;

export function TopMenu() {
  return (
    <Menu position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <ActionIcon color="gray" aria-label="More" title="More">
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label="More">
        {COMMANDS.map((id) => (
          <Item key={id} id={id} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Item({ id }: { readonly id: CommandId }) {
  const [command, isEnabled] = useCommand(id);
  return (
    <Menu.Item disabled={!isEnabled} onClick={command.run}>
      {command.label}
    </Menu.Item>
  );
}
