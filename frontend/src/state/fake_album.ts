/** A file as a job leaves that looked for a folder of pictures. For tests. */

const picture = (name: string, error: number, gone: readonly string[], change = {}) => ({
  name,
  error,
  agreement: 0.9,
  kind: "inside",
  share: 0.4,
  areas: {},
  gone,
  strip: "picture-01.png",
  ...change,
});

export const ALBUM = {
  segmenter: "set/labels",
  lack: null,
  strip: ["photo", "nearest picture", "difference", "labels of the photo", "labels of the picture"],
  key: [
    { name: "hat", color: "#aa0000" },
    { name: "odd", color: "red; x" },
  ],
  pictures: [
    picture("a.png", 5, []),
    picture("b.png", 4, ["hat"], { kind: "outside" }),
    picture("c.png", 9, [], { agreement: null, strip: null }),
  ],
  classes: [{ name: "hat", count: 2, lost: 1, photo: 4, found: 1, relative: -0.75 }],
  mean_error: 6,
  mean_agreement: 0.9,
  outside: 1,
  skipped: [{ name: "broken.png", why: "its bytes are no picture" }],
};
