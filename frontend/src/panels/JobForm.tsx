/** JobForm: the parameters of a recipe as a form, made from their schema; starts the job. */

import { Button, TextInput, UnstyledButton } from "@mantine/core";
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { Icon } from "../controls/icons";
import { WendProblem } from "../protocol/http";
import type { Params, RecipeSummary } from "../protocol/wire";
import { findModel } from "../state/catalog";
import {
  check,
  type Draft,
  draftOf,
  heldBy,
  isSubject,
  presetOf,
  presetsOf,
  refusedField,
  withPreset,
} from "../state/job_form";
import { type Field, readFields } from "../state/job_schema";
import type { Told } from "../state/jobs";
import { withoutIdleMasks } from "../state/picture_masks";
import { useApp, useCatalog, usePicture } from "./app";
import { JobField } from "./JobField";
import styles from "./JobForm.module.css";
import { JobPresets } from "./JobPresets";
import { Telling } from "./Telling";
import { useMoreBelow } from "./use_more_below";

/** How high the row of buttons is, which the settings go on beneath. */
const FOOT_PX = 48;

export interface JobFormProps {
  readonly recipe: RecipeSummary;
  /** Null: the recipe's own. */
  readonly params: Params | null;
}

export function JobForm({ recipe, params }: JobFormProps) {
  const { jobs, jobsView } = useApp();
  const picture = usePicture();
  const fields = useMemo(() => readFields(recipe), [recipe]);
  const presets = useMemo(() => presetsOf(fields, recipe), [fields, recipe]);
  const [draft, setDraft] = useState<Draft>(() =>
    draftOf(fields, params ?? {}, {
      model: picture?.model,
      models: picture && [picture.model],
      walk: picture?.edits.at(-1)?.walk,
      class: picture?.class_index,
      picture: picture ? withoutIdleMasks(picture) : undefined,
    }),
  );
  /** What a preset took the place of; nothing once a hand has chosen for itself. */
  const [held, setHeld] = useState<Draft>({});
  const [title, setTitle] = useState("");
  const [isTried, setTried] = useState(false);
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Told | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const end = useRef<HTMLSpanElement>(null);
  const isMore = useMoreBelow(end, FOOT_PX);
  const checked = useMemo(() => check(fields, draft), [fields, draft]);
  const count = Object.keys(checked.problems).length;

  // Not a field: a list unfolds where it gets the keyboard, and would lie over the form.
  useEffect(() => heading.current?.focus(), []);

  useEffect(() => {
    if (refusal) goToMarked(form.current);
  }, [refusal]);

  const start = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (count > 0) {
      // After this round the fields have their marks.
      requestAnimationFrame(() => goToMarked(form.current));
      return;
    }
    setSending(true);
    setRefusal(null);
    try {
      const job = await jobs.start({ kind: recipe.kind, params: checked.params, title: title.trim() });
      jobsView.setState({ pane: { kind: "job", id: job.id } });
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      setRefusal({ code: error.code, sentence: error.sentence, hint: error.hint });
      setSending(false);
    }
  };

  const model = String(draft.model ?? picture?.model ?? "");
  const isPlain = useCatalog((state) => findModel(state, model)?.classes.length === 0);
  const offered = fields.filter(({ needsClasses }) => !(needsClasses && isPlain));
  const refused = refusal && refusedField(offered, refusal.sentence);
  const groups = groupFields(offered.filter(({ isAdvanced }) => !isAdvanced));
  const advanced = groupFields(offered.filter(({ isAdvanced }) => isAdvanced));
  const hidden = fields.filter(
    ({ id, isAdvanced }) => isAdvanced && (checked.problems[id] !== undefined || refused?.id === id),
  );
  const draw = (field: Field) => (
    <JobField
      key={field.id}
      field={field}
      value={draft[field.id]}
      model={model}
      problem={
        (isTried || typeof draft[field.id] === "string" ? checked.problems[field.id] : undefined) ??
        (refused?.id === field.id ? refused.why : undefined)
      }
      onChange={(value) => {
        setDraft((old) => ({ ...old, [field.id]: value }));
        if (isSubject(field)) setHeld({});
        setRefusal(null);
      }}
    />
  );

  return (
    <form
      ref={form}
      className={styles.form}
      aria-label={recipe.title}
      onSubmit={(event) => void start(event)}
    >
      <div className={styles.head}>
        <h3 ref={heading} tabIndex={-1}>
          {recipe.title}
        </h3>
        <p>{recipe.summary}</p>
      </div>
      <JobPresets
        names={Object.keys(presets)}
        chosen={presetOf(fields, presets, draft, held)}
        onChoose={(name) => {
          setDraft(withPreset(fields, presets, name, draft, held));
          setHeld(heldBy(fields, presets, name, draft, held));
          setRefusal(null);
        }}
      />
      {groups.map(([name, members]) => (
        <fieldset key={name} className={styles.group}>
          {name && <legend>{name}</legend>}
          {members.map(draw)}
        </fieldset>
      ))}
      {advanced.length > 0 && (
        <details className={styles.advanced} open={(isTried && hidden.length > 0) || undefined}>
          <summary>Advanced</summary>
          {advanced.map(([name, members]) => (
            <fieldset key={name} className={styles.group}>
              {name && <legend>{name}</legend>}
              {members.map(draw)}
            </fieldset>
          ))}
        </details>
      )}
      <span ref={end} className={styles.end} />
      <div className={styles.foot} data-more={isMore}>
        {refusal && !refused && <Telling told={refusal} />}
        <TextInput
          className={styles.name ?? ""}
          size="xs"
          aria-label="Name of the job"
          placeholder="Name (made from the settings if empty)"
          maxLength={120}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        {isTried && count > 0 && (
          <span role="status" className={styles.count}>
            {count === 1 ? "One setting needs a look." : `${count} settings need a look.`}
          </span>
        )}
        {refused && (
          <span role="alert" className={styles.count}>
            {fields.find(({ id }) => id === refused.id)?.title} cannot be used so.
          </span>
        )}
        {isMore && (
          <UnstyledButton className={styles.more} onClick={() => scrollOn(form.current)}>
            <Icon name="down" /> More settings
          </UnstyledButton>
        )}
        <Button onClick={() => jobsView.setState({ pane: { kind: "none" } })}>Cancel</Button>
        <Button type="submit" variant="filled" loading={isSending}>
          Start
        </Button>
      </div>
    </form>
  );
}

/** To the first setting that cannot be used as it is. */
function goToMarked(form: HTMLElement | null) {
  form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}

/** To the next settings: most of a pane further. */
function scrollOn(form: HTMLElement | null) {
  const pane = form?.closest("[data-scrolls]");
  pane?.scrollBy({ top: 0.7 * pane.clientHeight, behavior: "smooth" });
}

/** Fields under their headings, in the order they come in. */
function groupFields(fields: readonly Field[]): readonly (readonly [string, readonly Field[]])[] {
  const names = [...new Set(fields.map(({ group }) => group))];
  return names.map((name) => [name, fields.filter(({ group }) => group === name)]);
}
