// @vitest-environment node
/** Controllers move sliders as hands do: nothing jumps, and what moved together is one step. */

import { beforeEach, describe, expect, it } from "vitest";
import { FactorsClient } from "../protocol/factors";
import { FakeClock, PICTURE, WALK } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { Picture } from "../protocol/wire";
import { createCatalogStore } from "./catalog";
import { PSI } from "./controls";
import { createDocumentStore, openDocument, pastOf, redo, undo } from "./document";
import { Editor } from "./editor";
import { createFactorViewStore } from "./factor_view";
import { Factors } from "./factors";
import { FakeMidiBrowser, type FakeMidiInput } from "./fake_midi";
import { FakeStorage } from "./fakes";
import { REST_MS } from "./knobs";
import { Live } from "./live";
import { createMidiRoom } from "./midi_room";
import { alphaOf, withAlpha, withSeed } from "./picture";
import { Regions } from "./regions";

const ONE = WALK.id;
const TWO = "pca-w/2";

let browser: FakeMidiBrowser;
let nano: FakeMidiInput;
let shown: readonly [Picture, string][];
let page: ReturnType<typeof openPage>;

function openPage() {
  const document = createDocumentStore();
  const catalog = createCatalogStore();
  const walks = [WALK, { ...WALK, id: TWO, title: "Component 2" }];
  catalog.setState({ walks: { [PICTURE.model]: { model: PICTURE.model, is_complete: true, walks } } });
  const live = new Live();
  const clock = new FakeClock();
  const editor = new Editor(
    document,
    (picture, quality) => {
      shown = [...shown, [picture, quality]];
    },
    () => undefined,
  );
  const client = new FactorsClient(new HttpClient(async () => new Response()));
  const factors = new Factors({ client, document, editor, walksOf: () => [] });
  const regions = new Regions({
    document,
    inHand: () => editor.picture,
    ask: () => undefined,
    stop: () => undefined,
    imageOf: () => null,
  });
  const factorView = createFactorViewStore(new FakeStorage());
  const context = { browser, document, catalog, factorView, live, editor, factors, regions, clock };
  const room = createMidiRoom(context);
  openDocument(document, PICTURE);
  return { ...room, document, editor, live, clock };
}

/** Has a knob learned by turning it. */
async function learn(slider: string | null, number: number, ...values: readonly number[]): Promise<void> {
  await page.knobLearning.learn(slider);
  nano.turn(number, ...values);
  page.clock.pass(REST_MS);
}

const picture = () => page.document.getState().picture ?? PICTURE;
const controls = () => page.document.getState().controls;
const steps = () => pastOf(page.document.getState()).map(({ label }) => label);
const sight = (slider: string | null) => page.knobs.sights.get().get(slider);
const notice = () => page.live.notice.get();

beforeEach(() => {
  browser = new FakeMidiBrowser();
  nano = browser.access.plugIn("nano");
  shown = [];
  page = openPage();
});

describe("learning", () => {
  it("binds the knob that is turned, as a step that can be undone", async () => {
    await page.knobLearning.learn(ONE);
    expect(page.knobLearning.learning.get()).toEqual({ slider: ONE, title: WALK.title });
    nano.turn(7, 60, 61);
    nano.turn(9, 10, 11);
    page.clock.pass(REST_MS);
    expect(page.knobLearning.learning.get()).toBeNull();
    expect(controls()).toEqual([{ slider: ONE, device: "nano", channel: 1, number: 7, sends: "absolute" }]);
    expect(picture()).toEqual(PICTURE);
    expect(notice()?.sentence).toBe("Component 1 follows control 7 of nano.");
    undo(page.document);
    expect(controls()).toEqual([]);
    redo(page.document);
    expect(controls()).toHaveLength(1);
  });

  it("frees a knob of the slider that it moved before", async () => {
    await learn(ONE, 7, 1, 2);
    await learn(PSI, 7, 1, 1, 1);
    expect(controls()).toMatchObject([{ slider: PSI, number: 7, sends: "twos" }]);
    expect(notice()?.hint).toBe("It moved Component 1 before.");
  });

  it("is given up by asking again, and then nothing is bound", async () => {
    await page.knobLearning.learn(ONE);
    await page.knobLearning.learn(ONE);
    nano.turn(7, 1, 2);
    page.clock.pass(REST_MS);
    expect(controls()).toEqual([]);
  });

  it("is given up while the browser still asks, and with the document it is of", async () => {
    let allow = () => undefined as undefined;
    const request = browser.request;
    browser.request = async () => {
      await new Promise<void>((resolve) => {
        allow = () => void resolve();
      });
      return (await request?.()) ?? browser.access;
    };
    const asked = page.knobLearning.learn(ONE);
    const again = page.knobLearning.learn(ONE);
    allow();
    await Promise.all([asked, again]);
    expect(page.knobLearning.learning.get()).toBeNull();
    await page.knobLearning.learn(TWO);
    expect(page.knobLearning.learning.get()?.slider).toBe(TWO);
    openDocument(page.document, withSeed(9)(PICTURE));
    expect(page.knobLearning.learning.get()).toBeNull();
  });

  it("says what a knob sends, and forgets it", async () => {
    await learn(ONE, 7, 1, 2);
    page.knobLearning.setSends(ONE, "twos");
    expect(controls()[0]?.sends).toBe("twos");
    page.knobLearning.forget(ONE);
    expect(controls()).toEqual([]);
    expect(steps()).toEqual([
      "Learn a control for Component 1",
      "What the control of Component 1 sends",
      "Forget the control of Component 1",
    ]);
  });
});

describe("a knob that tells its place", () => {
  beforeEach(() => learn(ONE, 7, 100, 101));

  it("has no hold until it meets the value, and nothing jumps", () => {
    nano.turn(7, 102, 90, 70);
    expect(picture()).toEqual(PICTURE);
    expect(shown.every(([each]) => alphaOf(each, ONE) === 0)).toBe(true);
    expect(sight(ONE)?.waiting).toBeCloseTo(0.2857, 3);
    nano.turn(7, 64, 66);
    expect(sight(ONE)).toEqual({ value: expect.closeTo(0.0952, 3), waiting: null });
    expect(shown.at(-1)).toEqual([withAlpha(ONE, 6 * (2 / 126))(PICTURE), "live"]);
  });

  it("catches a value that it passes between two messages", () => {
    nano.turn(7, 90, 20);
    expect(sight(ONE)?.value).toBeCloseTo(-3 + 6 * (20 / 128), 6);
  });

  it("makes one step of a gesture once it rests, and goes on from there", () => {
    nano.turn(7, 64, 80, 96, 112, 127);
    expect(steps()).toHaveLength(1);
    page.clock.pass(REST_MS);
    expect(steps().slice(1)).toEqual(["Component 1"]);
    expect(alphaOf(picture(), ONE)).toBe(3);
    expect(shown.at(-1)).toEqual([picture(), "final"]);
    expect(sight(ONE)).toBeUndefined();
    nano.turn(7, 64);
    page.clock.pass(REST_MS);
    expect(alphaOf(picture(), ONE)).toBe(0);
    undo(page.document);
    expect(alphaOf(picture(), ONE)).toBe(3);
  });

  it("loses its hold to another hand, and to undo in the middle of a gesture", () => {
    nano.turn(7, 64, 96);
    page.editor.commit("Component 1", withAlpha(ONE, -2));
    expect(sight(ONE)).toEqual({ value: null, waiting: expect.closeTo(1.524, 3) });
    page.clock.pass(REST_MS);
    expect(alphaOf(picture(), ONE)).toBe(-2);
    nano.turn(7, 97);
    expect(alphaOf(picture(), ONE)).toBe(-2);
    nano.turn(7, 10);
    undo(page.document);
    page.clock.pass(REST_MS);
    expect(alphaOf(picture(), ONE)).toBe(0);
  });

  it("waits while a hand drags", () => {
    nano.turn(7, 64);
    page.clock.pass(REST_MS);
    page.editor.preview(withAlpha(TWO, 1));
    nano.turn(7, 65, 66);
    expect(shown.at(-1)?.[0]).toEqual(withAlpha(TWO, 1)(PICTURE));
    expect(page.editor.isInHand).toBe(true);
  });

  it("waits while a hand holds a thumb without moving it", () => {
    nano.turn(7, 64);
    page.clock.pass(REST_MS);
    page.knobs.setGrasped(true);
    nano.turn(7, 65, 66);
    expect(page.editor.isInHand).toBe(false);
    expect(sight(ONE)?.value).toBeNull();
    page.knobs.setGrasped(false);
    nano.turn(7, 64, 65);
    expect(page.editor.isInHand).toBe(true);
  });

  it("moves together with another in one step", async () => {
    await learn(TWO, 8, 60, 61);
    nano.turn(7, 64, 96);
    nano.turn(8, 64, 32);
    nano.turn(7, 127);
    page.knobs.settle();
    expect(steps().at(-1)).toBe("Component 1, Component 2");
    expect([alphaOf(picture(), ONE), alphaOf(picture(), TWO)]).toEqual([3, -1.5]);
    page.clock.pass(REST_MS);
    expect(steps()).toHaveLength(3);
  });

  it("keeps its hold while the seed changes", () => {
    nano.turn(7, 64, 96);
    page.clock.pass(REST_MS);
    page.editor.commit("Seed", withSeed(9));
    nano.turn(7, 127);
    page.clock.pass(REST_MS);
    expect(alphaOf(picture(), ONE)).toBe(3);
  });

  it("moves nothing that the model has not", () => {
    page.editor.commit("Another model", (each) => ({ ...each, model: "other" }));
    nano.turn(7, 64, 127);
    page.clock.pass(REST_MS);
    expect(picture().edits).toEqual([]);
    expect(controls()).toHaveLength(1);
  });
});

it("moves truncation, with an endless knob that has no place to jump to", async () => {
  await learn(PSI, 3, 1, 1, 127, 1);
  nano.turn(3, 1, 1, 1);
  page.clock.pass(REST_MS);
  expect(picture().psi).toBeCloseTo(0.8 + 3 * 0.014, 2);
  nano.turn(3, ...Array.from({ length: 100 }, () => 1));
  page.clock.pass(REST_MS);
  expect(picture().psi).toBe(1.4);
  nano.turn(3, 127, 100);
  page.knobs.settle();
  expect(picture().psi).toBeCloseTo(1.4 - 29 * 0.014, 2);
});

it("reads a fine control once both of its halves are there", async () => {
  await page.knobLearning.learn(ONE);
  for (const value of [60, 61]) {
    nano.turn(7, value);
    nano.turn(39, 5);
  }
  page.clock.pass(REST_MS);
  expect(controls()[0]?.sends).toBe("fine");
  nano.turn(7, 64);
  expect(sight(ONE)).toBeUndefined();
  nano.turn(39, 0);
  nano.turn(7, 64);
  nano.turn(39, 64);
  expect(sight(ONE)?.value).toBeCloseTo((3 * 64) / 8191, 6);
});

describe("controllers", () => {
  it("are not asked for until somebody wants one, and then once", async () => {
    expect(browser.asked).toBe(0);
    await page.knobLearning.learn(ONE);
    await page.knobLearning.learn(TWO);
    expect(browser.asked).toBe(1);
    expect(page.midiPorts.devices.get()).toEqual(["nano"]);
  });

  it("of a document that is opened are heard at once by a browser that was told yes before", async () => {
    const control = { slider: ONE, device: "nano", channel: 1, number: 7, sends: "absolute" } as const;
    openDocument(page.document, PICTURE, null, [control]);
    await Promise.resolve();
    expect(browser.asked).toBe(0);
    browser.wasAllowed = true;
    openDocument(page.document, PICTURE, null, [{ ...control, number: 8 }]);
    await expect.poll(() => browser.asked).toBe(1);
    nano.turn(8, 64, 127);
    page.clock.pass(REST_MS);
    expect(alphaOf(picture(), ONE)).toBe(3);
  });

  it("that are unplugged and plugged in again go on, and both are told", async () => {
    await learn(ONE, 7, 60, 61);
    browser.access.unplug(nano);
    expect(notice()?.sentence).toBe("nano is unplugged.");
    expect(page.midiPorts.devices.get()).toEqual([]);
    nano = browser.access.plugIn("nano");
    expect(notice()?.sentence).toBe("nano is there again.");
    nano.turn(7, 64, 127);
    page.clock.pass(REST_MS);
    expect(alphaOf(picture(), ONE)).toBe(3);
  });

  it.each([
    ["NotAllowedError", "refused", "told not to"],
    ["SecurityError", "refused", "told not to"],
    ["NotSupportedError", "failed", "could not open"],
  ])("that are kept away by a %s are told of, and can be asked for again", async (name, state, said) => {
    browser.refusal = new DOMException("No.", name);
    await page.knobLearning.learn(ONE);
    expect(page.midiPorts.status.get().state).toBe(state);
    expect(notice()?.sentence).toContain(said);
    expect(page.knobLearning.learning.get()).toBeNull();
    await page.knobLearning.learn(ONE);
    expect(page.midiPorts.status.get().state).toBe("open");
  });

  it("that fail for a reason of no standard leave nobody waiting", async () => {
    browser.request = async () => {
      throw new TypeError("Broken.");
    };
    await expect(page.knobLearning.learn(ONE)).rejects.toThrow("Broken.");
    expect(page.midiPorts.status.get()).toEqual({ state: "failed", why: "Broken." });
  });

  it.each([
    [true, "missing", "no Web MIDI"],
    [false, "insecure", "over https"],
  ])("are not there without Web MIDI; the page is secure: %s", async (isSecure, state, said) => {
    browser.request = null;
    browser.isSecure = isSecure;
    await page.knobLearning.learn(ONE);
    expect(page.midiPorts.status.get().state).toBe(state);
    expect(notice()?.sentence).toContain(said);
  });
});
