/** Dropped folder: all files of what was let go over the page, those of folders among it, too. */

import { isCompanion } from "../state/uploads";

export interface Dropped {
  readonly file: File;
  /** Path of the folder it lay in, such as "/models/tiny"; "" for what was dropped by itself. */
  readonly folder: string;
}

/** Of everything that was dropped; a folder's files come in the order in which the browser reads them. */
export async function filesOf(data: DataTransfer): Promise<readonly File[]> {
  return (await droppedOf(data)).map(({ file }) => file);
}

/** The same with their folders. Null: there are more than `most` of them, and the rest was not looked at. */
export function droppedOf(data: DataTransfer): Promise<readonly Dropped[]>;
export function droppedOf(data: DataTransfer, most: number): Promise<readonly Dropped[] | null>;
export async function droppedOf(
  data: DataTransfer,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly Dropped[] | null> {
  // Entries are gone after the event: they are taken before anything is waited for.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry());
  const plain = [...data.files];
  if (!entries.some((entry) => entry?.isDirectory)) return plain.map((file) => ({ file, folder: "" }));
  const found: Dropped[] = [];
  for (const entry of entries) if (entry) await gather(entry, "", found, most);
  return found.length > most ? null : found;
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

/**
 * The checkpoint of each folder that has one, with its description where that lies beside it. All of them are called
 * alike: they go by their folder's name.
 */
export function checkpointsIn(dropped: readonly Dropped[]): readonly (readonly File[])[] {
  const folders = new Set(dropped.map(({ folder }) => folder));
  return [...folders].flatMap((folder) => {
    const files = dropped.filter((each) => each.folder === folder).map(({ file }) => file);
    const weights = WEIGHTS.map((name) => files.find((file) => file.name === name)).find(Boolean);
    if (weights === undefined) return [];
    const called = calledAfter(folder, weights);
    const beside = files.find((file) => isCompanion(file));
    return [weights.name === WEIGHTS[0] || beside === undefined ? [called] : [called, beside]];
  });
}

/** The same file, "tiny.safetensors" for "/models/tiny/weights.safetensors". */
function calledAfter(folder: string, file: File): File {
  const ending = file.name.slice(file.name.lastIndexOf("."));
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  return new File([file], `${name}${ending}`, { type: file.type, lastModified: file.lastModified });
}

async function gather(entry: FileSystemEntry, folder: string, found: Dropped[], most: number): Promise<void> {
  if (found.length > most) return;
  if (entry.isFile) {
    const file = await new Promise<File>((take, fail) => (entry as FileSystemFileEntry).file(take, fail));
    found.push({ file, folder });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  while (found.length <= most) {
    // A hundred at a time, until there are none.
    const part = await new Promise<FileSystemEntry[]>((take, fail) => reader.readEntries(take, fail));
    if (part.length === 0) return;
    for (const each of part) await gather(each, `${folder}/${entry.name}`, found, most);
  }
}
