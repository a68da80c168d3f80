/** SliderTools: finds sliders by name, orders them, and does with all what is done with all at once. */

import { ActionIcon, Menu, TextInput } from "@mantine/core";
import { IconButton } from "../controls/IconButton";
import { Icon } from "../controls/icons";
import { printKey } from "../state/keys";
import { type SliderSort, SORTS } from "../state/slider_view";
import { FOCUS } from "../state/view_commands";
import { useApp, useCommand, useSliderView } from "./app";
import { CommandButton } from "./CommandButton";
import styles from "./SliderTools.module.css";

const SORT_NAMES: Readonly<Record<SliderSort, string>> = {
  group: "By kind",
  name: "By name",
  strength: "Strongest first",
  recent: "Last used first",
};

/** `count`: sliders that the search has found. */
export function SliderTools({ count }: { readonly count: number }) {
  const { sliderView } = useApp();
  const query = useSliderView((state) => state.query);
  const isMapOpen = useSliderView((state) => state.isMapOpen);
  const showsEnds = useSliderView((state) => state.showsEnds);
  return (
    <div className={styles.tools}>
      <TextInput
        id={FOCUS.search}
        size="xs"
        className={styles.search}
        aria-label="Find a slider"
        placeholder="Find a slider"
        value={query}
        rightSection={
          query !== "" && (
            <IconButton
              icon="close"
              label="Show all sliders"
              onClick={() => sliderView.setState({ query: "" })}
            />
          )
        }
        onChange={(event) => sliderView.setState({ query: event.currentTarget.value })}
        onKeyDown={(event) => event.key === "Escape" && sliderView.setState({ query: "" })}
      />
      <span className={styles.found} role="status">
        {query !== "" && count}
      </span>
      <CommandButton id="toggle-map" icon="map" isPressed={isMapOpen} />
      <CommandButton id="toggle-ends" icon="ends" isPressed={showsEnds} />
      <More />
    </div>
  );
}

function More() {
  const { sliderView } = useApp();
  const sort = useSliderView((state) => state.sort);
  return (
    <Menu position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <ActionIcon color="gray" aria-label="Order, nudge, copy" title="Order, nudge, copy">
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label="All sliders">
        {SORTS.map((each) => (
          <Menu.Item
            key={each}
            role="menuitemradio"
            aria-checked={each === sort}
            leftSection={<span className={styles.check}>{each === sort && "✓"}</span>}
            onClick={() => sliderView.setState({ sort: each })}
          >
            {SORT_NAMES[each]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <CommandItem id="nudge" />
        <CommandItem id="copy-edits" />
        <CommandItem id="paste-edits" />
      </Menu.Dropdown>
    </Menu>
  );
}

function CommandItem({ id }: { readonly id: "nudge" | "copy-edits" | "paste-edits" }) {
  const { isMac } = useApp();
  const [command, isEnabled] = useCommand(id);
  const [key] = command.keys;
  return (
    <Menu.Item disabled={!isEnabled} rightSection={key && printKey(key, isMac)} onClick={command.run}>
      {command.label}
    </Menu.Item>
  );
}
