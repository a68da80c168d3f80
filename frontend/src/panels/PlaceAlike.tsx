/** PlaceAlike: lets networks that look at the model's pictures say where a photo shows the same. */

import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import { WendProblem } from "../protocol/http";
import type { Told } from "../state/jobs";
import type { PhotoSquare } from "../state/placing";
import { useApp } from "./app";
import styles from "./PhotoDialog.module.css";
import { Telling } from "./Telling";

export function PlaceAlike({ onPlace }: { readonly onPlace: (square: PhotoSquare) => void }) {
  const { photos } = useApp();
  /** The question that is on its way; an answer to one that was stopped is not wanted any more. */
  const asking = useRef<symbol | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Told | null>(null);
  const ask = async () => {
    const question = Symbol("place");
    asking.current = question;
    setBusy(true);
    setProblem(null);
    try {
      const square = await photos.placeAlike();
      if (square && asking.current === question) onPlace(square);
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      if (asking.current === question) {
        setProblem({ code: error.code, sentence: error.sentence, hint: error.hint });
      }
    } finally {
      if (asking.current === question) setBusy(false);
    }
  };
  const stop = () => {
    asking.current = null;
    setBusy(false);
  };
  return (
    <>
      <div className={styles.buttons}>
        <Button variant="default" loading={isBusy} onClick={() => void ask()}>
          Place it like the model’s pictures
        </Button>
        {isBusy && <Button onClick={stop}>Stop</Button>}
      </div>
      {problem && <Telling told={problem} />}
    </>
  );
}
