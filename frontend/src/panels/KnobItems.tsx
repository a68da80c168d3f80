/** KnobItems: in a slider's menu, which knob of a controller moves it; and the mark of one beside its name. */

import { Menu } from "@mantine/core";
import { IconButton } from "../controls/IconButton";
import { Icon } from "../controls/icons";
import { PSI, type SliderId } from "../state/controls";
import { nameControl } from "../state/knob_learning";
import { useApp, useObservable } from "./app";
import styles from "./KnobItems.module.css";
import { useControl, useKnob } from "./use_knob";

export function KnobItems({ slider }: { readonly slider: SliderId }) {
  const { knobLearning } = useApp();
  const control = useControl(slider);
  return (
    <>
      <Menu.Item
        title="Turn a knob of a MIDI controller, and it moves this slider"
        onClick={() => void knobLearning.learn(slider)}
      >
        {control ? "Learn another MIDI control" : "Learn a MIDI control"}
      </Menu.Item>
      {control && (
        <Menu.Item onClick={() => knobLearning.forget(slider)}>Forget {nameControl(control)}</Menu.Item>
      )}
    </>
  );
}

/** Says that a knob moves the slider, and whether it has hold of it. */
export function KnobBadge({ slider }: { readonly slider: SliderId }) {
  const { midiPorts } = useApp();
  const control = useControl(slider);
  const devices = useObservable(midiPorts.devices);
  const isWaiting = useKnob(slider)?.waiting != null;
  if (control === null) return null;
  const isHere = devices.includes(control.device);
  const how = isHere
    ? isWaiting
      ? "Turn it to where the slider stands: then it has hold of it."
      : "It has hold of it."
    : "It is not plugged in.";
  const said = `Moved by ${nameControl(control)}. ${how}`;
  return (
    <span
      className={styles.badge}
      role="img"
      aria-label={said}
      title={said}
      data-knob={isHere ? (isWaiting ? "waiting" : "held") : "away"}
    >
      <Icon name="knob" />
    </span>
  );
}

/** For a slider without a menu. */
export function KnobButton() {
  const { knobLearning } = useApp();
  const control = useControl(PSI);
  const learning = useObservable(knobLearning.learning);
  const label = control
    ? `Learn another MIDI control; it follows ${nameControl(control)}`
    : "Learn a MIDI control";
  return (
    <IconButton
      icon="knob"
      label={label}
      isPressed={control !== null || learning?.slider === PSI}
      onClick={() => void knobLearning.learn(PSI)}
    />
  );
}
