// @vitest-environment node
/** Links carry a picture there and back, stay short, and say what is wrong with those that do not. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { type ClientMessage, MAX_EDITS, type WendDocument } from "../protocol/wire";
import { DocumentInvalid } from "./foreign";
import { decodeLink, encodeLink, MAX_ADDRESS_BYTES, MAX_LINK_BYTES } from "./link";
import { normalizeDocument } from "./normalize";
import { withAlpha, withSeed } from "./picture";
import { withPictures } from "./timeline";

const EDITED: WendDocument = {
  version: 4,
  timeline: null,
  controls: [],
  picture: {
    ...PICTURE,
    noise_seed: null,
    class_index: 3,
    edits: [
      { walk: "pca-w/3", alpha: -2.25, layers: { start: 0, end: 4 }, is_locked: false },
      { walk: "sefa-all/0", alpha: 0.125, layers: null, is_locked: true },
    ],
  },
};

describe("links", () => {
  it("round trip", async () => {
    const fragment = await encodeLink(EDITED);
    expect(fragment).toMatch(/^#p=[A-Za-z0-9_-]+$/);
    expect((await decodeLink(fragment))?.document).toEqual(EDITED);
  });

  it("stay within their limit with every edit in use", async () => {
    // Numbers without pattern, so that they compress as badly as any a hand can leave behind.
    let state = 1;
    const random = (limit: number) => {
      state = (state * 48271) % 2147483647;
      return state % limit;
    };
    const edits = Array.from({ length: MAX_EDITS }, (_, index) => ({
      walk: `${["pca-w", "sefa-all", "sefa-middle", "pca-coarse"][random(4)]}/${index}`,
      alpha: (random(200_001) - 100_000) / 1000,
      layers: { start: random(8), end: 8 + random(8) },
      is_locked: random(2) === 1,
    }));
    const fragment = await encodeLink({
      version: 4,
      picture: { ...PICTURE, edits },
      timeline: null,
      controls: [],
    });
    expect((fragment.length * 3) / 4).toBeLessThan(MAX_LINK_BYTES);
    expect((await decodeLink(fragment))?.document.picture.edits).toEqual(edits);
  });

  it("carry a timeline there and back, and a long one in the address alone", async () => {
    const picture = (index: number) => {
      const seed = (index * 48_271_483) % 2 ** 32;
      return withAlpha("pca-w/3", (seed % 5000) / 1000)(withSeed(seed)(PICTURE));
    };
    const make = (count: number) =>
      withPictures(Array.from({ length: count }, (_, index) => picture(index)))(null);
    const timeline = make(20);
    const fragment = await encodeLink({ ...EDITED, timeline });
    expect((await decodeLink(fragment))?.document.timeline).toEqual(timeline);
    const long = { ...EDITED, timeline: make(256) };
    await expect(encodeLink(long)).rejects.toThrow("too long for a link");
    expect((await decodeLink(await encodeLink(long, MAX_ADDRESS_BYTES)))?.document).toEqual(long);
  });

  it("are null for other fragments", async () => {
    expect(await decodeLink("")).toBeNull();
    expect(await decodeLink("#top")).toBeNull();
  });

  it("that were cut or altered are refused", async () => {
    const fragment = await encodeLink(EDITED);
    for (const bad of [fragment.slice(0, -6), "#p=", "#p=!!!", `${fragment.slice(0, 10)}AAAA`]) {
      await expect(decodeLink(bad)).rejects.toThrow(DocumentInvalid);
    }
  });

  it("that unpack to far too much are refused", async () => {
    const bomb: WendDocument = { ...EDITED, picture: { ...PICTURE, model: "a".repeat(3_000_000) } };
    await expect(decodeLink(await encodeLink(bomb, MAX_ADDRESS_BYTES))).rejects.toThrow("incomplete");
  });
});

describe("the gate", () => {
  it("lets through every picture of the contract", () => {
    const path = join(import.meta.dirname, "../../../tests/contract/messages.json");
    const golden = JSON.parse(readFileSync(path, "utf8")) as readonly { readonly message: ClientMessage }[];
    const pictures = golden.flatMap(({ message }) => (message.type === "render" ? [message.picture] : []));
    expect(pictures.length).toBeGreaterThan(0);
    for (const picture of pictures) expect(normalizeDocument({ picture }).picture).toEqual(picture);
  });

  it("fills in what has a default", () => {
    const short = { picture: { model: "portraits-64", latent: { seed: 7 } } };
    expect(normalizeDocument(short)).toEqual({ version: 4, picture: PICTURE, timeline: null, controls: [] });
  });

  const picture = { model: "m", latent: { seed: 0 } };
  it.each([
    [null, "document is missing"],
    [{ version: 5, picture }, "newer Wend (version 5)"],
    [{ version: 0, picture }, "version"],
    [{ picture, assets: [] }, "unknown field “assets”"],
    [{ picture, timeline: [] }, "timeline is missing"],
    [{ picture, timeline: { keyframes: [] } }, "keyframes must be a list of 1 to 256"],
    [{ picture, timeline: { keyframes: [{ picture, duration: -1 }] } }, "duration of keyframe 1"],
    [
      { picture, timeline: { keyframes: [{ picture, easing: "bounce" }] } },
      "easing of keyframe 1 is none of",
    ],
    [
      { picture: { ...picture, latent: { kind: "blend", parts: [{ seed: 1, weight: 0.5 }] } } },
      "do not sum to 1",
    ],
    [{ picture: { ...picture, masks: [{ name: "a", image: "../x" }] } }, "image of mask 1 is not the hash"],
    [{ picture: { ...picture, model: "../x" } }, "model is not a name"],
    [{ picture: { ...picture, latent: { seed: 1.5 } } }, "seed is not a whole number"],
    [{ picture: { ...picture, psi: 9 } }, "psi is not a number from -2 to 2"],
    [{ picture: { ...picture, edits: [{ walk: "a", alpha: "1" }] } }, "alpha of edit 1"],
    [
      { picture: { ...picture, edits: [{ walk: "a", alpha: 1, layers: { start: 2, end: 2 } }] } },
      "end of the",
    ],
    [
      { picture: { ...picture, edits: ["a", "b", "a"].map((walk) => ({ walk, alpha: 1 })) } },
      "the slider “a” twice",
    ],
    [
      {
        picture: { ...picture, mix: [{ layers: { start: 0, end: 4 }, latent: { kind: "code", code: "x" } }] },
      },
      "latent of mixed rows 1 is not the hash",
    ],
    [
      {
        picture: {
          ...picture,
          mix: [2, 1].map((start) => ({ layers: { start, end: 4 }, latent: { seed: 1 } })),
        },
      },
      "a row is there twice",
    ],
    [{ picture: { ...picture, edits: Array(65).fill({ walk: "a", alpha: 1 }) } }, "at most 64"],
  ])("refuses %j", (data, why) => {
    expect(() => normalizeDocument(data)).toThrow(why);
  });
});
