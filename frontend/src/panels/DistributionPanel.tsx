/** DistributionPanel: how factors are to be spread over samples, drawn by hand or like others; starts the job. */

import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { WendProblem } from "../protocol/http";
import type { Params } from "../protocol/wire";
import { type FactorWalk, factorsOf } from "../state/factor_units";
import type { Told } from "../state/jobs";
import {
  draftOfJob,
  firstDraft,
  firstTarget,
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
import { SampleAmounts, SampleTargets } from "./DistributionParts";
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
          <SampleTargets draft={draft} walks={walks} shown={shown} onShow={setShown} onChange={set} />
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
          <SampleAmounts draft={draft} onChange={set}>
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
          </SampleAmounts>
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
