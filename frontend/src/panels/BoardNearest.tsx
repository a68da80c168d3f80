/** BoardNearest: samples like the drawing with what the computer draws of them, and how like them it is. */

import { UnstyledButton } from "@mantine/core";
import { addressOf } from "../protocol/address";
import type { NearestFound, NearSample } from "../protocol/wire";
import { activeOf, isBlank } from "../state/board";
import { sayMatch } from "../state/nearest";
import { useApp, useBoard, useModel, useObservable } from "./app";
import styles from "./BoardNearest.module.css";
import { BoardTrain } from "./BoardTrain";

export function BoardNearest() {
  const { nearest } = useApp();
  const found = useObservable(nearest.found);
  const model = useModel();
  const hasDrawn = useBoard((state) => !isBlank(activeOf(state), state.kind));
  return (
    <section className={styles.nearest} aria-label="Samples like the sketch">
      <h3>{hasDrawn ? "Nearest samples" : "Samples"} and what the computer draws of them</h3>
      <p className={styles.word} role="status" data-done={found?.is_done ?? false}>
        {say(found, model?.title ?? "the model", hasDrawn)}
      </p>
      {found?.lack && (
        <p className={styles.remark}>
          <strong>{found.lack.sentence}</strong> {found.lack.hint}
        </p>
      )}
      {found && hasDrawn && <Remark found={found} />}
      <ul className={styles.samples} aria-label="Samples">
        {found?.samples.map((sample) => (
          <Sample key={sample.seed} sample={sample} hasDrawn={hasDrawn} />
        ))}
      </ul>
      <BoardTrain />
    </section>
  );
}

/** How like the samples the drawing is, in words. A drawing that is being made is never a fault. */
function Remark({ found }: { readonly found: NearestFound }) {
  const words = sayMatch(found);
  // Of lines that are too thick or thin it can be told at once, and set right with the pen.
  const other = found.warning && !words?.isFar ? found.warning : null;
  if (!words && !other) return null;
  return (
    <p className={styles.remark} role="status" data-far={words?.isFar ?? false}>
      {words && (
        <>
          <strong>{words.title}</strong> {words.more}
        </>
      )}
      {other && ` ${other.sentence} ${other.hint}`}
    </p>
  );
}

function say(found: NearestFound | null, model: string, hasDrawn: boolean): string {
  if (!found) return `Looking at samples of ${model}…`;
  if (found.lack) return "";
  if (!found.is_done) return `${found.seen} of ${found.of} samples of ${model} looked at…`;
  if (!hasDrawn)
    return "Draw like the right one of each pair: the same outlines, as thick. Press one to trace it.";
  return `Of ${found.of} samples of ${model}, by how well lines lie on lines. Press one to trace it.`;
}

function Sample({ sample, hasDrawn }: { readonly sample: NearSample; readonly hasDrawn: boolean }) {
  const { board } = useApp();
  const trace = useBoard((state) => state.trace);
  const { seed, match, picture, map } = sample;
  const isPicture = trace.kind === "sample" && trace.seed === seed;
  const isMap = trace.kind === "map" && trace.thumbnail === map;
  return (
    <li className={styles.sample} data-seed={seed}>
      <UnstyledButton
        aria-label={`Trace sample ${seed}`}
        aria-pressed={isPicture}
        onClick={() => board.setState({ trace: { kind: "sample", seed }, isTraceShown: true })}
      >
        <img src={addressOf(`/api/thumbnails/${picture}`)} alt="" draggable={false} />
      </UnstyledButton>
      <UnstyledButton
        aria-label={`Trace what the computer draws of sample ${seed}`}
        aria-pressed={isMap}
        onClick={() => board.setState({ trace: { kind: "map", thumbnail: map }, isTraceShown: true })}
      >
        <img src={addressOf(`/api/thumbnails/${map}`)} alt="" draggable={false} />
      </UnstyledButton>
      {hasDrawn && <span className={styles.number}>{Math.round(100 * match)} %</span>}
    </li>
  );
}
