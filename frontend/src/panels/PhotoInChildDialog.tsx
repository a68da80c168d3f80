/** PhotoInChildDialog: a photo, the nearest picture of a model, the same in a model made of it, and that edited. */

import { Button, Modal, NativeSelect } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { WendProblem } from "../protocol/http";
import type { ModelSummary, Picture } from "../protocol/wire";
import { DocumentInvalid } from "../state/foreign";
import type { Told } from "../state/jobs";
import type { Carried, Panels } from "../state/photo_in_child";
import { useApp, useObservable } from "./app";
import styles from "./PhotoInChildDialog.module.css";
import { PictureImage } from "./PictureImage";
import { Telling } from "./Telling";
import { Word } from "./Word";

/** Pixels of one panel of the sheet that is saved, and of the line of words below it. */
const SIDE = 256;
const LINE = 28;

export function PhotoInChildDialog() {
  const { photoInChild } = useApp();
  const job = useObservable(photoInChild.asked);
  return (
    <Modal
      opened={job !== null}
      onClose={() => photoInChild.asked.set(null)}
      title="The photo in a model made of this one"
      size="xl"
      centered
    >
      {job !== null && <Opened key={job} job={job} />}
    </Modal>
  );
}

function Opened({ job }: { readonly job: string }) {
  const { photoInChild } = useApp();
  const [carried, setCarried] = useState<Carried | null>(null);
  const [problem, setProblem] = useState<Told | null>(null);
  useEffect(() => {
    photoInChild.open(job).then(setCarried, (error: unknown) => setProblem(toldOf(error)));
  }, [photoInChild, job]);
  const told = problem ?? carried?.refusal ?? null;
  if (told) return <Telling told={told} />;
  if (!carried) return <p className={styles.word}>Opening it…</p>;
  return <Choice job={job} carried={carried} />;
}

function Choice({ job, carried }: { readonly job: string; readonly carried: Carried }) {
  const { photoInChild, modelDesk, document, saveFile } = useApp();
  const { children, parent } = carried;
  const shown = document.getState().picture?.model;
  const [id, setId] = useState(children.find((each) => each.id === shown)?.id ?? children[0]?.id ?? "");
  const child = children.find((each) => each.id === id);
  const [panels, setPanels] = useState<Panels | null>(null);
  const [problem, setProblem] = useState<Told | null>(null);
  const images = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!child) return undefined;
    let isGone = false;
    setPanels(null);
    photoInChild.panels(job, carried, child).then(
      (found) => !isGone && setPanels(found),
      (error: unknown) => !isGone && setProblem(toldOf(error)),
    );
    return () => {
      isGone = true;
    };
  }, [photoInChild, job, carried, child]);
  if (problem) return <Telling told={problem} />;
  if (!child) return null;
  const save = async () => {
    const drawn = [...(images.current?.querySelectorAll("figure") ?? [])];
    const blob = await drawSheet(drawn);
    if (blob) saveFile(blob, `photo-${child.id}.png`);
  };
  const open = async () => {
    if (!panels) return;
    photoInChild.asked.set(null);
    await modelDesk.show(`The photo in ${child.title}`, panels.edited);
  };
  return (
    <div className={styles.whole}>
      {children.length > 1 && (
        <NativeSelect
          label="Model"
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          data={children.map((each) => ({ value: each.id, label: each.title }))}
        />
      )}
      <div className={styles.panels} ref={images}>
        <Panel words="The photo">{panels && <img src={panels.photo} alt="" crossOrigin="anonymous" />}</Panel>
        <Panel words={parent.title}>{panels && <Drawn picture={panels.parent} />}</Panel>
        <Panel words={child.title}>{panels && <Drawn picture={panels.child} />}</Panel>
        {panels && panels.edited.edits.length === 0 ? (
          <p className={styles.word}>
            No slider is moved on the stage. Move some, then open this again: here stands {child.title} with
            them.
          </p>
        ) : (
          <Panel words={`${child.title}, edited`}>{panels && <Drawn picture={panels.edited} />}</Panel>
        )}
      </div>
      {panels && <Order panels={panels} child={child} />}
      <div className={styles.buttons}>
        <Button disabled={!panels} onClick={() => void open()}>
          Open in {child.title}
        </Button>
        <Button variant="default" disabled={!panels} onClick={() => void save()}>
          Save as one PNG
        </Button>
      </div>
    </div>
  );
}

function Panel({ words, children }: { readonly words: string; readonly children: ReactNode }) {
  return (
    <figure aria-label={words}>
      {children}
      <figcaption title={words}>{words}</figcaption>
    </figure>
  );
}

function Drawn({ picture }: { readonly picture: Picture }) {
  return <PictureImage className={styles.image ?? ""} picture={picture} />;
}

/** In which order a picture is made, with the numbers of this one. */
function Order({ panels, child }: { readonly panels: Panels; readonly child: ModelSummary }) {
  const { edits, psi } = panels.edited;
  const moved =
    edits.length === 0 ? "no slider" : `${edits.length} slider${edits.length > 1 ? "s" : ""} as on the stage`;
  return (
    <p className={styles.word}>
      <Word of="order">Order</Word>: the z of the photo, mapping of {child.title}, variety {psi.toFixed(2)},{" "}
      {moved}, drawing.
    </p>
  );
}

/** Figures side by side, their captions below; null where a browser draws none. */
async function drawSheet(figures: readonly HTMLElement[]): Promise<Blob | null> {
  const canvas = window.document.createElement("canvas");
  canvas.width = figures.length * SIDE;
  canvas.height = SIDE + LINE;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000000";
  context.font = "14px sans-serif";
  for (const [place, figure] of figures.entries()) {
    const image = figure.querySelector("img");
    if (image) context.drawImage(image, place * SIDE, 0, SIDE, SIDE);
    context.fillText(figure.textContent ?? "", place * SIDE + 8, SIDE + 19, SIDE - 16);
  }
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function toldOf(error: unknown): Told {
  if (error instanceof WendProblem) return { code: error.code, sentence: error.sentence, hint: error.hint };
  if (!(error instanceof DocumentInvalid)) throw error;
  return {
    code: "photo_unreadable",
    sentence: `What the search found cannot be read. ${error.message}`,
    hint: "Another version of Wend may have written it: restart the job.",
  };
}
