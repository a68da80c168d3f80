/** BoardKinds: what is drawn, and so what of a picture the computer looks for; and what is to be known of that. */

import { SegmentedControl, TextInput } from "@mantine/core";
import { areLines, type BoardKind, withKind } from "../state/board";
import { useApp, useBoard } from "./app";
import styles from "./BoardTools.module.css";

const KINDS: readonly { readonly value: BoardKind; readonly label: string }[] = [
  { value: "lines", label: "Lines" },
  { value: "labels", label: "Labels" },
  { value: "pose", label: "Pose" },
  { value: "edges", label: "Edges" },
  { value: "card", label: "Own network" },
];

export function BoardKinds() {
  const { board, boardSets } = useApp();
  const kind = useBoard((state) => state.kind);
  const choose = (next: BoardKind) => {
    // Lines stay, whatever looks for them. Else the set is kept under its name, and another one begins.
    if (areLines(next) && areLines(kind)) board.setState((state) => withKind(state, next));
    else void boardSets.startNew(next);
  };
  return (
    <SegmentedControl
      size="xs"
      aria-label="What is drawn"
      value={kind}
      data={[...KINDS]}
      onChange={(next) => choose(next as BoardKind)}
    />
  );
}

/** Of the two kinds that no bundled network stands behind. */
export function KindTold() {
  const { board } = useApp();
  const kind = useBoard((state) => state.kind);
  const network = useBoard((state) => state.network);
  if (kind === "edges") {
    return (
      <p className={styles.word}>
        Edges are a fallback, for pictures that no network draws: every change of brightness is a line.
      </p>
    );
  }
  if (kind !== "card") return null;
  return (
    <TextInput
      key={network}
      size="xs"
      label="Network that draws lines"
      description="SET or SET/NETWORK, among the networks that look."
      inputWrapperOrder={["label", "input", "description"]}
      defaultValue={network}
      maxLength={200}
      autoComplete="off"
      spellCheck={false}
      onBlur={(event) => board.setState({ network: event.currentTarget.value.trim() })}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}
