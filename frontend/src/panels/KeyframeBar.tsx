/** KeyframeBar: what can be done with the chosen keyframe, or with what the playhead shows. */

import { Button } from "@mantine/core";
import { EasingCurve } from "../controls/EasingCurve";
import { IconButton } from "../controls/IconButton";
import { Icon } from "../controls/icons";
import { NumberField } from "../controls/NumberField";
import { fixed } from "../controls/numbers";
import { type Keyframe, MAX_DURATION_S, type Timeline } from "../protocol/wire";
import { printKey } from "../state/keys";
import { isSamePicture } from "../state/picture";
import { withDuration, withEasing } from "../state/timeline";
import { eased } from "../state/timeline_sampling";
import { useApp, useCommand, useObservable, usePicture, useTimelineView } from "./app";
import { CommandButton } from "./CommandButton";
import { EASINGS } from "./easings";
import styles from "./KeyframeBar.module.css";

export function KeyframeBar({ timeline }: { readonly timeline: Timeline }) {
  const { editor } = useApp();
  const chosen = useTimelineView((state) => state.chosen);
  const isPresenting = useObservable(editor.isPresenting);
  const keyframe = chosen === null ? undefined : timeline.keyframes[chosen];
  return (
    <div className={styles.bar}>
      <CommandButton id="previous-keyframe" icon="previous" />
      <CommandButton id="next-keyframe" icon="next" />
      {isPresenting && <Shown />}
      {keyframe && chosen !== null && !isPresenting && (
        <Chosen key={chosen} timeline={timeline} keyframe={keyframe} index={chosen} />
      )}
      {!keyframe && !isPresenting && (
        <span className={styles.word}>
          Choose a keyframe, or pull along the ruler to look at the time between.
        </span>
      )}
    </div>
  );
}

/** The stage shows the timeline: how to get back, and what can be made of it. */
function Shown() {
  const { timelineDesk, player } = useApp();
  return (
    <>
      <span className={styles.word}>The stage shows the timeline.</span>
      <Button onClick={() => timelineDesk.take()} title="Its sliders then move what is shown here">
        Edit this picture
      </Button>
      <Button onClick={() => player.leave()}>Back to the picture</Button>
    </>
  );
}

interface ChosenProps {
  readonly timeline: Timeline;
  readonly keyframe: Keyframe;
  readonly index: number;
}

function Chosen({ timeline, keyframe, index }: ChosenProps) {
  const { timelineDesk } = useApp();
  const isLast = index === timeline.keyframes.length - 1 && timeline.repeat !== "loop";
  return (
    <>
      <span className={styles.name}>Keyframe {index + 1}</span>
      {timeline.keyframes.length === 1 && (
        <span className={styles.word}>Now change the picture, and add it as the second one.</span>
      )}
      {!isLast && (
        <>
          <span className={styles.field}>
            <NumberField
              label={`Seconds of keyframe ${index + 1}`}
              value={keyframe.duration}
              min={0}
              max={MAX_DURATION_S}
              width={6}
              format={fixed}
              onCommit={(seconds) => timelineDesk.change("Duration", withDuration(index, seconds))}
            />
            <span className={styles.word}>s</span>
          </span>
          <EasingPicker keyframe={keyframe} index={index} />
        </>
      )}
      <span className={styles.space} />
      <ReplaceButton keyframe={keyframe} />
      <IconButton
        icon="trash"
        label={`Remove keyframe ${index + 1}`}
        keys="Delete"
        onClick={() => timelineDesk.remove(index)}
      />
    </>
  );
}

function EasingPicker({ keyframe, index }: Omit<ChosenProps, "timeline">) {
  const { timelineDesk } = useApp();
  return (
    <div className={styles.easings} role="radiogroup" aria-label="Easing">
      {EASINGS.map(({ value, title, words }) => (
        // biome-ignore lint/a11y/useSemanticElements: a picture of the curve is the button
        <button
          key={value}
          type="button"
          role="radio"
          className={styles.easing}
          aria-checked={keyframe.easing === value}
          aria-label={title}
          title={`${title}: ${words}`}
          onClick={() => timelineDesk.change("Easing", withEasing(index, value))}
        >
          <EasingCurve eased={(share) => eased(value, share)} jumps={value === "hold"} />
        </button>
      ))}
    </div>
  );
}

/** Lights up once the picture on the stage is another than the keyframe's. */
function ReplaceButton({ keyframe }: { readonly keyframe: Keyframe }) {
  const { isMac } = useApp();
  const picture = usePicture();
  const [command] = useCommand("replace-keyframe");
  const isSame = picture === null || isSamePicture(picture, keyframe.picture);
  const keys = printKey(command.keys[0] ?? "", isMac);
  return (
    <Button
      leftSection={<Icon name="swap" />}
      disabled={isSame}
      title={`${command.label}  ·  ${keys}`}
      aria-keyshortcuts={keys}
      onClick={command.run}
    >
      Replace with the picture
    </Button>
  );
}
