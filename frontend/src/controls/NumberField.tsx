/** NumberField: a number to read, and to type over. */

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import styles from "./NumberField.module.css";
import { strideOf } from "./use_gesture";
import { useWheel } from "./use_wheel";

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
  /** What an arrow key or a click of the wheel adds; 1 for whole numbers. Without one, numbers are typed alone. */
  readonly step?: number;
  /** An arrow key or the wheel goes over a value, before it is taken. */
  readonly onPreview?: (value: number) => void;
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

/** Keys and wheels have come to rest after so long: the number is taken. */
const REST_MS = 400;

/**
 * Enter or leaving the field takes what was typed; Escape, or something that is no number, takes it back. What arrow
 * keys and the wheel make of it is taken once they rest.
 */
export function NumberField(props: NumberFieldProps) {
  const { label, value, min, max, width, isWhole = false, step = isWhole ? 1 : null } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const stepped = useStepped(props.onCommit, props.onGiveUp);
  const isLeaving = useRef(false);

  const clamp = (number: number) => Math.min(max, Math.max(min, number));
  const readTyped = () => {
    if (typed === null) return null;
    return props.read ? props.read(typed) : readNumber(typed, isWhole);
  };
  const commit = () => {
    setTyped(null);
    const number = readTyped();
    if (number !== null) props.onCommit(clamp(number));
    else stepped.take();
  };
  const move = (steps: number) => {
    if (step === null || props.disabled) return;
    const from = readTyped() ?? stepped.value ?? value;
    const by = isWhole ? Math.sign(steps) * Math.max(1, Math.round(Math.abs(steps) * step)) : steps * step;
    const to = clamp(from + by);
    setTyped(null);
    stepped.go(to);
    props.onPreview?.(to);
  };
  const wheel = useWheel(move);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") {
      // It takes the number; a form around it is sent by its button.
      event.preventDefault();
      commit();
    }
    if (step !== null && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move((event.key === "ArrowUp" ? 1 : -1) * strideOf(event));
    }
    if (event.key === "Escape") {
      // The blur that follows must not take what Escape gave up.
      isLeaving.current = true;
      event.preventDefault();
      setTyped(null);
      stepped.drop();
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
      value={typed ?? sayNumber(props, stepped.value)}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => {
        stepped.drop();
        setTyped(event.currentTarget.value);
      }}
      onKeyDown={onKeyDown}
      onBlur={() => {
        if (!isLeaving.current) commit();
        isLeaving.current = false;
      }}
      {...wheel}
    />
  );
}

function sayNumber({ blank, value, format }: NumberFieldProps, stepped: number | null): string {
  if (stepped !== null) return format(stepped);
  return blank === undefined ? format(value) : "";
}

/** The number that arrow keys and the wheel have reached, until it is taken: once they rest. */
function useStepped(onCommit: (value: number) => void, onGiveUp: (() => void) | undefined) {
  const [value, setValue] = useState<number | null>(null);
  const reached = useRef<number | null>(null);
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const newest = useRef({ onCommit, onGiveUp });
  useEffect(() => {
    newest.current = { onCommit, onGiveUp };
  });
  const drop = () => {
    clearTimeout(rest.current);
    reached.current = null;
    setValue(null);
  };
  const take = () => {
    const taken = reached.current;
    drop();
    if (taken !== null) newest.current.onCommit(taken);
  };
  // A field that is taken away takes its number along.
  useEffect(
    () => () => {
      clearTimeout(rest.current);
      if (reached.current !== null) newest.current.onGiveUp?.();
    },
    [],
  );
  const go = (next: number) => {
    reached.current = next;
    setValue(next);
    clearTimeout(rest.current);
    rest.current = setTimeout(take, REST_MS);
  };
  return { value, go, take, drop };
}

/** Accepts a comma for the point and a true minus sign; null for what is no number. */
function readNumber(text: string, isWhole: boolean): number | null {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  const number = Number(plain);
  if (plain === "" || !Number.isFinite(number)) return null;
  return isWhole ? Math.round(number) : number;
}
