/** Dropped folder: all files of what was let go over the page, those of folders among it, too. */

import { isCompanion } from "../state/uploads";

/** Of everything that was dropped; a folder's files come in the order in which the browser reads them. */
export async function filesOf(data: DataTransfer): Promise<readonly File[]> {
  // Entries are gone after the event: they are taken before anything is waited for.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry());
  const plain = [...data.files];
  if (!entries.some((entry) => entry?.isDirectory)) return plain;
  const found: File[] = [];
  for (const entry of entries) if (entry) await gather(entry, found);
  return found;
}

/** Whether a folder is among what was dropped. */
export function holdsFolder(data: DataTransfer): boolean {
  return [...data.items].some((item) => item.webkitGetAsEntry?.()?.isDirectory ?? false);
}

/** What checkpoints are called in their folders, Wend's own first; beside that lies all that it says of itself. */
const WEIGHTS = [
  "weights.safetensors",
  "pytorch_model.bin",
  "model.safetensors",
  "model.pt",
  "generator.pt",
] as const;

/** The checkpoint of a folder, with its description where it has one; null: no file in it is called like one. */
export function checkpointIn(files: readonly File[]): readonly File[] | null {
  const named = WEIGHTS.map((name) => files.find((file) => file.name === name));
  const weights = named.find((file) => file !== undefined);
  if (weights === undefined) return null;
  const beside = files.find((file) => isCompanion(file));
  return weights.name === WEIGHTS[0] || beside === undefined ? [weights] : [weights, beside];
}

async function gather(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (entry.isFile) {
    found.push(await new Promise<File>((take, fail) => (entry as FileSystemFileEntry).file(take, fail)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A hundred at a time, until there are none.
    const part = await new Promise<FileSystemEntry[]>((take, fail) => reader.readEntries(take, fail));
    if (part.length === 0) return;
    for (const each of part) await gather(each, found);
  }
}
