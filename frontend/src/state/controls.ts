/** Controls: which knob of a controller moves which slider of the document. */

import { type Control, MAX_CONTROLS } from "../protocol/wire";
import {
  DocumentInvalid,
  findTwice,
  readChoice,
  readFields,
  readInteger,
  readList,
  readName,
} from "./foreign";

/** Truncation psi, among the ids of walks. */
export const PSI: null = null;

/** A walk's id, or `PSI`. */
export type SliderId = Control["slider"];

/** How values of a control are meant, in the order they are offered. */
export const SENDS = ["absolute", "fine", "twos", "offset", "sign"] as const satisfies Control["sends"][];

/** The documents' own limit of a device's name. */
const MAX_DEVICE = 128;

export function normalizeControls(data: unknown): readonly Control[] {
  const controls = readList(data, "controls", 0, MAX_CONTROLS).map(normalizeControl);
  const twice = findTwice(controls.map(({ slider }) => slider));
  if (twice !== undefined) throw new DocumentInvalid("Its controls move a slider twice.");
  return controls;
}

function normalizeControl(data: unknown): Control {
  const fields = readFields(data, "control", ["slider", "device", "channel", "number", "sends"]);
  const { slider, device } = fields;
  if (typeof device !== "string" || device === "" || device.length > MAX_DEVICE) {
    throw new DocumentInvalid("Its control names no device.");
  }
  return {
    slider: slider === null ? PSI : readName(slider, "control's slider"),
    device,
    channel: readInteger(fields.channel, "control's channel", 1, 16),
    number: readInteger(fields.number, "control's number", 0, 119),
    sends: readChoice(fields.sends ?? "absolute", "control's kind", SENDS),
  };
}

/** The control that moves a slider, if one does. */
export function controlOf(controls: readonly Control[], slider: SliderId): Control | null {
  return controls.find((control) => control.slider === slider) ?? null;
}

/** Controls with one more: it leaves what it moved before, and takes the place of what moved its slider. */
export function withControl(controls: readonly Control[], next: Control): readonly Control[] {
  const others = controls.filter((control) => control.slider !== next.slider && !isSameKnob(control, next));
  return [...others, next];
}

export function withoutControl(controls: readonly Control[], slider: SliderId): readonly Control[] {
  return controls.filter((control) => control.slider !== slider);
}

export function isSameKnob(a: Control, b: Control): boolean {
  return a.device === b.device && a.channel === b.channel && a.number === b.number;
}
