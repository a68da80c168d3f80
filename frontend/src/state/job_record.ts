/** Job record: how a job is done again, outside this page. */

import type { Params, RecipeSummary } from "../protocol/wire";
import { readFields } from "./job_schema";

/** Parameters that a command takes by their place, not by their name: those of `cli/recipes.py`. */
const BY_PLACE: Readonly<Record<string, readonly string[]>> = {
  steer: ["model", "edit"],
  limits: ["model", "walk"],
  widen: ["model", "name", "edit"],
  survey: ["models"],
};

/** Kinds whose command has another name and options of its own. All are said: its defaults are others. */
const OTHERWISE: Readonly<
  Record<string, { readonly words: string; readonly options: Readonly<Record<string, string>> }>
> = {
  nearness: { words: "measure model", options: { count: "--n", psi: "--psi", k: "--k", seed: "--seed" } },
};

/** The command that does the same, ready to be pasted into a shell; what is the recipe's own is left out. */
export function commandOf(
  { kind, params: schema }: Pick<RecipeSummary, "kind" | "params">,
  params: Params,
): string {
  const other = OTHERWISE[kind];
  if (other) {
    const options = Object.entries(other.options).flatMap(([name, option]) =>
      params[name] === undefined ? [] : [`${option} ${quote(String(params[name]))}`],
    );
    return ["wend", other.words, ...wordsOf(params.model).map(quote), ...options].join(" ");
  }
  const places = BY_PLACE[kind] ?? [];
  const own = new Map(
    readFields({ params: schema }).map(({ id, fallback }) => [id, JSON.stringify(fallback)]),
  );
  const named = Object.entries(params).filter(
    ([name, value]) => !places.includes(name) && own.get(name) !== JSON.stringify(value),
  );
  return [
    "wend",
    kind,
    ...places.flatMap((name) => wordsOf(params[name])).map(quote),
    ...named.map(([name, value]) => `--set ${quote(`${name}=${JSON.stringify(value)}`)}`),
  ].join(" ");
}

/** A list takes a place for each of its values. */
function wordsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** One word to a POSIX shell. */
function quote(text: string): string {
  return /^[A-Za-z0-9._/=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
