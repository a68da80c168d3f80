/** Dropped folder: all files of what was let go over the page, those of folders among it, too. */

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
