/** NameField: a name that is being written anew, in the place where it stood. */

import { type KeyboardEvent, useState } from "react";

interface NameFieldProps {
  readonly name: string;
  readonly maxLength: number;
  /** What it is called; missing: the name of what it had before. */
  readonly label?: string;
  readonly className: string | undefined;
  /** Null: it stays as it was. */
  readonly onFinish: (name: string | null) => void;
}

/** Enter or leaving takes what was typed, Escape gives it up. */
export function NameField({ name, maxLength, label, className, onFinish }: NameFieldProps) {
  const [typed, setTyped] = useState(name);
  const [isDone, setDone] = useState(false);
  const finish = (next: string | null) => {
    // Escape takes the field away, and its blur must not take what Escape gave up.
    if (isDone) return;
    setDone(true);
    onFinish(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation();
    if (event.key === "Enter") finish(typed);
    if (event.key === "Escape") {
      event.preventDefault();
      finish(null);
    }
  };
  return (
    <input
      className={className}
      aria-label={label ?? `Name of ${name}`}
      placeholder={label}
      // The menu gives the keyboard back to its button, which is not there any more.
      ref={(field) => field?.focus()}
      value={typed}
      maxLength={maxLength}
      spellCheck={false}
      autoComplete="off"
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => finish(typed)}
    />
  );
}
