/** PhotoDialog: which part of a photo is looked for in the model, where, and for how long. */

import { Button, Modal, SegmentedControl, UnstyledButton } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { CropBox } from "../controls/CropBox";
import { PointsBox } from "../controls/PointsBox";
import { WendProblem } from "../protocol/http";
import type { Told } from "../state/jobs";
import { openJobs } from "../state/jobs_view";
import { placesOf, takesTime, usualPlace } from "../state/photo_places";
import type { AskedPhoto, Effort, Place } from "../state/photos";
import {
  type FacePoints,
  ffhqSquare,
  guessed,
  middle,
  moved,
  type PhotoSquare,
  resized,
  turned,
} from "../state/placing";
import { useApp, useModel, useObservable } from "./app";
import styles from "./PhotoDialog.module.css";
import { PlaceAlike } from "./PlaceAlike";
import { Telling } from "./Telling";

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
      {asked && <Form key={asked.question} asked={asked} />}
    </Modal>
  );
}

const WAYS = [
  { value: "frame", label: "Frame" },
  { value: "face", label: "Eyes and mouth" },
] as const;
/** Told for the smallest models and two cores, which take longest for what they are. */
const EFFORTS: readonly {
  readonly value: string;
  readonly label: string;
  readonly effort: Effort;
  readonly why: string;
}[] = [
  { value: "quick", label: "Quick", effort: "Quick", why: "A first likeness, in half the usual time." },
  {
    value: "usual",
    label: "Usual",
    effort: null,
    why: "A minute or two for a small model on two processor cores; less on a graphics card.",
  },
  {
    value: "thorough",
    label: "Thorough",
    effort: "Thorough",
    why: "Five times the steps, and a wider search: nearer, and about four times as long.",
  },
];
/** More than so many choices in a row are written small. */
const MOST_LARGE = 4;
const FACE = ["Eye at the left", "Eye at the right", "Mouth"] as const;

function Form({ asked }: { readonly asked: AskedPhoto }) {
  const { photos, masks, jobsView, drawer } = useApp();
  const model = useModel();
  const [way, setWay] = useState<"frame" | "face">("frame");
  const [square, setSquare] = useState(() => middle(asked));
  /** Whether hands have placed it: what networks say later is not wanted then. */
  const isHeld = useRef(false);
  const [isAlike, setAlike] = useState(false);
  const [points, setPoints] = useState<FacePoints>(() => guessed(asked));
  const places = placesOf(model);
  const [place, setPlace] = useState<Place>(() => usualPlace(places));
  const [effort, setEffort] = useState("usual");
  const src = useMemo(() => URL.createObjectURL(asked.file), [asked.file]);
  useEffect(() => () => URL.revokeObjectURL(src), [src]);
  const face = ffhqSquare(points);
  const hold = (change: (before: PhotoSquare) => PhotoSquare) => {
    isHeld.current = true;
    setAlike(false);
    setSquare(change);
  };
  useEffect(() => {
    let isGone = false;
    photos.placeAlike().then(
      (found) => {
        if (found === null || isGone || isHeld.current) return;
        setSquare(found);
        setAlike(true);
      },
      // Where nothing tells, the middle is as good; the button says why.
      (error: unknown) => {
        if (!(error instanceof WendProblem)) throw error;
      },
    );
    return () => {
      isGone = true;
    };
  }, [photos]);
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Told | null>(null);
  const find = async () => {
    setSending(true);
    setProblem(null);
    try {
      const job = await photos.find({
        square,
        points: way === "face" ? points : null,
        place,
        effort: takesTime(place) ? (EFFORTS.find(({ value }) => value === effort)?.effort ?? null) : null,
      });
      if (job !== null) openJobs(drawer, jobsView, { kind: "job", id: job });
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      setProblem({ code: error.code, sentence: error.sentence, hint: error.hint });
    } finally {
      setSending(false);
    }
  };
  const useAsMask = () => {
    photos.cancel();
    void masks.bring(asked.file);
  };
  const title = model?.title ?? asked.model;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void find();
      }}
    >
      {way === "frame" ? (
        <CropBox
          label="The part to look for. Arrows move it, plus and minus change its size, comma and full stop turn it."
          src={src}
          width={asked.width}
          height={asked.height}
          square={square}
          onMove={(by) => hold((before) => moved(before, by, asked))}
          onResize={(side) => hold((before) => resized(before, side, asked))}
          onTurn={(turn) => hold((before) => turned(before, turn, asked))}
        />
      ) : (
        <PointsBox
          src={src}
          width={asked.width}
          height={asked.height}
          points={points}
          names={FACE}
          square={face}
          onPlace={(index, at) => setPoints((before) => before.with(index, at) as unknown as FacePoints)}
        />
      )}
      <SegmentedControl
        aria-label="Which part"
        fullWidth
        value={way}
        onChange={(value) => setWay(value === "face" ? "face" : "frame")}
        data={[...WAYS]}
      />
      <p className={styles.word}>
        {way === "frame"
          ? `${title} looks for the picture of its own that comes nearest to what lies inside the frame. Drag the frame; the wheel changes its size. Best is a picture placed like the model's own.`
          : "For a model of real faces: put the points on both eyes and the mouth. The dashed square is where FFHQ, on which such models are trained, would have the face."}
      </p>
      {asked.from !== null && (
        <p className={styles.word}>
          It has {asked.from.join(" × ")} pixels, more than are read: it is sent with {asked.width} ×{" "}
          {asked.height}.
        </p>
      )}
      {way === "frame" && isAlike && (
        <p className={styles.word}>
          Networks have placed it like the model’s pictures.{" "}
          <UnstyledButton className={styles.link} onClick={() => hold(() => middle(asked))}>
            Take the middle
          </UnstyledButton>
        </p>
      )}
      {way === "frame" && !isAlike && <PlaceAlike onPlace={(found) => hold(() => found)} />}
      {places.length > 1 && (
        <>
          <SegmentedControl
            aria-label="Where to look"
            fullWidth
            size={places.length > MOST_LARGE ? "xs" : "sm"}
            value={place}
            onChange={(value) => setPlace(places.find((each) => each.value === value)?.value ?? "z")}
            data={places.map(({ value, label }) => ({ value, label }))}
          />
          <p className={styles.word}>{places.find(({ value }) => value === place)?.why}</p>
          <ForChildren model={asked.model} place={place} onChoose={() => setPlace("z")} />
        </>
      )}
      {takesTime(place) && (
        <>
          <SegmentedControl
            aria-label="How long to look"
            fullWidth
            value={effort}
            onChange={setEffort}
            data={EFFORTS.map(({ value, label }) => ({ value, label }))}
          />
          <p className={styles.word}>{sayEffort(effort)}</p>
        </>
      )}
      {problem && <Telling told={problem} />}
      <div className={styles.buttons}>
        <Button
          type="submit"
          variant="filled"
          data-autofocus
          disabled={isSending || (way === "face" && face === null)}
        >
          {isSending ? "Sending the photo…" : "Find it"}
        </Button>
        <Button variant="default" disabled={isSending} onClick={useAsMask}>
          Use as a mask
        </Button>
        <Button variant="subtle" onClick={() => photos.cancel()}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface ForChildrenProps {
  readonly model: string;
  readonly place: Place;
  readonly onChoose: () => void;
}

/** Where models were made from this one, a photo may be wanted in them: they take it from z alone. */
function ForChildren({ model, place, onChoose }: ForChildrenProps) {
  const { kin } = useApp();
  useObservable(kin.all);
  useEffect(() => void kin.learn(model), [kin, model]);
  const [first, ...others] = kin.childrenOf(model);
  if (!first || place === "z") return null;
  const more =
    others.length === 0 ? "" : others.length === 1 ? " or the other" : ` or ${others.length} others`;
  return (
    <p className={styles.word}>
      To see it in {first.title}
      {more} as well, which {others.length === 0 ? "was" : "were"} made from this model,{" "}
      <UnstyledButton className={styles.link} onClick={onChoose}>
        look in z
      </UnstyledButton>
      .
    </p>
  );
}

function sayEffort(effort: string): string {
  return EFFORTS.find(({ value }) => value === effort)?.why ?? "";
}
