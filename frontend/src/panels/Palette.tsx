/** Palette: every command by its name, found by a few letters and run from the keyboard. */

import { Kbd } from "@mantine/core";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { Command } from "../state/commands";
import { isFound } from "../state/glossary";
import { printKey } from "../state/keys";
import { useApp, useView } from "./app";
import styles from "./Palette.module.css";

export function Palette() {
  const isOpen = useView((state) => state.isPaletteOpen);
  return isOpen ? <Open /> : null;
}

function Open() {
  const { commands, view, isMac } = useApp();
  const [wanted, setWanted] = useState("");
  /** Null: no hand has chosen; it stands on the first that can be done. */
  const [chosen, setChosen] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const before = useRef<Element | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    before.current = document.activeElement;
    field.current?.focus();
  }, []);
  const close = () => {
    view.setState({ isPaletteOpen: false });
    // The keyboard goes back first: some commands are about what it is at.
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  const found = Object.values(commands).filter(
    (command) =>
      command.id !== "palette" && !command.release && isFound(wanted, `${nameOf(command)} ${command.group}`),
  );
  const first = found.findIndex((command) => command.isEnabled());
  const place = Math.min(chosen ?? Math.max(0, first), Math.max(0, found.length - 1));
  const run = (command: Command | undefined) => {
    if (!command?.isEnabled()) return;
    close();
    command.run();
  };
  const choose = (next: number) => {
    setChosen(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter") run(found[place]);
    else if (event.key === "ArrowDown") choose(Math.min(place + 1, found.length - 1));
    else if (event.key === "ArrowUp") choose(Math.max(place - 1, 0));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section
      className={styles.palette}
      role="dialog"
      aria-label="Commands"
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && close()}
    >
      <input
        ref={field}
        type="search"
        className={styles.field}
        role="combobox"
        aria-label="Find a command"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${place}` : undefined}
        placeholder="Find a command"
        autoComplete="off"
        spellCheck={false}
        value={wanted}
        onChange={(event) => {
          setWanted(event.currentTarget.value);
          setChosen(null);
          list.current?.scrollTo(0, 0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={`${id}-list`} className={styles.list} role="listbox" aria-label="Commands">
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard
          <div
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            className={styles.command}
            aria-selected={index === place}
            aria-disabled={!command.isEnabled()}
            onPointerMove={() => setChosen(index)}
            // The field keeps the keyboard while a hand presses.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => run(command)}
          >
            <span className={styles.name}>{nameOf(command)}</span>
            <span className={styles.group}>{command.group}</span>
            <Kbd>{printKey(command.keys[0] ?? "", isMac)}</Kbd>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={styles.nothing}>No command is called that.</p>}
    </section>
  );
}

function nameOf(command: Command): string {
  return command.title?.() ?? command.label;
}
