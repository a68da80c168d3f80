/** BoardStart: the card that starts a training: what the new model is called, how well, and how long that takes. */

import { Button, Radio, TextInput } from "@mantine/core";
import { useEffect, useRef } from "react";
import { addressOf } from "../protocol/address";
import { drawnOf } from "../state/board";
import { openJobs } from "../state/jobs_view";
import { QUALITIES, type Quality, SKETCH_KIND, whyNotTaught } from "../state/sketching";
import { sayAbout } from "../state/training_time";
import { useApp, useBoard, useModel, useObservable } from "./app";
import styles from "./BoardStart.module.css";
import { Telling } from "./Telling";

const MOST_TITLE = 120;
/** Of what the computer draws of samples: enough to see what it could. */
const NEAREST = 4;

export function BoardStart() {
  const { boardTraining } = useApp();
  const model = useModel();
  const count = useBoard((state) => drawnOf(state).length);
  const { title, quality } = useObservable(boardTraining.form);
  const problem = useObservable(boardTraining.problem);
  const isSending = useObservable(boardTraining.isSending);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const obstacle = model && whyNotTaught(model);
  return (
    <form
      className={styles.start}
      aria-label="Train a new model"
      onSubmit={(event) => {
        event.preventDefault();
        void boardTraining.start();
      }}
    >
      <h3 ref={heading} tabIndex={-1}>
        Train a new model
      </h3>
      <p className={styles.word}>
        {count === 0
          ? "Nothing is drawn: one sketch is enough."
          : `${model?.title ?? "The model"} is copied, and the copy learns from ${count === 1 ? "your sketch" : `your ${count} sketches`} while you go on with something else.`}
      </p>
      <Warning />
      {obstacle && <Telling told={{ sentence: obstacle, hint: "Choose another model to teach." }} />}
      <TextInput
        label="What it is called"
        value={title}
        maxLength={MOST_TITLE}
        autoComplete="off"
        onChange={(event) => boardTraining.form.set({ title: event.currentTarget.value, quality })}
      />
      <Radio.Group
        label="How well"
        value={quality}
        onChange={(value) => boardTraining.form.set({ title, quality: value as Quality })}
      >
        <div className={styles.choices}>
          {QUALITIES.map((each) => (
            <Radio.Card key={each.value} value={each.value} className={styles.choice ?? ""}>
              <span className={styles.mark} aria-hidden="true" />
              <span className={styles.words}>
                <span className={styles.name}>
                  <strong>{each.title}</strong>
                  <Time quality={each.value} />
                </span>
                <span className={styles.word}>{each.words}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <Source />
      {problem && <Telling told={problem} />}
      <div className={styles.foot}>
        <Button
          type="submit"
          fullWidth
          variant="filled"
          loading={isSending}
          disabled={count === 0 || obstacle !== null}
        >
          Start
        </Button>
        <Button onClick={() => boardTraining.draw()}>Back to drawing</Button>
        <AllSettings isOffered={count > 0} />
      </div>
    </form>
  );
}

/** What is to be known of the drawing under the pen before time is spent on it. */
function Warning() {
  const { nearest } = useApp();
  const found = useObservable(nearest.found);
  if (!found?.warning) return null;
  const { sentence, hint } = found.warning;
  return (
    <div className={styles.warning}>
      <p>
        <strong>{sentence}</strong> {hint}
      </p>
      <ul aria-label="The nearest that the computer draws">
        {found.samples.slice(0, NEAREST).map(({ seed, map, match }) => (
          <li key={seed}>
            <img
              src={addressOf(`/api/thumbnails/${map}`)}
              alt={`What the computer draws of sample ${seed}: ${Math.round(100 * match)} %`}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Time({ quality }: { readonly quality: Quality }) {
  const { boardTraining } = useApp();
  useObservable(boardTraining.pace);
  const seconds = boardTraining.secondsOf(quality);
  if (seconds === null) return null;
  const words = sayAbout(seconds);
  // “Less than” has said so already.
  const isMost = quality === "usual" && words.startsWith("about");
  return <span className={styles.time}>{isMost ? `${words} at most` : words}</span>;
}

/** Where the times come from. */
function Source() {
  const { boardTraining } = useApp();
  const pace = useObservable(boardTraining.pace);
  return (
    <p className={styles.word}>
      {pace === null && "How long it takes is told once it has begun. "}
      {pace?.source === "guessed" &&
        "Guessed from how long a picture takes here; once it has begun, it is measured. "}
      {pace?.source === "measured" && "As the last training of this model went here. "}
      It can be ended at any time, with what it has by then.
    </p>
  );
}

/** On to the form of the job, with what was chosen here. */
function AllSettings({ isOffered }: { readonly isOffered: boolean }) {
  const { boardTraining, drawer, jobsView, view } = useApp();
  const open = async () => {
    if (!(await boardTraining.keep())) return;
    const params = boardTraining.params();
    if (!params) return;
    boardTraining.draw();
    view.setState({ isBoardOpen: false });
    openJobs(drawer, jobsView, { kind: "form", recipe: SKETCH_KIND, params });
  };
  return (
    <Button variant="subtle" disabled={!isOffered} onClick={() => void open()}>
      All settings…
    </Button>
  );
}
