/** The MIDI room: controllers, the sliders they move and the learning of them, made once and joined. */

import type { Clock } from "../protocol/clock";
import type { CatalogStore } from "./catalog";
import { PSI, type SliderId } from "./controls";
import { type DocumentStore, homeOf } from "./document";
import type { Editor } from "./editor";
import type { FactorViewStore } from "./factor_view";
import type { Factors } from "./factors";
import { KnobLearning } from "./knob_learning";
import { findKnobSlider, PSI_SLIDER } from "./knob_sliders";
import { Knobs } from "./knobs";
import type { Live } from "./live";
import { type MidiBrowser, MidiPorts } from "./midi_ports";
import type { Regions } from "./regions";

export interface MidiRoomContext {
  readonly browser: MidiBrowser;
  readonly document: DocumentStore;
  readonly catalog: CatalogStore;
  readonly factorView: FactorViewStore;
  readonly live: Live;
  readonly editor: Editor;
  readonly factors: Factors;
  readonly regions: Regions;
  readonly clock: Clock;
}

export type MidiRoom = ReturnType<typeof createMidiRoom>;

export function createMidiRoom(context: MidiRoomContext) {
  const { browser, document, live, factorView } = context;
  const find = (slider: SliderId) => findKnobSlider(context, slider);
  const titleOf = (slider: SliderId) => (slider === PSI ? PSI_SLIDER.title : (find(slider)?.title ?? slider));
  const midiPorts: MidiPorts = new MidiPorts(browser, (device, move) => {
    if (!knobLearning.handleMove(device, move)) knobs.handleMove(device, move);
  });
  const knobs: Knobs = new Knobs({ ...context, isClosed: () => factorView.getState().isClosed, find });
  const knobLearning: KnobLearning = new KnobLearning({ ...context, ports: midiPorts, titleOf });

  // Whoever said yes to controllers once is not asked again: a document that has controls moves by them.
  document.subscribe((state, before) => {
    const { controls } = state;
    // What listens is a slider of the document that was open.
    if (homeOf(state) !== homeOf(before)) knobLearning.cancel();
    if (controls !== before.controls && controls.length > 0) void midiPorts.openIfAllowed();
  });
  /** Controllers of the document that went away while the page was open. */
  const lost = new Set<string>();
  let present: readonly string[] = [];
  midiPorts.devices.subscribe(() => {
    const now = midiPorts.devices.get();
    const wanted = new Set(document.getState().controls.map(({ device }) => device));
    const gone = present.filter((device) => !now.includes(device) && wanted.has(device));
    const back = now.filter((device) => lost.delete(device));
    for (const device of gone) lost.add(device);
    present = now;
    const tell = (sentence: string, hint: string) =>
      live.notice.set({ kind: "info", about: "file", code: "midi_device", sentence, hint });
    if (gone.length > 0) tell(`${gone.join(", ")} is unplugged.`, "Its knobs move nothing until it is back.");
    else if (back.length > 0)
      tell(`${back.join(", ")} is there again.`, "Its knobs move what they moved before.");
  });

  return { midiPorts, knobs, knobLearning, knobTitle: titleOf, findSlider: find };
}
