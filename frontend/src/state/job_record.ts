/** Job record: how a job is done again, outside this page. */

/** The command that starts the same job, ready to be pasted into a shell. */
export function commandOf(kind: string, params: Readonly<Record<string, unknown>>): string {
  return `wend jobs start ${kind} --params ${quote(JSON.stringify(params))}`;
}

/** One word to a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
