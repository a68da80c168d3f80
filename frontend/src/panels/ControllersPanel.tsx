/** ControllersPanel: MIDI controllers that are heard, and which of their knobs moves which slider. */

import { Button, Select } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useStore } from "zustand";
import { IconButton } from "../controls/IconButton";
import type { Control } from "../protocol/wire";
import { SENDS } from "../state/controls";
import { sayMidi } from "../state/midi_ports";
import { useApp, useObservable, useView } from "./app";
import styles from "./ControllersPanel.module.css";
import { Telling } from "./Telling";
import { useKnob } from "./use_knob";
import { Word } from "./Word";

const KINDS: Readonly<Record<Control["sends"], string>> = {
  absolute: "Knob or fader",
  fine: "Fine fader (14 bits)",
  twos: "Endless, 1 and 127",
  offset: "Endless, 65 and 63",
  sign: "Endless, 1 and 65",
};

export function ControllersPanel() {
  const isOpen = useView((state) => state.isControllersOpen);
  return isOpen ? <Controllers /> : null;
}

function Controllers() {
  const { commands, document, knobLearning } = useApp();
  const controls = useStore(document, (state) => state.controls);
  const panel = useRef<HTMLElement>(null);
  const { controllers } = commands;
  useEffect(() => {
    const before = window.document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <section
      ref={panel}
      className={styles.panel}
      aria-label="MIDI controllers"
      tabIndex={-1}
      onKeyDown={(event) => event.key === "Escape" && !isTaken(event) && controllers.run()}
    >
      <div className={styles.head}>
        <h2>MIDI controllers</h2>
        <IconButton icon="close" label="Close controllers" onClick={controllers.run} />
      </div>
      <Ports />
      {controls.length === 0 ? (
        <p className={styles.word}>
          No knob moves a slider yet. In the menu of a slider, under its name, choose “Learn a MIDI control”
          and turn one.
        </p>
      ) : (
        <>
          <ul className={styles.list} aria-label="Sliders that knobs move">
            {controls.map((control) => (
              <Bound key={control.slider ?? ""} control={control} />
            ))}
          </ul>
          <div className={styles.foot}>
            <p className={styles.word}>
              Kept with the document. A knob <Word of="takeover">catches</Word> a value before it moves it.
            </p>
            <Button onClick={() => knobLearning.forgetAll()}>Forget all</Button>
          </div>
        </>
      )}
    </section>
  );
}

/** Whether the key is meant for something nearer, such as a list that is open. */
function isTaken({ defaultPrevented, target }: KeyboardEvent): boolean {
  return defaultPrevented || (target instanceof Element && target.closest('[aria-expanded="true"]') !== null);
}

/** What is plugged in, or why nothing is heard. */
function Ports() {
  const { midiPorts } = useApp();
  const status = useObservable(midiPorts.status);
  const devices = useObservable(midiPorts.devices);
  const told = sayMidi(status);
  const connect = () => void midiPorts.open();
  if (told !== null) {
    return (
      <Telling told={told}>
        {(status.state === "refused" || status.state === "failed") && (
          <Button onClick={connect}>Try again</Button>
        )}
      </Telling>
    );
  }
  if (status.state !== "open") {
    return (
      <div className={styles.ask}>
        <p className={styles.word}>The browser asks you first whether this page may hear controllers.</p>
        <Button loading={status.state === "asking"} onClick={connect}>
          Connect controllers
        </Button>
      </div>
    );
  }
  return (
    <p className={styles.word} role="status">
      {devices.length === 0
        ? "No controller is plugged in. One that is plugged in now is heard at once."
        : `Heard: ${devices.join(", ")}.`}
    </p>
  );
}

function Bound({ control }: { readonly control: Control }) {
  const { knobLearning, knobTitle } = useApp();
  const title = knobTitle(control.slider);
  return (
    <li className={styles.bound} data-slider={control.slider ?? "psi"}>
      <span className={styles.title} title={title}>
        {title}
      </span>
      <IconButton
        icon="trash"
        label={`Forget the control of ${title}`}
        onClick={() => knobLearning.forget(control.slider)}
      />
      <span className={styles.control}>
        {control.device}, control {control.number}
        {control.channel === 1 ? "" : `, channel ${control.channel}`}
        <State control={control} />
      </span>
      <Select
        className={styles.kind ?? ""}
        size="xs"
        aria-label={`What the control of ${title} sends`}
        allowDeselect={false}
        value={control.sends}
        data={SENDS.map((sends) => ({ value: sends, label: KINDS[sends] }))}
        onChange={(sends) => sends && knobLearning.setSends(control.slider, sends)}
      />
    </li>
  );
}

/** Whether the knob can be heard, and has hold of its slider. */
function State({ control }: { readonly control: Control }) {
  const { midiPorts, findSlider } = useApp();
  const devices = useObservable(midiPorts.devices);
  const waiting = useKnob(control.slider)?.waiting ?? null;
  const slider = findSlider(control.slider);
  if (slider === null) return <em>not a slider of this model, or not to be moved now</em>;
  if (!devices.includes(control.device)) return <em>not plugged in</em>;
  if (waiting === null) return null;
  return (
    <em>
      at {slider.say(waiting)}; turn it to {slider.say(slider.value)}
    </em>
  );
}
