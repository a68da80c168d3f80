/** HelpPanel: every key of the page, read from the command table, and what its words mean. */

import { Kbd, SegmentedControl } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { COMMAND_GROUPS } from "../state/commands";
import { findTerms, GLOSSARY, isFound, type TermId } from "../state/glossary";
import { printKey } from "../state/keys";
import { useApp, useView } from "./app";
import styles from "./HelpPanel.module.css";

/** Keys that belong to a slider under the keyboard, not to the table. */
const SLIDER_KEYS = [
  ["Move", "← →"],
  ["Move far", "Shift ← →"],
  ["Move finely", "Ctrl ← →"],
  ["To an end", "Home End"],
  ["Back to zero", "Delete"],
  ["By the wheel", "Alt wheel"],
  ["By it, finely", "Alt Shift wheel"],
  ["Drag finely", "Shift drag"],
  ["By touch, finely", "off the track"],
  ["Copy, paste its value", "Ctrl C  Ctrl V"],
  ["Give up", "Esc"],
] as const;

/** On a number that can be typed over. */
const NUMBER_KEYS = [
  ["More, less", "↑ ↓"],
  ["Much", "Shift ↑ ↓"],
  ["A little", "Ctrl ↑ ↓"],
  ["By the wheel", "Alt wheel"],
  ["Take it", "Enter"],
  ["Give up", "Esc"],
] as const;

/** What a hand does over the stage; the lower ones while it paints. */
const STAGE_KEYS = [
  ["Nearer, farther", "Ctrl wheel"],
  ["Push the picture", "Space drag"],
  ["Size of the brush", "wheel"],
  ["Soft edge", "Shift wheel"],
  ["Take away, or add", "Alt drag"],
  ["Square, circle", "Shift drag"],
] as const;

/** On the keyframes of the timeline, and on its strip. */
const TIMELINE_KEYS = [
  ["To the stage", "Enter"],
  ["Another keyframe", "← →"],
  ["Move it", "Shift ← →"],
  ["Remove it", "Delete"],
  ["Any duration", "Shift drag"],
  ["Zoom", "Ctrl wheel"],
] as const;

export function HelpPanel() {
  const isOpen = useView((state) => state.isHelpOpen);
  return isOpen ? <Help /> : null;
}

function Help() {
  const { commands, view, isMac } = useApp();
  const panel = useRef<HTMLElement>(null);
  const { help } = commands;
  const asked = useView((state) => state.helpTerm);
  const [wanted, setWanted] = useState("");
  const [section, setSection] = useState<Section>(asked === null ? "keys" : "words");
  const search = (text: string) => {
    view.setState({ helpTerm: null });
    setWanted(text);
  };

  useEffect(() => {
    if (asked !== null) setSection("words");
  }, [asked]);

  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const found = (title: string, rows: Rows): Rows =>
    rows.filter(([label]) => isFound(wanted, `${label} ${title}`));
  const groups: readonly (readonly [string, Rows])[] = [
    ...COMMAND_GROUPS.map(
      (group) =>
        [
          group,
          Object.values(commands)
            .filter((command) => command.group === group)
            .map(({ label, keys }) => [label, keys.map((key) => printKey(key, isMac)).join("  ")] as const),
        ] as const,
    ),
    ["On a slider", SLIDER_KEYS],
    ["On a number", NUMBER_KEYS],
    ["On a keyframe", TIMELINE_KEYS],
    ["On the stage", STAGE_KEYS],
  ];
  const shown = groups.map(([title, rows]) => [title, found(title, rows)] as const);
  const hasKeys = shown.some(([, rows]) => rows.length > 0);
  const terms = findTerms(wanted);
  const shows = (which: Section) => wanted !== "" || section === which;

  return (
    <section
      ref={panel}
      className={styles.panel}
      role="dialog"
      aria-label="Help"
      tabIndex={-1}
      onKeyDown={(event) => event.key === "Escape" && help.run()}
    >
      <div className={styles.head}>
        <h2>Help</h2>
        <input
          type="search"
          className={styles.search}
          placeholder="Search words and keys"
          aria-label="Search words and keys"
          value={wanted}
          onChange={(event) => search(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="What to show"
          value={section}
          data={[
            { value: "keys", label: "Keys" },
            { value: "words", label: "Words" },
          ]}
          onChange={(next) => {
            setWanted("");
            setSection(next);
          }}
        />
        <IconButton icon="close" label="Close" onClick={help.run} />
      </div>
      {hasKeys && shows("keys") && (
        <>
          <h3 className={styles.title}>Keys</h3>
          <div className={styles.groups}>
            {shown.map(
              ([title, rows]) => rows.length > 0 && <KeyGroup key={title} title={title} rows={rows} />,
            )}
          </div>
        </>
      )}
      {terms.length > 0 && shows("words") && <Terms ids={terms} asked={asked} />}
      {terms.length === 0 && !hasKeys && <p className={styles.nothing}>Nothing of that name.</p>}
    </section>
  );
}

interface TermsProps {
  readonly ids: readonly TermId[];
  /** The one that somebody wants to read. */
  readonly asked: TermId | null;
}

function Terms({ ids, asked }: TermsProps) {
  const entry = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (asked !== null) entry.current?.scrollIntoView({ block: "center" });
  }, [asked]);
  return (
    <>
      <h3 className={styles.title}>Words</h3>
      <dl className={styles.terms}>
        {ids.map((id) => (
          <div key={id} ref={id === asked ? entry : null} data-asked={id === asked}>
            <dt>{GLOSSARY[id].name}</dt>
            <dd>{GLOSSARY[id].text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

type Section = "keys" | "words";

type Rows = readonly (readonly [string, string])[];

interface KeyGroupProps {
  readonly title: string;
  readonly rows: Rows;
}

function KeyGroup({ title, rows }: KeyGroupProps) {
  return (
    <div>
      <h4>{title}</h4>
      <dl className={styles.keys}>
        {rows.map(([label, keys]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Kbd>{keys}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
