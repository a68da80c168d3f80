/** QuestionDialog: what a file of another program does not say of itself, and somebody has to. */

import { Button, Modal, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { Question } from "../state/foreign_desk";
import { useApp, useModel, useObservable } from "./app";
import styles from "./ModelsPanel.module.css";

export function QuestionDialog() {
  const { foreignDesk } = useApp();
  const question = useObservable(foreignDesk.question);
  return (
    <Modal
      opened={question !== null}
      onClose={() => foreignDesk.question.set(null)}
      title={`What is in ${question?.file.name ?? "it"}?`}
      centered
    >
      {question && <Form key={question.why} question={question} />}
    </Modal>
  );
}

function Form({ question }: { readonly question: Question }) {
  const { foreignDesk } = useApp();
  const spaces = useModel()?.spaces ?? [];
  const [space, setSpace] = useState(spaces.includes("w") ? "w" : "z");
  const [axis, setAxis] = useState("rows");
  const hasAxis = question.asks === "axis";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void foreignDesk.answer({
          ...(spaces.length > 1 && { space: space === "z" ? "z" : "w" }),
          ...(hasAxis && { axis: axis === "columns" ? "columns" : "rows" }),
        });
      }}
    >
      <p>{question.why}</p>
      {spaces.length > 1 && (
        <div className={styles.choice}>
          <span>{question.isLatent ? "It lies in" : "It moves"}</span>
          <SegmentedControl
            aria-label={question.isLatent ? "It lies in" : "It moves"}
            value={space}
            onChange={setSpace}
            data={[
              { value: "w", label: "w, after the mapping" },
              { value: "z", label: "z, before it" },
            ]}
          />
        </div>
      )}
      {hasAxis && (
        <div className={styles.choice}>
          <span>Each direction is</span>
          <SegmentedControl
            aria-label="Each direction is"
            value={axis}
            onChange={setAxis}
            data={[
              { value: "rows", label: "a row" },
              { value: "columns", label: "a column (SeFa)" },
            ]}
          />
        </div>
      )}
      <div className={styles.buttons}>
        <Button type="submit">Take it so</Button>
        <Button variant="subtle" onClick={() => foreignDesk.question.set(null)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
