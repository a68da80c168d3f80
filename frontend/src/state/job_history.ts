/** Job history: the course of a job's losses, with what live messages add to it. */

import type { JobSummary, LossPoint } from "../protocol/wire";

/** Live points kept of a job that is looked at; from there on every second one goes. */
const MAX_POINTS = 2000;

/** The history with what a live message adds; a restarted job begins again. */
export function withPoint(history: readonly LossPoint[], job: JobSummary): readonly LossPoint[] {
  const { updates, seconds, losses } = job;
  const last = history.at(-1);
  const known = last && last.updates > updates ? history.filter((point) => point.updates < updates) : history;
  const values = losses.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const]));
  if (values.length === 0 || known.at(-1)?.updates === updates) return known;
  const next = [...known, { updates, seconds, losses: Object.fromEntries(values) }];
  return next.length <= MAX_POINTS ? next : next.filter((_, place) => (next.length - place) % 2 === 1);
}
