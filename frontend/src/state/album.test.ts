/** Album: read from its file, put in order by what is lost, refused where it is none. */

import { expect, it } from "vitest";
import { inOrder, readAlbum } from "./album";
import { ALBUM } from "./fake_album";

it("is read from its file", () => {
  const album = readAlbum(ALBUM);
  expect(album).toMatchObject({ lack: null, meanError: 6, outside: 1, skipped: ALBUM.skipped });
  expect(album?.classes).toEqual(ALBUM.classes);
  expect(album?.key).toEqual([ALBUM.key[0]]);
  expect(album?.pictures.map(({ isOutside }) => isOutside)).toEqual([false, true, false]);
  expect(album?.pictures[2]).toMatchObject({ agreement: null, strip: null });
});

it("puts what lost most first where that is asked for", () => {
  const album = readAlbum(ALBUM);
  if (!album) throw new Error("it is one");
  expect(inOrder(album, false).map(({ name }) => name)).toEqual(["a.png", "b.png", "c.png"]);
  expect(inOrder(album, true).map(({ name }) => name)).toEqual(["b.png", "c.png", "a.png"]);
});

it.each([null, {}, { ...ALBUM, mean_error: null }, { ...ALBUM, strip: undefined }])("refuses %j", (data) => {
  expect(readAlbum(data)).toBeNull();
});
