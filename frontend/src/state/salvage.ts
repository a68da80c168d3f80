/** Salvage: what can still be read of a document that is damaged, or was written by a newer Wend. */

import type { Control, Picture, Timeline, WendDocument } from "../protocol/wire";
import { normalizeControls } from "./controls";
import { DocumentInvalid } from "./foreign";
import { DOCUMENT_VERSION, normalizeDocument } from "./normalize";
import { normalizePicture } from "./normalize_picture";
import { normalizeTimeline } from "./normalize_timeline";

export interface Salvaged {
  readonly document: WendDocument;
  /** What is wrong with it, in a sentence; null: nothing is. */
  readonly fault: string | null;
  /** What was left out, in words. */
  readonly lost: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** A document as far as it can be read. Throws `DocumentInvalid` where not even a model and a seed can. */
export function salvageDocument(data: unknown): Salvaged {
  try {
    return { document: normalizeDocument(data), fault: null, lost: [] };
  } catch (error) {
    if (!(error instanceof DocumentInvalid) || !isFields(data)) throw error;
    const lost = Object.keys(data).filter(
      (name) => !["version", "picture", "timeline", "controls"].includes(name),
    );
    const picture = salvagePicture(data.picture, "", lost);
    if (picture === null) throw error;
    const timeline = salvageTimeline(data.timeline, lost);
    const controls = salvageControls(data.controls, lost);
    const { version } = data;
    const isLater = typeof version === "number" && version > DOCUMENT_VERSION;
    const fault = isLater ? `It was written by a newer Wend (version ${version}).` : error.message;
    return { document: { version: DOCUMENT_VERSION, picture, timeline, controls }, fault, lost };
  }
}

/** Field by field, and edit by edit: what the gate takes together with what it took before, stays. */
function salvagePicture(data: unknown, where: string, lost: string[]): Picture | null {
  if (!isFields(data)) return null;
  const { model, latent, ...rest } = data;
  let picture = tryPicture({ model, latent });
  if (picture === null) {
    picture = tryPicture({ model, latent: { kind: "seed", seed: 0 } });
    if (picture === null) return null;
    lost.push(`${where}its latent`);
  }
  for (const [name, value] of Object.entries(rest)) {
    const next = tryPicture({ ...picture, [name]: value });
    if (next === null && Array.isArray(value)) picture = salvageList(picture, name, value, where, lost);
    else if (next === null) lost.push(`${where}${name}`);
    else picture = next;
  }
  return picture;
}

function salvageList(
  picture: Picture,
  name: string,
  values: readonly unknown[],
  where: string,
  lost: string[],
): Picture {
  let kept: readonly unknown[] = [];
  let found = picture;
  values.forEach((value, place) => {
    const next = tryPicture({ ...found, [name]: [...kept, value] });
    if (next === null) lost.push(`${where}${name} ${place + 1}`);
    else {
      kept = [...kept, value];
      found = next;
    }
  });
  return found;
}

function salvageTimeline(data: unknown, lost: string[]): Timeline | null {
  if (data === undefined || data === null) return null;
  const whole = tryTimeline(data);
  if (whole !== null) return whole;
  const keyframes = isFields(data) && Array.isArray(data.keyframes) ? data.keyframes : [];
  const kept = keyframes.flatMap((keyframe: unknown, place) => {
    const { picture = null, ...rest } = isFields(keyframe) ? keyframe : {};
    const salvaged = salvagePicture(picture, `keyframe ${place + 1}: `, lost);
    if (salvaged === null) lost.push(`keyframe ${place + 1}`);
    return salvaged === null ? [] : [{ ...rest, picture: salvaged }];
  });
  const found = isFields(data) && kept.length > 0 ? tryTimeline({ ...data, keyframes: kept }) : null;
  const bare = found ?? (kept.length > 0 ? tryTimeline({ keyframes: kept }) : null);
  if (bare === null) lost.push("its timeline");
  else if (found === null) lost.push("how its timeline repeats and moves");
  return bare;
}

function salvageControls(data: unknown, lost: string[]): readonly Control[] {
  let kept: readonly Control[] = [];
  for (const [place, control] of (Array.isArray(data) ? data : []).entries()) {
    const next = attempt(() => normalizeControls([...kept, control]));
    if (next === null) lost.push(`control ${place + 1}`);
    else kept = next;
  }
  return kept;
}

function tryPicture(data: unknown): Picture | null {
  return attempt(() => normalizePicture(data, "picture"));
}

function tryTimeline(data: unknown): Timeline | null {
  return attempt(() => normalizeTimeline(data));
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DocumentInvalid) return null;
    throw error;
  }
}

function isFields(data: unknown): data is Fields {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}
