/** TargetFields: one factor and how it is to be spread: a shape, a drawing, or as in other pictures. */

import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { FileChooser } from "../controls/FileChooser";
import { HistogramEditor } from "../controls/HistogramEditor";
import { NumberField } from "../controls/NumberField";
import { WendProblem } from "../protocol/http";
import {
  type FactorWalk,
  notationOfFactor,
  readFactor,
  sayFactor,
  sayRange,
  writeFactor,
} from "../state/factor_units";
import { BARS, bellWithin, paint, SHAPES, type Shape } from "../state/histogram";
import type { Told } from "../state/jobs";
import type { Sending } from "../state/picture_sets";
import { MAX_LIKE_IMAGES, type TargetDraft, withShape } from "../state/sampling";
import { useApp, useModel } from "./app";
import styles from "./DistributionPanel.module.css";
import { SendingLine } from "./SendingLine";
import { Telling } from "./Telling";

const TITLES: Readonly<Record<TargetDraft["shape"], string>> = {
  uniform: "Uniform",
  bumps: "Two bumps",
  bell: "Bell",
  drawn: "By hand",
  like: "As in pictures",
} satisfies Readonly<Record<Shape | "drawn" | "like", string>>;

const ALL: readonly TargetDraft["shape"][] = [...SHAPES, "drawn", "like"];

/** As far as numbers are sent; what a factor reaches is told by the server. */
const MOST = 1e6;

export interface TargetFieldsProps {
  readonly walk: FactorWalk;
  /** Those it may be of. */
  readonly walks: readonly FactorWalk[];
  readonly target: TargetDraft;
  /** Told how, not to what: of the target as it is by then. */
  readonly onChange: (change: (target: TargetDraft) => TargetDraft) => void;
}

export function TargetFields({ walk, walks, target, onChange }: TargetFieldsProps) {
  return (
    <>
      <div className={styles.drawing}>
        <SegmentedControl
          size="xs"
          aria-label="Shape"
          value={target.shape}
          data={ALL.map((value) => ({ value, label: TITLES[value] }))}
          onChange={(value) => {
            const shape = ALL.find((each) => each === value) ?? "uniform";
            onChange((old) => withShape(old, shape));
          }}
        />
        {target.shape === "like" ? (
          <Like target={target} onChange={onChange} />
        ) : (
          <Drawing walk={walk} target={target} onChange={onChange} />
        )}
      </div>
      <Range walk={walk} walks={walks} target={target} onChange={onChange} />
    </>
  );
}

type PartProps = Omit<TargetFieldsProps, "walks">;

function Drawing({ walk, target, onChange }: PartProps) {
  const notation = notationOfFactor(walk.factor.unit);
  const { low, high, heights } = target;
  const at = (share: number) => low + share * (high - low);
  return (
    <HistogramEditor
      label={`How ${walk.title} is to be spread: drag over the bars, down to the floor for none`}
      heights={heights}
      nameOf={(place) => `Share at ${sayFactor(at((place + 0.5) / BARS), notation)}`}
      ends={[
        writeFactor(low, notation).trim(),
        sayFactor(at(0.5), notation),
        writeFactor(high, notation).trim(),
      ]}
      line={bellWithin(walk.factor, low, high)}
      onPaint={(from, to) =>
        onChange((old) => ({ ...old, shape: "drawn", heights: paint(old.heights, from, to) }))
      }
    />
  );
}

function Range({ walk, walks, target, onChange }: TargetFieldsProps) {
  const resolution = useModel()?.resolution ?? null;
  const { factor } = walk;
  const notation = notationOfFactor(factor.unit);
  const end = (name: "low" | "high", label: string) => (
    <div className={styles.field}>
      <span>{label}</span>
      <NumberField
        label={label}
        value={target[name]}
        min={-MOST}
        max={MOST}
        width={7}
        format={(value) => writeFactor(value, notation)}
        read={(text) => readFactor(text, factor.unit, resolution)}
        onCommit={(value) => onChange((old) => ({ ...old, [name]: value }))}
      />
    </div>
  );
  return (
    <div className={styles.choices}>
      <Select
        size="xs"
        aria-label="Factor"
        data={walks.map(({ id, title }) => ({ value: id, label: title }))}
        value={walk.id}
        allowDeselect={false}
        onChange={(id) => {
          const next = walks.find((each) => each.id === id);
          if (!next) return;
          const { low, high } = next.factor;
          onChange((old) => ({ ...old, walk: next.id, low, high }));
        }}
      />
      {target.shape !== "like" && (
        <>
          {end("low", "From")}
          {end("high", "To")}
        </>
      )}
      <p className={styles.word}>
        {walk.factor.attribute === null && "No network measures it here. "}
        By itself {sayRange(factor.low, factor.high, notation)}: about the dashed line.
      </p>
    </div>
  );
}

/** Pictures that were brought, or a world: their own values are measured, and the samples follow those. */
function Like({ target, onChange }: Omit<PartProps, "walk">) {
  const { keepPhoto } = useApp();
  const [problem, setProblem] = useState<Told | null>(null);
  const [sending, setSending] = useState<Sending | null>(null);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const sendOne = async (file: File, signal: AbortSignal) => {
    try {
      const { id } = await keepPhoto(file, signal);
      onChange((old) => (old.images.includes(id) ? old : { ...old, images: [...old.images, id] }));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof WendProblem)) throw error;
      setProblem({ code: error.code, sentence: `${file.name}: ${error.sentence}`, hint: error.hint });
    }
  };
  const bring = async (files: readonly File[]) => {
    const taken = files.slice(0, Math.max(0, MAX_LIKE_IMAGES - target.images.length));
    setProblem(taken.length < files.length ? tooMany(files.length - taken.length) : null);
    stop.current = new AbortController();
    const { signal } = stop.current;
    for (const [sent, file] of taken.entries()) {
      // It was stopped, the form closed, or another shape chosen: the rest is not wanted any more.
      if (signal.aborted) break;
      setSending({ sent, total: taken.length });
      await sendOne(file, signal);
    }
    setSending(null);
  };
  const count = target.images.length;
  return (
    <div className={styles.like}>
      <p className={styles.word}>
        The values of other pictures are measured, and the samples are spread as they are.
      </p>
      <div className={styles.pictures}>
        <FileChooser
          label="Pictures to be like"
          accept="image/png,image/jpeg,image/webp"
          isMany
          onChooseAll={(files) => void bring(files)}
        >
          {(choose) => (
            <Button loading={sending !== null} onClick={choose}>
              Choose pictures…
            </Button>
          )}
        </FileChooser>
        {!sending && count > 0 && (
          <span role="status">
            {count} {count === 1 ? "picture" : "pictures"}
          </span>
        )}
        {count > 0 && (
          <Button variant="subtle" onClick={() => onChange((old) => ({ ...old, images: [] }))}>
            Forget them
          </Button>
        )}
      </div>
      {sending && <SendingLine {...sending} onStop={() => stop.current.abort()} />}
      {count === 0 && (
        <TextInput
          size="xs"
          label="Or a world, or a variant of one"
          placeholder="portraits:head_x.sd=2x"
          value={target.world}
          maxLength={1000}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            const world = event.currentTarget.value;
            onChange((old) => ({ ...old, world }));
          }}
        />
      )}
      {problem && <Telling told={problem} />}
    </div>
  );
}

function tooMany(count: number): Told {
  return {
    code: "too_many_pictures",
    sentence: `${count} ${count === 1 ? "picture was" : "pictures were"} left out.`,
    hint: `A distribution is like ${MAX_LIKE_IMAGES} pictures at most.`,
  };
}
