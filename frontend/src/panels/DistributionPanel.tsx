/** DistributionPanel: how a factor's values are to be spread over samples, drawn by hand; starts the job. */

import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { HistogramEditor } from "../controls/HistogramEditor";
import { NumberField } from "../controls/NumberField";
import { whole } from "../controls/numbers";
import { WendProblem } from "../protocol/http";
import { MAX_SEED } from "../protocol/wire";
import {
  type FactorWalk,
  factorsOf,
  notationOfFactor,
  readFactor,
  sayFactor,
  sayRange,
  writeFactor,
} from "../state/factor_units";
import { BARS, paint, SHAPES, type Shape } from "../state/histogram";
import type { Told } from "../state/jobs";
import {
  COUNT_RANGE,
  firstDraft,
  SAMPLE_KIND,
  type SampleDraft,
  sampleParams,
  tellOf,
  withShape,
} from "../state/sampling";
import { useApp, useCatalog, useModel, usePicture } from "./app";
import { CommandButton } from "./CommandButton";
import styles from "./DistributionPanel.module.css";
import formStyles from "./JobForm.module.css";
import { Telling } from "./Telling";
import { Word } from "./Word";

const DRAWN = "drawn";
const TITLES: Readonly<Record<Shape, string>> = { uniform: "Uniform", bumps: "Two bumps", bell: "Bell" };

export interface DistributionPanelProps {
  readonly model: string;
  /** The factor to begin with; null: the first. */
  readonly walk: string | null;
}

export function DistributionPanel({ model, walk }: DistributionPanelProps) {
  const { fetchWalks } = useApp();
  const list = useCatalog((state) => state.walks[model]);
  useEffect(() => {
    if (list === undefined) fetchWalks(model);
  }, [fetchWalks, model, list]);
  const walks = factorsOf(list);
  const first = walks.find(({ id }) => id === walk) ?? walks[0];
  if (!first) return <Nothing isKnown={list !== undefined} />;
  return <Form walks={walks} first={first} />;
}

function Nothing({ isKnown }: { readonly isKnown: boolean }) {
  if (!isKnown) return <p className={styles.word}>Asking for the factors…</p>;
  return (
    <div className={styles.nothing}>
      <h3>Choose a distribution</h3>
      <p>It needs a factor to be spread, and this model has none yet.</p>
      <CommandButton id="find-factor" icon="plus" text="Find a factor…" isMain />
    </div>
  );
}

interface FormProps {
  readonly walks: readonly FactorWalk[];
  readonly first: FactorWalk;
}

function Form({ walks, first }: FormProps) {
  const { jobs, jobsView } = useApp();
  const picture = usePicture();
  const model = useModel();
  const [draft, setDraft] = useState<SampleDraft>(() => firstDraft(first));
  const [title, setTitle] = useState("");
  const [isTried, setTried] = useState(false);
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Told | null>(null);
  const walk = walks.find(({ id }) => id === draft.walk) ?? first;
  const { lack, notes } = tellOf(draft, walk);
  const set = (change: Partial<SampleDraft>) => {
    setRefusal(null);
    setDraft((old) => ({ ...old, ...change }));
  };

  const start = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (lack !== null || picture === null) return;
    setSending(true);
    setRefusal(null);
    try {
      const params = sampleParams(draft, picture);
      const job = await jobs.start({ kind: SAMPLE_KIND, params, title: title.trim() });
      jobsView.setState({ pane: { kind: "job", id: job.id } });
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      setRefusal(error);
      setSending(false);
    }
  };

  return (
    <form
      className={formStyles.form}
      aria-label="Choose a distribution"
      onSubmit={(event) => void start(event)}
    >
      <div className={formStyles.head}>
        <h3>Choose a distribution</h3>
        <p>
          Draws samples of {model?.title ?? "the model"} whose <Word of="factor">factor</Word> is spread as
          you draw it here, and leaves all else to chance.
        </p>
      </div>
      <div className={styles.body}>
        <Drawing walk={walk} draft={draft} onChange={set} />
        <Choices walks={walks} walk={walk} draft={draft} onChange={set} />
      </div>
      <div className={formStyles.foot}>
        {refusal && <Telling told={refusal} />}
        {notes.map((note) => (
          <p key={note} className={styles.note} role="status">
            {note}
          </p>
        ))}
        <TextInput
          className={formStyles.name ?? ""}
          size="xs"
          aria-label="Name of the job"
          placeholder="Name (made from the settings if empty)"
          maxLength={120}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        {lack !== null && (isTried || lack !== "") && (
          <span role="status" className={formStyles.count}>
            {lack}
          </span>
        )}
        <Button onClick={() => jobsView.setState({ pane: { kind: "none" } })}>Cancel</Button>
        <Button type="submit" variant="filled" loading={isSending} disabled={lack !== null}>
          Draw {draft.count} samples
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  readonly walk: FactorWalk;
  readonly draft: SampleDraft;
  readonly onChange: (change: Partial<SampleDraft>) => void;
}

function Drawing({ walk, draft, onChange }: PartProps) {
  const notation = notationOfFactor(walk.factor.unit);
  const { low, high, heights, shape } = draft;
  const at = (share: number) => low + share * (high - low);
  const shapes = [
    ...SHAPES.map((value) => ({ value, label: TITLES[value] })),
    { value: DRAWN, label: "By hand", disabled: shape !== null },
  ];
  return (
    <div className={styles.drawing}>
      <SegmentedControl
        size="xs"
        aria-label="Shape"
        value={shape ?? DRAWN}
        data={shapes}
        onChange={(value) => {
          const chosen = SHAPES.find((each) => each === value);
          if (chosen) onChange(withShape(draft, chosen));
        }}
      />
      <HistogramEditor
        label={`How ${walk.title} is to be spread`}
        heights={heights}
        nameOf={(place) => `Share at ${sayFactor(at((place + 0.5) / BARS), notation)}`}
        ends={[
          writeFactor(low, notation).trim(),
          sayFactor(at(0.5), notation),
          writeFactor(high, notation).trim(),
        ]}
        onPaint={(from, to) => onChange({ shape: null, heights: paint(heights, from, to) })}
      />
      <p className={styles.word}>Drag over the bars to draw; down to the floor for none.</p>
    </div>
  );
}

function Choices({ walks, walk, draft, onChange }: PartProps & { readonly walks: readonly FactorWalk[] }) {
  const resolution = useModel()?.resolution ?? null;
  const { factor } = walk;
  const notation = notationOfFactor(factor.unit);
  const end = (name: "low" | "high", label: string) => (
    <div className={styles.field}>
      <span>{label}</span>
      <NumberField
        label={label}
        value={draft[name]}
        min={-1e6}
        max={1e6}
        width={8}
        format={(value) => writeFactor(value, notation)}
        read={(text) => readFactor(text, factor.unit, resolution)}
        onCommit={(value) => onChange({ [name]: value })}
      />
    </div>
  );
  const [least, most] = COUNT_RANGE;
  return (
    <div className={styles.choices}>
      <Select
        size="xs"
        label="Factor"
        data={walks.map(({ id, title }) => ({ value: id, label: title }))}
        value={walk.id}
        allowDeselect={false}
        onChange={(id) => {
          const next = walks.find((each) => each.id === id);
          if (next) onChange({ walk: next.id, low: next.factor.low, high: next.factor.high });
        }}
      />
      {end("low", "From")}
      {end("high", "To")}
      <p className={styles.word}>
        Pictures lie from {sayRange(factor.low, factor.high, notation)} by themselves.
      </p>
      <div className={styles.field}>
        <span>Samples</span>
        <NumberField
          label="Samples"
          value={draft.count}
          min={least}
          max={most}
          width={8}
          isWhole
          format={whole}
          onCommit={(count) => onChange({ count })}
        />
      </div>
      <div className={styles.field}>
        <span>Seed</span>
        <NumberField
          label="Seed of the samples"
          value={draft.seed}
          min={0}
          max={MAX_SEED}
          width={11}
          isWhole
          format={whole}
          onCommit={(seed) => onChange({ seed })}
        />
      </div>
      {factor.attribute === null && (
        <p className={styles.word}>
          No network measures {walk.title} here: only what is predicted is compared.
        </p>
      )}
    </div>
  );
}
