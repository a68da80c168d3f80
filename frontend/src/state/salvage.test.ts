// @vitest-environment node
/** What can be read of a damaged document is read, and what cannot is named. */

import { describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { DocumentInvalid } from "./foreign";
import { DOCUMENT_VERSION } from "./normalize";
import { withAlpha, withSeed } from "./picture";
import { salvageDocument } from "./salvage";
import { withPictures } from "./timeline";

const EDITED = withAlpha("pca-w/2", -1)(withAlpha("pca-w/1", 1)(PICTURE));
const TIMELINE = withPictures([EDITED, withSeed(8)(PICTURE)])(null);
const KNOB = { slider: "pca-w/1", device: "nanoKONTROL2", channel: 1, number: 7, sends: "absolute" };
const WHOLE = { version: DOCUMENT_VERSION, picture: EDITED, timeline: TIMELINE, controls: [KNOB] };

describe("salvaging", () => {
  it("leaves a whole document as it is", () => {
    expect(salvageDocument(WHOLE)).toEqual({ document: WHOLE, fault: null, lost: [] });
  });

  it("reads what it knows of a newer one", () => {
    const later = { ...WHOLE, version: 99, sparkle: 1, picture: { ...EDITED, glow: 2 } };
    const { document, fault, lost } = salvageDocument(later);
    expect(document).toEqual(WHOLE);
    expect(fault).toBe("It was written by a newer Wend (version 99).");
    expect(lost).toEqual(["sparkle", "glow"]);
  });

  it("leaves out the edits that cannot be read, one by one", () => {
    const edits = [EDITED.edits[0], { walk: "pca-w/9", alpha: "much" }, EDITED.edits[1], 3];
    const { document, lost } = salvageDocument({ ...WHOLE, picture: { ...EDITED, edits, psi: "high" } });
    expect(document.picture.edits).toEqual(EDITED.edits);
    expect(document.picture.psi).toBe(0.8);
    expect(lost).toEqual(["psi", "edits 2", "edits 4"]);
  });

  it("keeps the keyframes that are whole", () => {
    if (TIMELINE === null) throw new Error("it has keyframes");
    const [first, second] = TIMELINE.keyframes;
    const damaged = { ...TIMELINE, keyframes: [first, { picture: null, duration: 1 }, second] };
    const { document, lost } = salvageDocument({ ...WHOLE, timeline: damaged });
    expect(document.timeline).toEqual(TIMELINE);
    expect(lost).toEqual(["keyframe 2"]);
    const none = salvageDocument({ ...WHOLE, timeline: "gone" });
    expect([none.document.timeline, none.lost]).toEqual([null, ["its timeline"]]);
  });

  it("keeps the controls that are whole", () => {
    const endless = { ...KNOB, slider: null, number: 8, sends: "twos" };
    const { document, lost } = salvageDocument({
      ...WHOLE,
      controls: [KNOB, { ...KNOB, channel: 17 }, { ...KNOB, number: 9 }, endless],
    });
    expect(document.controls).toEqual([KNOB, endless]);
    expect(lost).toEqual(["control 2", "control 3"]);
    expect(salvageDocument({ ...WHOLE, controls: "none", timeline: 3 }).document.controls).toEqual([]);
  });

  it("begins at seed 0 where the latent cannot be read", () => {
    const { document, lost } = salvageDocument({
      ...WHOLE,
      picture: { ...EDITED, latent: { kind: "dream" } },
    });
    expect(document.picture).toEqual(withSeed(0)(EDITED));
    expect(lost).toEqual(["its latent"]);
  });

  it.each([null, 3, "text", [], {}, { version: DOCUMENT_VERSION }, { picture: { latent: { seed: 1 } } }])(
    "refuses what holds no picture: %j",
    (data) => expect(() => salvageDocument(data)).toThrow(DocumentInvalid),
  );
});
