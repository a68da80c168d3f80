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
   * Sends files as one set, until `signal` says that nobody waits for it any more. Null where there was nothing to send,
   * or nobody waits. Throws WendProblem for what the server refuses altogether.
   */
  async bring(files: readonly File[], signal: AbortSignal): Promise<BroughtSet | null> {
    const [first] = files;
    if (!first) return null;
    if (files.length === 1 && ZIP.test(first.name)) return this.bringZip(first, signal);
    const pictures = files.filter(({ name }) => PICTURE.test(name) && !isHidden(name));
    const isSmall = ({ size }: File) => size <= MAX_FILE_BYTES;
    const small = pictures.filter(isSmall);
    const taken = small.slice(0, MAX_FILES);
    if (taken.length === 0) {
      throw new WendProblem(
        "picture_set_empty",
        "There is no picture among these files.",
        "PNG, JPEG and WebP files are taken, of at most 32 MiB, or one zip of them.",
      );
    }
    const refused = [
      ...pictures.filter((file) => !isSmall(file)).map(({ name }) => `${name}: too large`),
      ...small.slice(MAX_FILES).map(({ name }) => `${name}: one more than ${MAX_FILES} pictures`),
    ];
    try {
      this.sending.set({ sent: 0, total: taken.length });
      const { name } = await this.client.open(folderOf(taken));
      if (!(await this.sendAll(name, taken, refused, signal))) return null;
      await this.refresh();
      return { name, problem: sayRefused(refused) };
    } finally {
      this.sending.set(null);
    }
  }

  /** Sends all into a set, and notes what the server refuses; half a set is taken back. False: nobody waits any more. */
  private async sendAll(
    set: string,
    files: readonly File[],
    refused: string[],
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      for (const [sent, file] of files.entries()) {
        if (signal.aborted) {
          await this.client.remove(set);
          return false;
        }
        this.sending.set({ sent, total: files.length });
        const problem = await this.sendOne(set, file);
        if (problem) refused.push(`${file.name}: ${problem.sentence}`);
      }
      return true;
    } catch (error) {
      await this.client.remove(set).catch((also: unknown) => {
        // What kept the pictures away may keep this away, too.
        if (!(also instanceof WendProblem)) throw also;
      });
      throw error;
    }
  }

  /** Why the server refuses a file; null: it has it. Throws WendProblem for what it refuses altogether. */
  private async sendOne(set: string, file: File): Promise<WendProblem | null> {
    try {
      await this.client.add(set, file);
      return null;
    } catch (error) {
      if (!(error instanceof WendProblem) || error.code !== "image_invalid") throw error;
      return error;
    }
  }

  private async bringZip(file: File, signal: AbortSignal): Promise<BroughtSet | null> {
    if (file.size > MAX_ZIP_BYTES) {
      throw new WendProblem(
        "picture_set_large",
        `${file.name} is larger than 128 MiB.`,
        "Put it into the folder data/pictures of the server, and choose it here by its name.",
      );
    }
    try {
      this.sending.set({ sent: 0, total: 1 });
      const { name } = await this.client.open(file.name, file, signal);
      await this.refresh();
      return { name, problem: null };
    } catch (error) {
      if (!signal.aborted) throw error;
      return null;
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
