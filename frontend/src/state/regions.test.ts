/** Regions: asked for what is of use, answered newest first, and told when the picture has moved away from them. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import {
  MAX_FAMILIES,
  MAX_MEASURED_AGAIN,
  type Mask,
  type RegionFound,
  type RegionSlider,
  type WalkSummary,
} from "../protocol/wire";
import {
  commit,
  commitContent,
  createDocumentStore,
  type DocumentStore,
  openDocument,
  undo,
} from "./document";
import type { MaskImage } from "./mask_image";
import { withAlpha, withSeed } from "./picture";
import { namedFamilies, walkOf } from "./region_shelf";
import {
  isElsewhere,
  isSearching,
  type RegionQuestion,
  Regions,
  regionWalks,
  slidersOf,
  unmeasured,
} from "./regions";
import { withPictures } from "./timeline";

const MASK: Mask = { name: "mouth", image: "a".repeat(64), is_still: false };

const SLIDER: RegionSlider = {
  walk: "region-0123abcd/1",
  title: "mouth: smile −/+",
  unit: "sd",
  low: -2,
  high: 3,
  low_end: "parts",
  high_end: "likeness",
  layers: { start: 2, end: 6 },
  place: "mouth",
  kind: "factor",
  moves: "smile +0.8",
  inside: 18,
  outside: 0.9,
  leakage: 0.05,
  strip: null,
  strip_frames: 7,
  heat: null,
};

function foundOf(request: number, sliders: readonly RegionSlider[], isDone = true): RegionFound {
  return {
    type: "region_found",
    view: 0,
    request,
    family: "region-0123abcd",
    sliders,
    label: "Measuring",
    fraction: isDone ? 1 : 0.5,
    seconds: 1,
    is_done: isDone,
    lack: null,
  };
}

let document: DocumentStore;
let asked: RegionQuestion[];
let stops: number;
let image: MaskImage | null;
let regions: Regions;

beforeEach(() => {
  document = createDocumentStore();
  openDocument(document, { ...PICTURE, masks: [MASK] });
  asked = [];
  stops = 0;
  image = { height: 8, width: 8, alpha: new Uint8Array(64).fill(255, 0, 20) };
  regions = new Regions({
    document,
    inHand: () => document.getState().picture,
    ask: (question) => void asked.push(question),
    stop: () => {
      stops += 1;
    },
    imageOf: () => image,
  });
});

function change(next: ReturnType<typeof withSeed>): void {
  const { picture } = document.getState();
  if (picture) document.setState({ picture: next(picture) });
}

describe("a search", () => {
  it("asks with the picture as it is, without masks that keep nothing still", () => {
    regions.find(MASK);
    expect(asked).toEqual([
      {
        request: 1,
        picture: { ...PICTURE, masks: [] },
        mask: MASK.image,
        layers: null,
        walks: [],
        families: [],
      },
    ]);
    expect(regions.of(MASK)).toMatchObject({ found: null });
  });

  it("names the sliders of other regions that a keyframe or an earlier step needs", () => {
    const smiling = withAlpha("region-0000000a/1", 1)(PICTURE);
    commitContent(document, "Keep", { picture: PICTURE, timeline: withPictures([smiling])(null) });
    commit(document, "Smile", withAlpha("region-0000000b/2", 1)(PICTURE));
    commit(document, "Back", withAlpha("pca-w/1", 1)(PICTURE));
    regions.find(MASK);
    expect(asked.at(-1)?.families.toSorted()).toEqual(["region-0000000a", "region-0000000b"]);
  });

  it("names those of a branch that was left, and of too many those of the newest", () => {
    commit(document, "Smile", withAlpha("region-0000000a/1", 1)(PICTURE));
    undo(document);
    commit(document, "Frown", withAlpha("region-0000000b/1", 1)(PICTURE));
    regions.find(MASK);
    expect(asked.at(-1)?.families.toSorted()).toEqual(["region-0000000a", "region-0000000b"]);
    const moments = Array.from({ length: MAX_FAMILIES + 1 }, (_, k) => ({
      picture: withAlpha(`region-${k}/1`, 1)(PICTURE),
      timeline: withPictures([withAlpha(`region-${k}/1`, 1)(PICTURE)])(null),
    }));
    const named = namedFamilies(moments);
    expect([named.length, named.includes("region-0"), named.includes("region-1")]).toEqual([
      MAX_FAMILIES,
      false,
      true,
    ]);
  });

  it.each([
    ["nothing", 0],
    ["a pixel", 1],
    ["everything", 64],
  ])("in %s is not asked for, and ends the one before", (_what, inside) => {
    image = { height: 8, width: 8, alpha: new Uint8Array(64).fill(255, 0, inside) };
    regions.find(MASK);
    expect([asked.length, stops]).toEqual([0, 1]);
  });

  it("shows the newest answer of the newest question", () => {
    regions.find(MASK);
    regions.handleFound(foundOf(1, [SLIDER], false));
    const region = regions.of(MASK);
    expect(region && [slidersOf(region).length, isSearching(region)]).toEqual([1, true]);
    regions.find(MASK);
    regions.handleFound(foundOf(1, [SLIDER]));
    expect(regions.of(MASK)?.found).toBeNull();
    regions.handleFound(foundOf(2, []));
    expect(regions.of(MASK)?.found?.request).toBe(2);
  });

  it("ranks what it finds, until a hand moves one: then all stay where they are", () => {
    const [first, second, better, worse] = [1, 2, 3, 4].map((number) => ({
      ...SLIDER,
      walk: `region-0123abcd/${number}`,
    })) as [RegionSlider, RegionSlider, RegionSlider, RegionSlider];
    const shown = () =>
      regions
        .of(MASK)
        ?.found?.sliders.map(({ walk }) => walk.at(-1))
        .join("");
    regions.find(MASK);
    regions.handleFound(foundOf(1, [first, second], false));
    regions.handleFound(foundOf(1, [second, first], false));
    expect(shown()).toBe("21");
    change(withAlpha(second.walk, 1));
    regions.handleFound(foundOf(1, [better, first], false));
    expect(shown()).toBe("213");
    // What is of no use any more gives its place to the best of what is new.
    regions.handleFound(foundOf(1, [worse, better]));
    expect(shown()).toBe("243");
  });

  it("is asked again when the server is back, unless it had ended", () => {
    regions.find(MASK);
    regions.resume();
    expect(asked.map(({ request }) => request)).toEqual([1, 2]);
    regions.handleFound(foundOf(2, [SLIDER]));
    regions.resume();
    expect(asked).toHaveLength(2);
  });

  it("measures again what was found and not put aside, leaving it in sight meanwhile", () => {
    regions.find(MASK);
    regions.handleFound(foundOf(1, [SLIDER, { ...SLIDER, walk: "region-0123abcd/2" }]));
    regions.discard(MASK, SLIDER.walk);
    regions.measureAgain(MASK);
    expect(asked[1]?.walks).toEqual(["region-0123abcd/2"]);
    const region = regions.of(MASK);
    expect(region && slidersOf(region).map(({ walk }) => walk)).toEqual(["region-0123abcd/2"]);
    expect([...regionWalks(regions.all.get())]).toEqual(["region-0123abcd/2"]);
  });
});

it("measures no more again than the server takes, those in use first, and then the rest", () => {
  const ids = Array.from({ length: MAX_MEASURED_AGAIN + 1 }, (_, k) => `region-0123abcd/${k}`);
  const all = ids.map((walk) => ({ ...SLIDER, walk }));
  const last = ids.at(-1) ?? "";
  regions.find(MASK);
  regions.handleFound(foundOf(1, all));
  change(withAlpha(last, 1));
  regions.measureAgain(MASK);
  expect(asked.at(-1)?.walks).toEqual([last, ...ids.slice(0, MAX_MEASURED_AGAIN - 1)]);
  regions.handleFound(foundOf(2, [...all.slice(0, MAX_MEASURED_AGAIN - 1), ...all.slice(-1)]));
  const left = ids.slice(MAX_MEASURED_AGAIN - 1, -1);
  const region = regions.of(MASK);
  expect(region && unmeasured(region)).toEqual(left);
  change(withSeed(8));
  regions.measureRest(MASK);
  expect(asked.at(-1)).toMatchObject({ walks: left, picture: { latent: { seed: 7 } } });
  regions.handleFound(foundOf(3, all.slice(MAX_MEASURED_AGAIN - 1, -1)));
  const whole = regions.of(MASK);
  expect(whole && [unmeasured(whole), slidersOf(whole).length]).toEqual([[], all.length]);
});

it("knows how long a search takes from whole ones alone", () => {
  const seconds = () => regions.of(MASK)?.seconds;
  regions.find(MASK);
  regions.handleFound(foundOf(1, [SLIDER], false));
  expect(seconds()).toBeNull();
  regions.stop();
  regions.handleFound(foundOf(1, [SLIDER]));
  expect(seconds()).toBeNull();
  regions.find(MASK);
  regions.handleFound({ ...foundOf(2, [SLIDER]), seconds: 200 });
  regions.measureAgain(MASK);
  regions.handleFound(foundOf(3, [SLIDER]));
  expect(seconds()).toBe(200);
});

describe("what was measured", () => {
  beforeEach(() => {
    regions.find(MASK);
    regions.handleFound(foundOf(1, [SLIDER]));
  });

  function isFar(): boolean {
    const region = regions.of(MASK);
    const { picture } = document.getState();
    return region !== null && picture !== null && isElsewhere(region, picture, [WALK]);
  }

  it("holds while its own sliders move, and masks that keep nothing still come and go", () => {
    change(withAlpha(SLIDER.walk, 2.5));
    change((picture) => ({ ...picture, masks: [] }));
    expect(isFar()).toBe(false);
  });

  it("holds for a small step of another slider, and not for a large one", () => {
    change(withAlpha(WALK.id, 1));
    expect(isFar()).toBe(false);
    change(withAlpha(WALK.id, 2));
    expect(isFar()).toBe(true);
  });

  it("does not hold for another seed, and holds again at the old one", () => {
    change(withSeed(8));
    expect(isFar()).toBe(true);
    change(withSeed(7));
    expect(isFar()).toBe(false);
  });

  it("does not hold once an edit is bent to keep something still", () => {
    change((picture) => ({ ...picture, masks: [{ ...MASK, is_still: true }] }));
    expect(isFar()).toBe(false);
    change(withAlpha(SLIDER.walk, 1));
    expect(isFar()).toBe(true);
  });
});

it("a slider is a walk before the shelf knows it, and then the shelf's own with the range measured here", () => {
  expect(walkOf(SLIDER, 0.8, undefined)).toMatchObject({
    id: SLIDER.walk,
    method: "region",
    low: -2,
    high: 3,
  });
  expect(walkOf(SLIDER, 0.8, { ...WALK, title: "grin" })).toMatchObject({ title: "grin", low: -2, high: 3 });
});

it("what keeping still kept is told of one picture, not of the next", () => {
  change((picture) => ({ ...withAlpha("a", 1)(picture), masks: [{ ...MASK, is_still: true }] }));
  regions.drift.set({
    type: "drift",
    view: 0,
    revision: 1,
    still: 0,
    still_without: 1,
    moved: 2,
    moved_without: 3,
    is_busy: false,
  });
  change((picture) => ({ ...picture }));
  expect(regions.drift.get()).not.toBeNull();
  change(withAlpha("a", 2));
  expect(regions.drift.get()).toBeNull();
});

describe("what the shelf has of a region", () => {
  const KEPT: WalkSummary = {
    ...WALK,
    id: "region-0123abcd/1",
    title: "Mouth closed/open",
    method: "region",
    low: -2,
    high: 3,
    settings: {
      mask: MASK.image,
      picture: JSON.stringify({ ...PICTURE, masks: [] }),
      inside: 18,
      outside: 0.9,
      leakage: 0.05,
      kind: "factor",
      place: "mouth",
      moves: "mouth open +0.5",
    },
  };

  it("is listed again without a search, and gives way to one", () => {
    regions.recall(MASK, [WALK, KEPT, { ...KEPT, id: "region-0123abcd/2", is_hidden: true }]);
    const region = regions.of(MASK);
    expect(region && slidersOf(region)).toMatchObject([{ walk: KEPT.id, title: KEPT.title, leakage: 0.05 }]);
    expect([asked, region && isSearching(region)]).toEqual([[], false]);
    regions.find(MASK);
    regions.recall(MASK, [KEPT]);
    expect(regions.of(MASK)?.found).toBeNull();
  });

  it("is of the search nearest to the picture, and of none that cannot be read", () => {
    const far = JSON.stringify({ ...withSeed(99)(PICTURE), masks: [] });
    const elsewhere = { ...KEPT, id: "region-beef0000/1", settings: { ...KEPT.settings, picture: far } };
    const broken = { ...KEPT, id: "region-dead0000/1", settings: { ...KEPT.settings, picture: "{" } };
    regions.recall(MASK, [KEPT, elsewhere, broken]);
    expect(regions.of(MASK)?.found?.family).toBe("region-0123abcd");
    regions.recall({ ...MASK, image: "b".repeat(64) }, [KEPT]);
    expect(regions.of({ ...MASK, image: "b".repeat(64) })).toBeNull();
  });
});
