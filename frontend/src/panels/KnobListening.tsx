/** KnobListening: while a slider listens for its knob, that is said over the stage, and can be given up. */

import { Button } from "@mantine/core";
import type { Learning } from "../state/knob_learning";
import { useApp, useObservable } from "./app";
import styles from "./KnobItems.module.css";
import { useEscape } from "./use_escape";

export function KnobListening() {
  const learning = useObservable(useApp().knobLearning.learning);
  return learning && <Listening learning={learning} />;
}

function Listening({ learning }: { readonly learning: Learning }) {
  const { knobLearning, midiPorts } = useApp();
  const devices = useObservable(midiPorts.devices);
  const cancel = () => knobLearning.cancel();
  useEscape(cancel);
  return (
    <div className={styles.listening} data-learning>
      <p role="status">
        <strong>Turn the knob that is to move {learning.title}.</strong>{" "}
        {devices.length === 0 ? "No controller is plugged in yet." : `${devices.join(", ")} is heard.`}
      </p>
      <Button onClick={cancel}>Cancel</Button>
    </div>
  );
}
