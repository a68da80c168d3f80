/** Album: what became of many pictures in one model, read from the file of a job that looked for them all. */

export const ALBUM_FILE = "vanished-album.json";

export interface AlbumPicture {
  readonly name: string;
  /** Mean absolute difference of a pixel, 0 to 255. */
  readonly error: number;
  /** Share of pixels with one label on both, 0..1; null: nothing tells labels. */
  readonly agreement: number | null;
  /** Whether it is unlike anything that the model draws. */
  readonly isOutside: boolean;
  /** Classes that were there and are not any more. */
  readonly gone: readonly string[];
  /** File of its pictures side by side; null: of so many only the first are shown. */
  readonly strip: string | null;
}

export interface AlbumClass {
  readonly name: string;
  /** Pictures that show it, and those from which it is gone. */
  readonly count: number;
  readonly lost: number;
  /** Mean areas where it is, in percent of the picture. */
  readonly photo: number;
  readonly found: number;
  readonly relative: number;
}

export interface Album {
  /** Why nothing tells labels; null: something does. */
  readonly lack: string | null;
  readonly segmenter: string;
  readonly meanError: number;
  readonly outside: number;
  /** What stands in a strip, from the left. */
  readonly strip: readonly string[];
  readonly key: readonly { readonly name: string; readonly color: string }[];
  /** The class that lost most area first. */
  readonly classes: readonly AlbumClass[];
  readonly pictures: readonly AlbumPicture[];
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
}

type Loose = Readonly<Record<string, unknown>>;

/** Null for what is no such file, or one of another version. */
export function readAlbum(data: unknown): Album | null {
  const { lack, segmenter, mean_error, outside, strip, key, classes, pictures, skipped } = asLoose(data);
  if (typeof mean_error !== "number" || !Array.isArray(pictures) || !Array.isArray(strip)) return null;
  return {
    lack: typeof lack === "string" ? lack : null,
    segmenter: String(segmenter ?? ""),
    meanError: mean_error,
    outside: numberOf(outside),
    strip: strip.map(String),
    key: list(key).flatMap((each) => {
      const { name, color } = asLoose(each);
      // It is written into a style.
      return typeof color === "string" && /^#[0-9a-f]{6}$/.test(color) ? [{ name: String(name), color }] : [];
    }),
    classes: list(classes).map((each) => {
      const { name, count, lost, photo, found, relative } = asLoose(each);
      return {
        name: String(name),
        count: numberOf(count),
        lost: numberOf(lost),
        photo: numberOf(photo),
        found: numberOf(found),
        relative: numberOf(relative),
      };
    }),
    pictures: pictures.map((each) => {
      const { name, error, agreement, kind, gone, strip: file } = asLoose(each);
      return {
        name: String(name),
        error: numberOf(error),
        agreement: typeof agreement === "number" ? agreement : null,
        isOutside: kind === "outside",
        gone: list(gone).map(String),
        strip: typeof file === "string" ? file : null,
      };
    }),
    skipped: list(skipped).map((each) => {
      const { name, why } = asLoose(each);
      return { name: String(name), why: String(why) };
    }),
  };
}

/** The pictures as the album has them, or those that lost most classes, and then come back worst, first. */
export function inOrder(album: Album, isWorstFirst: boolean): readonly AlbumPicture[] {
  if (!isWorstFirst) return album.pictures;
  return [...album.pictures].sort((a, b) => b.gone.length - a.gone.length || b.error - a.error);
}

function asLoose(data: unknown): Loose {
  return typeof data === "object" && data !== null ? (data as Loose) : {};
}

function list(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? data : [];
}

function numberOf(data: unknown): number {
  return typeof data === "number" ? data : 0;
}
