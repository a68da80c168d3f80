/** TimelineTools: what concerns the whole timeline: play, repeat, the way between keyframes, and what is opened beside. */

import { Button, Menu, SegmentedControl } from "@mantine/core";
import { useEffect, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { Icon, type IconName } from "../controls/icons";
import type { Timeline } from "../protocol/wire";
import { printKey } from "../state/keys";
import { withPath, withRepeat } from "../state/timeline";
import { secondsOf } from "../state/timeline_sampling";
import { playFps, ZOOMS, zoomBy } from "../state/timeline_view";
import { useApp, useCommand, useObservable, useTimeline, useTimelineView } from "./app";
import { CommandButton } from "./CommandButton";
import styles from "./TimelineTools.module.css";
import { clockTime } from "./timeline_scale";

const REPEATS: readonly {
  readonly value: Timeline["repeat"];
  readonly title: string;
  readonly icon: IconName;
}[] = [
  { value: "once", title: "Once", icon: "once" },
  { value: "loop", title: "Loop: back to the first by the last stretch", icon: "loop" },
  { value: "ping_pong", title: "To and fro", icon: "ping_pong" },
];

const PATHS: readonly { readonly value: Timeline["path"]; readonly title: string; readonly words: string }[] =
  [
    { value: "lerp", title: "Straight", words: "The shortest way between two keyframes." },
    { value: "spline", title: "Smooth", words: "One curve through all of them, without corners." },
    { value: "slerp", title: "Sphere", words: "Through other people: on the sphere that seeds lie on." },
  ];

export function TimelineTools() {
  const timeline = useTimeline();
  return (
    <div className={styles.tools}>
      <PlayButton />
      <Clock />
      {timeline && (
        <>
          <RepeatControl timeline={timeline} />
          <PathMenu timeline={timeline} />
        </>
      )}
      <PlayFigures />
      <span className={styles.space} />
      {timeline && <Zoom />}
      <OnionButton />
      <SoundButton />
      <CommandButton id="add-keyframe" icon="plus" text="Keyframe" isMain={timeline === null} />
      <ExportButton />
    </div>
  );
}

function PlayButton() {
  const { player, isMac } = useApp();
  const [command, isEnabled] = useCommand("play");
  const isPlaying = useObservable(player.isPlaying);
  return (
    <IconButton
      icon={isPlaying ? "pause" : "play"}
      label={isPlaying ? "Pause" : "Play"}
      keys={printKey(command.keys[0] ?? "", isMac)}
      disabled={!isEnabled}
      onClick={command.run}
    />
  );
}

/** Where the playhead is, and how long it all is. */
function Clock() {
  const { player } = useApp();
  const timeline = useTimeline();
  const seconds = useObservable(player.seconds);
  const total = timeline ? secondsOf(timeline) : 0;
  return (
    <span className={styles.clock}>
      {clockTime(seconds)}
      <span className={styles.dim}> / {clockTime(total)}</span>
    </span>
  );
}

/** How well play keeps up, while it plays; it stays for who reads slowly. */
function PlayFigures() {
  const { player } = useApp();
  const { rate, late } = useObservable(player.figures);
  const fps = useTimelineView(playFps);
  if (rate === 0) return null;
  return (
    <span
      className={styles.rate}
      title={`Pictures in the last second, of ${fps}; and how many came late since play began`}
    >
      {String(rate).padStart(2, "\u2007")} fps{late > 0 && <span data-late="true">{late} late</span>}
    </span>
  );
}

function RepeatControl({ timeline }: { readonly timeline: Timeline }) {
  const { timelineDesk } = useApp();
  return (
    <SegmentedControl
      aria-label="Repeat"
      className={styles.segments ?? ""}
      value={timeline.repeat}
      data={REPEATS.map(({ value, title, icon }) => ({
        value,
        label: (
          <span title={title} className={styles.segment}>
            <Icon name={icon} />
            <span className={styles.hidden}>{title}</span>
          </span>
        ),
      }))}
      onChange={(repeat) => timelineDesk.change("Repeat", withRepeat(repeat as Timeline["repeat"]))}
    />
  );
}

function PathMenu({ timeline }: { readonly timeline: Timeline }) {
  const { timelineDesk } = useApp();
  const chosen = PATHS.find(({ value }) => value === timeline.path);
  return (
    <Menu width={280} position="top-start" shadow="md">
      <Menu.Target>
        <Button
          rightSection={<Icon name="down" />}
          title="The way between keyframes"
          className={styles.path ?? ""}
        >
          {chosen?.title}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {PATHS.map(({ value, title, words }) => (
          <Menu.Item
            key={value}
            aria-current={value === timeline.path}
            onClick={() => timelineDesk.change("Way", withPath(value))}
          >
            <strong>{title}</strong>
            <br />
            <span className={styles.dim}>{words}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Zoom() {
  const { timelineView } = useApp();
  const zoom = useTimelineView((state) => state.zoom);
  return (
    <span className={styles.zoom}>
      <IconButton
        icon="zoom_out"
        label="Shorter"
        disabled={zoom === ZOOMS[0]}
        onClick={() => zoomBy(timelineView, -1)}
      />
      <IconButton
        icon="zoom_in"
        label="Longer"
        disabled={zoom === ZOOMS.at(-1)}
        onClick={() => zoomBy(timelineView, 1)}
      />
    </span>
  );
}

function OnionButton() {
  const isOnion = useTimelineView((state) => state.isOnion);
  return <CommandButton id="toggle-onion" icon="onion" isPressed={isOnion} />;
}

function SoundButton() {
  const { timelineView } = useApp();
  const pane = useTimelineView((state) => state.pane);
  return (
    <IconButton
      icon="sound"
      label="Sound"
      isPressed={pane === "sound"}
      onClick={() => timelineView.setState({ pane: pane === "sound" ? "none" : "sound" })}
    />
  );
}

function ExportButton() {
  const pane = useTimelineView((state) => state.pane);
  const timeline = useTimeline();
  const [isWide, setWide] = useState(true);
  useEffect(() => {
    const wide = window.matchMedia("(width >= 960px)");
    const follow = () => setWide(wide.matches);
    follow();
    wide.addEventListener("change", follow);
    return () => wide.removeEventListener("change", follow);
  }, []);
  return isWide ? (
    <CommandButton id="export" icon="film" text="Export" isMain={timeline !== null && pane !== "export"} />
  ) : (
    <CommandButton id="export" icon="film" isPressed={pane === "export"} />
  );
}
