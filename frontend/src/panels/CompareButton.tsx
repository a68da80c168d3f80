/** CompareButton: while it is held, the stage shows the picture without edits. */

import { Button } from "@mantine/core";
import { Icon } from "../controls/icons";
import { useCommand, useView } from "./app";

export function CompareButton() {
  const [command, isEnabled] = useCommand("compare");
  const isComparing = useView((state) => state.isComparing);
  const release = () => command.release?.();
  return (
    <Button
      leftSection={<Icon name="compare" />}
      disabled={!isEnabled && !isComparing}
      aria-pressed={isComparing}
      aria-keyshortcuts={command.keys.join(" ")}
      title={`${command.label}  ·  ${command.keys[0]}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        command.run();
      }}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={(event) => {
        if ((event.key === " " || event.key === "Enter") && !event.repeat) command.run();
      }}
      onKeyUp={release}
      onBlur={release}
    >
      Compare
    </Button>
  );
}
