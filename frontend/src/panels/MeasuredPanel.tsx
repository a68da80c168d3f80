/** MeasuredPanel: what networks read off the very picture that is shown, and how it differs from the start. */

import { ActionIcon, Button, Checkbox, Popover, Switch, TextInput, Tooltip } from "@mantine/core";
import { type CSSProperties, memo, useState } from "react";
import { Icon } from "../controls/icons";
import { aligned, fixed, signed } from "../controls/numbers";
import type { Reading } from "../protocol/wire";
import {
  allReadouts,
  chancesOf,
  changeOf,
  likeliest,
  notationOf,
  numberOf,
  pinnedReadouts,
  placeOf,
  type Readout,
  sayName,
  togglePin,
} from "../state/readouts";
import { useApp, useCommand, useModel, useObservable, useView } from "./app";
import styles from "./MeasuredPanel.module.css";

const HELP =
  "Networks that learned the world's true factors look at the pictures after they are shown. " +
  "Most frames come as without them; now and then one waits a few milliseconds. " +
  "The tick on a bar is the start, the picture without edits; the number on the right is the change since.";

const DASH = "–";

export function MeasuredPanel() {
  const isMeasuring = useView((state) => state.isMeasuring);
  const [toggle] = useCommand("toggle-measured");
  const title = useObservable(useApp().live.sight)?.title;
  const help = isMeasuring && title ? `${HELP} Here look: ${title}.` : HELP;
  return (
    <section className={styles.panel} aria-label="Measured values">
      <div className={styles.head}>
        <h2>Measured</h2>
        <Tooltip label={help} multiline w={280} position="top-end">
          <ActionIcon color="gray" size={24} aria-label="What is measured" aria-description={help}>
            <Icon name="help" />
          </ActionIcon>
        </Tooltip>
        {isMeasuring && <PinChooser />}
        <Switch
          aria-label={toggle.label}
          aria-keyshortcuts={toggle.keys[0]}
          title={`${toggle.label}  ·  ${toggle.keys[0]}`}
          checked={isMeasuring}
          onChange={toggle.run}
        />
      </div>
      {isMeasuring && <Readouts />}
    </section>
  );
}

function Readouts() {
  const { live } = useApp();
  const sight = useObservable(live.sight);
  const reading = useObservable(live.reading);
  const isOfShown = useObservable(live.isReadingOfShown);
  const pins = useView((state) => state.pins);
  const overlay = useView((state) => state.overlay);
  if (sight?.lack && sight.factors.length === 0) {
    return (
      <p className={styles.lack} role="status">
        {sight.lack.sentence} {sight.lack.hint}
      </p>
    );
  }
  const readouts = pinnedReadouts(sight, pins);
  // What an overlay lacks is said beside the overlays.
  const isOfOverlay =
    (overlay === "labels" && sight?.has_labels === false) ||
    (overlay === "lines" && sight?.has_lines === false);
  const lack = isOfOverlay ? null : sight?.lack;
  return (
    <>
      <ul
        className={styles.list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it for that
        tabIndex={0}
        data-fresh={isOfShown}
        data-revision={reading?.revision ?? ""}
        title={isOfShown || !reading ? undefined : "Of a picture shown a moment ago"}
      >
        {readouts.map((readout) =>
          readout.kind === "factor" ? (
            <FactorRow key={readout.name} readout={readout} reading={reading} />
          ) : (
            <ChoiceRow key={readout.name} readout={readout} reading={reading} />
          ),
        )}
        {readouts.length === 0 && <li className={styles.empty}>Nothing is pinned.</li>}
      </ul>
      {lack && (
        <p className={styles.lack} role="status">
          {lack.sentence} {lack.hint}
        </p>
      )}
    </>
  );
}

interface RowProps<Kind extends Readout["kind"]> {
  readonly readout: Extract<Readout, { readonly kind: Kind }>;
  readonly reading: Reading | null;
}

const FactorRow = memo(function FactorRow({ readout: { name, factor }, reading }: RowProps<"factor">) {
  const resolution = useModel()?.resolution ?? null;
  const measured = numberOf(reading, name);
  const notation = notationOf(factor?.unit ?? "", resolution);
  const write = (value: number | null | undefined, format: typeof fixed) =>
    value === null || value === undefined ? DASH : format(value * notation.times, notation.digits);
  const change = measured && factor ? changeOf(measured, factor) : null;
  const value = write(measured?.value, fixed);
  return (
    <li className={styles.row} data-readout={name} data-value={measured?.value ?? ""}>
      <span className={styles.name}>{sayName(name)}</span>
      <Bar
        at={factor && typeof measured?.value === "number" ? placeOf(measured.value, factor) : null}
        before={factor && typeof measured?.before === "number" ? placeOf(measured.before, factor) : null}
      />
      <span className={styles.value}>{aligned(value, 6)}</span>
      <abbr className={styles.unit} title={notation.words}>
        {notation.unit}
      </abbr>
      <span className={styles.change} data-still={write(change, signed).trim().startsWith("0")}>
        {aligned(change === null ? DASH : write(change, signed), 6)}
      </span>
    </li>
  );
});

const ChoiceRow = memo(function ChoiceRow({ readout: { name, options }, reading }: RowProps<"choice">) {
  const measured = chancesOf(reading, name);
  const now = measured ? likeliest(options, measured.chances) : null;
  const before = measured ? likeliest(options, measured.before) : null;
  const was = before && now && before.option !== now.option ? `was ${before.option}` : "";
  return (
    <li className={styles.row} data-readout={name} data-value={now?.option ?? ""}>
      <span className={styles.name}>{sayName(name)}</span>
      <Bar at={now?.chance ?? null} before={null} />
      <span className={styles.option} title={[now?.option, was].filter(Boolean).join(", ")}>
        {now?.option ?? DASH}
        {was && <span className={styles.was}> {was}</span>}
      </span>
      <span className={styles.chance}>{now ? `${aligned((now.chance * 100).toFixed(0), 3)} %` : DASH}</span>
    </li>
  );
});

/** Where a value lies in its range, drawn from its start; both from 0 to 1. */
function Bar({ at, before }: { readonly at: number | null; readonly before: number | null }) {
  const from = before ?? 0;
  return (
    <span
      className={styles.bar}
      aria-hidden="true"
      style={
        {
          "--at": at ?? 0,
          "--from": Math.min(at ?? 0, from),
          "--to": Math.max(at ?? 0, from),
        } as CSSProperties
      }
    >
      {at !== null && <span className={styles.fill} />}
      {before !== null && <span className={styles.tick} style={{ "--at": before } as CSSProperties} />}
      {at !== null && before !== null && <span className={styles.dot} />}
    </span>
  );
}

/** The list that pins and unpins; typing narrows it. */
function PinChooser() {
  const { live, view } = useApp();
  const [command] = useCommand("choose-measured");
  const isOpen = useView((state) => state.isChoosingPins);
  const pins = useView((state) => state.pins);
  const sight = useObservable(live.sight);
  const [search, setSearch] = useState("");
  const shown = pinnedReadouts(sight, pins).map(({ name }) => name);
  const found = allReadouts(sight).filter(({ name }) => sayName(name).includes(search.trim().toLowerCase()));
  return (
    <Popover
      opened={isOpen}
      onChange={(isChoosingPins) => view.setState({ isChoosingPins })}
      width={232}
      position="top-end"
      trapFocus
      returnFocus
      shadow="md"
    >
      <Popover.Target>
        <Button
          leftSection={<Icon name="pin" />}
          aria-label={command.label}
          aria-keyshortcuts={command.keys[0]}
          title={`${command.label}  ·  ${command.keys[0]}`}
          onClick={command.run}
        >
          Choose
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={command.label}>
        <TextInput
          size="xs"
          aria-label="Search values"
          placeholder="Search"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          data-autofocus
        />
        <ul className={styles.choices}>
          {found.map(({ name }) => (
            <li key={name}>
              <Checkbox
                size="xs"
                color="var(--accent)"
                iconColor="var(--on-accent)"
                label={sayName(name)}
                checked={shown.includes(name)}
                onChange={() => view.setState({ pins: togglePin(sight, pins, name) })}
              />
            </li>
          ))}
          {found.length === 0 && <li className={styles.empty}>No value of this name.</li>}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
