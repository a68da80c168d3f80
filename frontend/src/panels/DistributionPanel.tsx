/** DistributionPanel: how factors are to be spread over samples, drawn by hand or like others; starts the job. */

import { Button, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { NumberField } from "../controls/NumberField";
import { whole } from "../controls/numbers";
import { WendProblem } from "../protocol/http";
import type { Params } from "../protocol/wire";
import { type FactorWalk, factorsOf } from "../state/factor_units";
import type { Told } from "../state/jobs";
import {
  COUNT_RANGE,
  draftOfJob,
  firstDraft,
  firstTarget,
  MAX_SAMPLE_SEED,
  MAX_SAMPLE_TARGETS,
  SAMPLE_KIND,
  type SampleDraft,
  sampleParams,
  type TargetDraft,
  tellOf,
} from "../state/sampling";
import { useApp, useCatalog, useModel, useObservable, usePicture } from "./app";
import { CommandButton } from "./CommandButton";
import styles from "./DistributionPanel.module.css";
import formStyles from "./JobForm.module.css";
import { TargetFields } from "./TargetFields";
import { Telling } from "./Telling";
import { Word } from "./Word";

export interface DistributionPanelProps {
  readonly model: string;
  /** The factor to begin with; null: the first. */
  readonly walk: string | null;
  /** What another job was told, to begin with that. */
  readonly params: Params | null;
}

export function DistributionPanel({ model, walk, params }: DistributionPanelProps) {
  const { fetchWalks } = useApp();
  const list = useCatalog((state) => state.walks[model]);
  const problem = useCatalog((state) => state.untold[model]);
  const onStage = usePicture()?.model;
  useEffect(() => {
    if (list === undefined && model !== "") fetchWalks(model);
  }, [fetchWalks, model, list]);
  const walks = factorsOf(list);
  const first = walks.find(({ id }) => id === walk) ?? walks[0];
  if (!first)
    return (
      <Nothing
        isKnown={list !== undefined || model === ""}
        isOnStage={onStage === model}
        problem={problem}
        onAsk={() => fetchWalks(model)}
      />
    );
  const draft = (params && draftOfJob(params, walks)) ?? firstDraft(first);
  return <Form model={model} walks={walks} first={draft} />;
}

interface NothingProps {
  readonly isKnown: boolean;
  readonly isOnStage: boolean;
  /** Why the factors could not be asked for. */
  readonly problem: Told | undefined;
  readonly onAsk: () => void;
}

function Nothing({ isKnown, isOnStage, problem, onAsk }: NothingProps) {
  const isOpen = useObservable(useApp().live.connection).state === "open";
  // Asked anew once the server is back, and not for every answer that fails.
  const lacking = useRef<(() => void) | null>(null);
  useEffect(() => {
    lacking.current = problem ? onAsk : null;
  });
  useEffect(() => {
    if (isOpen) lacking.current?.();
  }, [isOpen]);
  if (!isKnown && problem)
    return (
      <div className={styles.nothing}>
        <Telling told={problem}>
          <Button onClick={onAsk}>Ask again</Button>
        </Telling>
      </div>
    );
  if (!isKnown) return <p className={styles.word}>Asking for the factors…</p>;
  return (
    <div className={styles.nothing}>
      <h3>Choose a distribution</h3>
      <p>It needs a factor to be spread, and this model has none yet.</p>
      {isOnStage && <CommandButton id="find-factor" icon="plus" text="Find a factor…" isMain />}
    </div>
  );
}

interface FormProps {
  readonly model: string;
  readonly walks: readonly FactorWalk[];
  readonly first: SampleDraft;
}

function Form({ model, walks, first }: FormProps) {
  const { jobs, jobsView } = useApp();
  const picture = usePicture();
  const name = useModel()?.title ?? model;
  const [draft, setDraft] = useState(first);
  const [shown, setShown] = useState(0);
  const [title, setTitle] = useState("");
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Told | null>(null);
  const walkOf = (target: TargetDraft) => walks.find(({ id }) => id === target.walk);
  const told = draft.targets.map((target) => {
    const walk = walkOf(target);
    return walk ? tellOf(target, walk) : { lack: "A factor is not there any more.", notes: [] };
  });
  const isElsewhere = picture?.model !== model;
  const lack = isElsewhere
    ? "Another model is on the stage: choose this one's factors there."
    : (told.find((each) => each.lack !== null)?.lack ?? null);
  const target = draft.targets[Math.min(shown, draft.targets.length - 1)];
  const walk = target && walkOf(target);
  const offered = walks.filter(
    ({ id }) => !draft.targets.some((each) => each !== target && each.walk === id),
  );
  const free = walks.find(({ id }) => !draft.targets.some((each) => each.walk === id));
  const set = (change: Partial<SampleDraft>) => {
    setRefusal(null);
    setDraft((old) => ({ ...old, ...change }));
  };
  // Of what it is by then: strokes come faster than they are drawn, and pictures after the hand went on.
  const changeTarget = (of: string) => (change: (target: TargetDraft) => TargetDraft) => {
    setRefusal(null);
    setDraft((old) => ({
      ...old,
      targets: old.targets.map((each) => (each.walk === of ? change(each) : each)),
    }));
  };

  const start = async (event: FormEvent) => {
    event.preventDefault();
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
      <div className={styles.head}>
        <h3>Choose a distribution</h3>
        <p>
          Samples of {name} whose <Word of="factor">factor</Word> is spread as drawn; all else by chance.
        </p>
        {draft.targets.length > 1 && (
          <Targets draft={draft} walks={walks} shown={shown} onShow={setShown} onChange={set} />
        )}
      </div>
      {target && walk && (
        <div className={styles.body}>
          <TargetFields
            key={target.walk}
            walk={walk}
            walks={offered}
            target={target}
            onChange={changeTarget(target.walk)}
          />
          <Amounts draft={draft} onChange={set}>
            {free && draft.targets.length < MAX_SAMPLE_TARGETS && (
              <Button
                onClick={() => {
                  set({ targets: [...draft.targets, firstTarget(free)] });
                  setShown(draft.targets.length);
                }}
              >
                And another factor
              </Button>
            )}
          </Amounts>
        </div>
      )}
      <div className={formStyles.foot}>
        {refusal && <Telling told={refusal} />}
        {told.flatMap(({ notes }) =>
          notes.map((note) => (
            <p key={note} className={styles.note} role="status">
              {note}
            </p>
          )),
        )}
        <TextInput
          className={formStyles.name ?? ""}
          size="xs"
          aria-label="Name of the job"
          placeholder="Name (made from the settings if empty)"
          maxLength={120}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        {lack !== null && (
          <span role="status" className={formStyles.count}>
            {lack}
          </span>
        )}
        <Button onClick={() => jobsView.setState({ pane: { kind: "none" } })}>Cancel</Button>
        <Button type="submit" variant="filled" loading={isSending} disabled={lack !== null}>
          {draft.count === 1 ? "Draw one sample" : `Draw ${draft.count} samples`}
        </Button>
      </div>
    </form>
  );
}

interface TargetsProps {
  readonly draft: SampleDraft;
  readonly walks: readonly FactorWalk[];
  /** Place of the one that is shown. */
  readonly shown: number;
  readonly onShow: (place: number) => void;
  readonly onChange: (change: Partial<SampleDraft>) => void;
}

/** Several factors at once: which one is shown, and one less. */
function Targets({ draft: { targets }, walks, shown, onShow, onChange }: TargetsProps) {
  return (
    <span className={styles.targets}>
      <SegmentedControl
        size="xs"
        aria-label="Factor that is shown"
        value={String(shown)}
        data={targets.map(({ walk }, place) => ({
          value: String(place),
          label: walks.find(({ id }) => id === walk)?.title ?? walk,
        }))}
        onChange={(place) => onShow(Number(place))}
      />
      <IconButton
        icon="close"
        label="Leave this factor to chance"
        onClick={() => {
          onChange({ targets: targets.filter((_, place) => place !== shown) });
          onShow(0);
        }}
      />
    </span>
  );
}

interface AmountsProps {
  readonly draft: SampleDraft;
  readonly onChange: (change: Partial<SampleDraft>) => void;
  readonly children: ReactNode;
}

function Amounts({ draft, onChange, children }: AmountsProps) {
  const [least, most] = COUNT_RANGE;
  return (
    <div className={styles.choices}>
      <div className={styles.field}>
        <span>Samples</span>
        <NumberField
          label="Samples"
          value={draft.count}
          min={least}
          max={most}
          width={7}
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
          max={MAX_SAMPLE_SEED}
          width={7}
          isWhole
          format={whole}
          hint="Seed s takes the model's seeds from 100 000 s on."
          onCommit={(seed) => onChange({ seed })}
        />
      </div>
      <Switch
        label="Measure each"
        title="Draws, measures and corrects every sample: truer, and some four times as long"
        checked={draft.isClosed}
        onChange={(event) => onChange({ isClosed: event.currentTarget.checked })}
      />
      {children}
    </div>
  );
}
