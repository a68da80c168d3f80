/** PhotoDialog: which part of a photo is looked for in the model, where, and for how long. */

import { Button, Modal, SegmentedControl } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { CropBox } from "../controls/CropBox";
import { openJobs } from "../state/jobs_view";
import { type AskedPhoto, type Effort, middle, moved, type Place, resized } from "../state/photos";
import { useApp, useModel, useObservable } from "./app";
import styles from "./PhotoDialog.module.css";

export function PhotoDialog() {
  const { photos } = useApp();
  const asked = useObservable(photos.asked);
  return (
    <Modal
      opened={asked !== null}
      onClose={() => photos.cancel()}
      title={`Open ${asked?.file.name ?? "a photo"}`}
      centered
    >
      {asked && <Form key={asked.file.name} asked={asked} />}
    </Modal>
  );
}

const PLACES: readonly { readonly value: Place; readonly label: string; readonly why: string }[] = [
  { value: "w+", label: "Nearest", why: "A w for every layer: comes nearest to the photo." },
  {
    value: "w",
    label: "Editable",
    why: "One w for all layers: less alike, and sliders do what they do elsewhere.",
  },
  { value: "z", label: "In z", why: "Before the mapping: what every sibling of the model understands." },
];

function Form({ asked }: { readonly asked: AskedPhoto }) {
  const { photos, masks, jobsView, drawer } = useApp();
  const model = useModel();
  const [crop, setCrop] = useState(() => middle(asked));
  const hasW = model?.spaces.includes("w") ?? false;
  const [place, setPlace] = useState<Place>(hasW ? "w+" : "z");
  const [effort, setEffort] = useState("usual");
  const src = useMemo(() => URL.createObjectURL(asked.file), [asked.file]);
  useEffect(() => () => URL.revokeObjectURL(src), [src]);
  const find = async () => {
    const job = await photos.find({ crop, place, effort: EFFORTS[effort] ?? null });
    if (job === null) return;
    openJobs(drawer, jobsView, { kind: "job", id: job });
  };
  const useAsMask = () => {
    photos.cancel();
    void masks.bring(asked.file);
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void find();
      }}
    >
      <CropBox
        label="The part to look for. Arrows move it, plus and minus change its size."
        src={src}
        width={asked.width}
        height={asked.height}
        crop={crop}
        onMove={(by) => setCrop((before) => moved(before, by, asked))}
        onResize={(side) => setCrop((before) => resized(before, side, asked))}
      />
      <p className={styles.word}>
        {model?.title ?? asked.model} looks for the picture of its own that comes nearest to what lies inside
        the frame. Drag the frame; the wheel changes its size. Best is a picture placed like the model's own.
      </p>
      {hasW && (
        <>
          <SegmentedControl
            aria-label="Where to look"
            fullWidth
            value={place}
            onChange={(value) => setPlace(PLACES.find((each) => each.value === value)?.value ?? "w+")}
            data={PLACES.map(({ value, label }) => ({ value, label }))}
          />
          <p className={styles.word}>{PLACES.find(({ value }) => value === place)?.why}</p>
        </>
      )}
      <SegmentedControl
        aria-label="How long to look"
        fullWidth
        value={effort}
        onChange={setEffort}
        data={[
          { value: "quick", label: "Quick" },
          { value: "usual", label: "Usual" },
          { value: "thorough", label: "Thorough" },
        ]}
      />
      <div className={styles.buttons}>
        <Button type="submit" variant="filled" data-autofocus>
          Find it
        </Button>
        <Button variant="default" onClick={useAsMask}>
          Use as a mask
        </Button>
        <Button variant="subtle" onClick={() => photos.cancel()}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

const EFFORTS: Readonly<Record<string, Effort>> = { quick: "Quick", usual: null, thorough: "Thorough" };
