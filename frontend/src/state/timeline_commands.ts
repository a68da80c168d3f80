/** Timeline commands: the drawer's tab, keyframes by keys, and playing. */

import type { Command, CommandContext } from "./commands";
import { toggleTab } from "./drawer";
import { secondsOf } from "./timeline_sampling";

export function timelineCommands({
  document,
  drawer,
  timelineDesk,
  timelineView,
  player,
}: CommandContext): Command[] {
  const timeline = () => document.getState().timeline;
  const hasKeyframes = () => timeline() !== null;
  const open = () => drawer.setState({ isOpen: true, tab: "timeline" });
  const canPlay = () => {
    const now = timeline();
    return now !== null && secondsOf(now) > 0;
  };
  return [
    {
      id: "toggle-timeline",
      label: "Timeline",
      group: "Timeline",
      keys: ["T"],
      run: () => toggleTab(drawer, "timeline"),
      isEnabled: () => true,
    },
    {
      id: "add-keyframe",
      label: "Add keyframe",
      group: "Timeline",
      keys: ["K"],
      run: () => {
        open();
        timelineDesk.add();
      },
      isEnabled: () => document.getState().picture !== null,
    },
    {
      id: "replace-keyframe",
      label: "Replace the chosen keyframe",
      group: "Timeline",
      keys: ["Shift+K"],
      run: () => timelineDesk.replace(),
      isEnabled: () => hasKeyframes() && timelineDesk.chosen !== null,
    },
    {
      id: "play",
      label: "Play or pause",
      group: "Timeline",
      keys: ["Space"],
      run: () => {
        open();
        player.toggle();
      },
      isEnabled: canPlay,
    },
    {
      id: "previous-keyframe",
      label: "Previous keyframe",
      group: "Timeline",
      keys: [","],
      run: () => timelineDesk.step(-1),
      isEnabled: hasKeyframes,
    },
    {
      id: "next-keyframe",
      label: "Next keyframe",
      group: "Timeline",
      keys: ["."],
      run: () => timelineDesk.step(1),
      isEnabled: hasKeyframes,
    },
    {
      id: "toggle-onion",
      label: "Onion skin: the keyframes around, faintly over the picture",
      group: "Timeline",
      keys: ["Y"],
      run: () => timelineView.setState(({ isOnion }) => ({ isOnion: !isOnion })),
      isEnabled: () => true,
    },
    {
      id: "export",
      label: "Export",
      group: "Timeline",
      keys: ["Shift+E"],
      run: () => {
        const isShown = timelineView.getState().pane === "export" && drawer.getState().isOpen;
        open();
        timelineView.setState({ pane: isShown ? "none" : "export" });
      },
      isEnabled: hasKeyframes,
    },
  ];
}
