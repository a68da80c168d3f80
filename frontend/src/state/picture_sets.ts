/** Picture sets: real pictures of one's own, sent as a folder, single files or a zip, to hold models against. */

import { WendProblem } from "../protocol/http";
import type { PicturesClient } from "../protocol/pictures";
import type { PictureSetSummary } from "../protocol/wire";
import type { Told } from "./jobs";
import { Observable } from "./observable";

/** What a survey reads; what else lies in a folder is left where it is. */
const PICTURE = /\.(png|jpe?g|webp)$/i;
const ZIP = /\.zip$/i;
/** As large as the server takes them. */
export const MAX_FILE_BYTES = 32 * 2 ** 20;
export const MAX_ZIP_BYTES = 128 * 2 ** 20;
export const MAX_FILES = 20_000;
const SHOWN = 5;

export interface Sending {
  readonly sent: number;
  readonly total: number;
}

export interface BroughtSet {
  readonly name: string;
  /** Files that were not taken, and why. */
  readonly problem: Told | null;
}

export class PictureSets {
  readonly sets = new Observable<readonly PictureSetSummary[]>([]);
  /** What is on its way; null: nothing. */
  readonly sending = new Observable<Sending | null>(null);

  constructor(private readonly client: Pick<PicturesClient, "sets" | "open" | "add" | "remove">) {}

  /** Asks which there are. Throws WendProblem. */
  async refresh(): Promise<void> {
    this.sets.set((await this.client.sets()).sets);
  }

  /**
   * Sends files as one set; `isWanted` says whether anybody still waits for it. Null where there was nothing to send or
   * nobody waits any more. Throws WendProblem for what the server refuses altogether.
   */
  async bring(files: readonly File[], isWanted: () => boolean): Promise<BroughtSet | null> {
    const [first] = files;
    if (!first) return null;
    if (files.length === 1 && ZIP.test(first.name)) return this.bringZip(first);
    const pictures = files.filter(({ name }) => PICTURE.test(name) && !isHidden(name));
    const small = pictures.filter(({ size }) => size <= MAX_FILE_BYTES).slice(0, MAX_FILES);
    if (small.length === 0) {
      throw new WendProblem(
        "picture_set_empty",
        "There is no picture among these files.",
        "PNG, JPEG and WebP files are taken, of at most 32 MiB, or one zip of them.",
      );
    }
    const refused = pictures.filter((file) => !small.includes(file)).map(({ name }) => `${name}: too large`);
    try {
      this.sending.set({ sent: 0, total: small.length });
      const { name } = await this.client.open(folderOf(small));
      for (const [sent, file] of small.entries()) {
        if (!isWanted()) {
          await this.client.remove(name);
          return null;
        }
        this.sending.set({ sent, total: small.length });
        try {
          await this.client.add(name, file);
        } catch (error) {
          if (!(error instanceof WendProblem) || error.code !== "image_invalid") throw error;
          refused.push(`${file.name}: ${error.sentence}`);
        }
      }
      await this.refresh();
      return { name, problem: sayRefused(refused) };
    } finally {
      this.sending.set(null);
    }
  }

  private async bringZip(file: File): Promise<BroughtSet> {
    if (file.size > MAX_ZIP_BYTES) {
      throw new WendProblem(
        "picture_set_large",
        `${file.name} is larger than 128 MiB.`,
        "Put it into the folder data/pictures of the server, and choose it here by its name.",
      );
    }
    try {
      this.sending.set({ sent: 0, total: 1 });
      const { name } = await this.client.open(file.name, file);
      await this.refresh();
      return { name, problem: null };
    } finally {
      this.sending.set(null);
    }
  }
}

/** What file managers leave behind. */
function isHidden(name: string): boolean {
  return name.startsWith(".");
}

/** The folder that was chosen, else the number of its pictures. */
function folderOf(files: readonly File[]): string {
  const [folder] = files[0]?.webkitRelativePath?.split("/") ?? [];
  return folder || `${files.length} pictures`;
}

function sayRefused(refused: readonly string[]): Told | null {
  if (refused.length === 0) return null;
  const more = refused.length > SHOWN ? ` and ${refused.length - SHOWN} more` : "";
  return {
    code: "pictures_left_out",
    sentence: `${refused.length} ${refused.length === 1 ? "file was" : "files were"} left out.`,
    hint: `${refused.slice(0, SHOWN).join("; ")}${more}.`,
  };
}
