/** NumberField: a number to read, and to type over. */

import { type KeyboardEvent, useRef, useState } from "react";
import styles from "./NumberField.module.css";

export interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly format: (value: number) => string;
  /** Makes a number of what was typed, or null of what is none; without it, plain numbers. */
  readonly read?: ((text: string) => number | null) | undefined;
  readonly onCommit: (value: number) => void;
  readonly id?: string | undefined;
  /** Characters of room. */
  readonly width: number;
  readonly isWhole?: boolean;
  readonly disabled?: boolean;
  /** Whether the value cannot be had. */
  readonly isWrong?: boolean;
  /** Escape: what was typed is given up. */
  readonly onGiveUp?: () => void;
  /** Shown dim where there is no value; one can be typed. */
  readonly blank?: string | undefined;
  /** Shown on hover: what may be typed. */
  readonly hint?: string | undefined;
}

/** Enter or leaving the field takes what was typed; Escape, or something that is no number, takes it back. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, min, max, format, width, isWhole = false } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const isLeaving = useRef(false);

  const commit = () => {
    setTyped(null);
    if (typed === null) return;
    const number = props.read ? props.read(typed) : readNumber(typed, isWhole);
    if (number !== null) props.onCommit(Math.min(max, Math.max(min, number)));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") {
      // It takes the number; a form around it is sent by its button.
      event.preventDefault();
      commit();
    }
    if (event.key === "Escape") {
      // The blur that follows must not take what Escape gave up.
      isLeaving.current = true;
      event.preventDefault();
      setTyped(null);
      props.onGiveUp?.();
      event.currentTarget.blur();
    }
  };

  return (
    <input
      id={props.id}
      className={styles.field}
      style={{ width: `calc(${width}ch + 10px)` }}
      type="text"
      inputMode={isWhole ? "numeric" : "decimal"}
      autoComplete="off"
      spellCheck={false}
      aria-label={label}
      aria-invalid={props.isWrong ?? false}
      title={props.hint}
      disabled={props.disabled}
      placeholder={props.blank}
      value={typed ?? (props.blank === undefined ? format(value) : "")}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => {
        if (!isLeaving.current) commit();
        isLeaving.current = false;
      }}
    />
  );
}

/** Accepts a comma for the point and a true minus sign; null for what is no number. */
function readNumber(text: string, isWhole: boolean): number | null {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  const number = Number(plain);
  if (plain === "" || !Number.isFinite(number)) return null;
  return isWhole ? Math.round(number) : number;
}
