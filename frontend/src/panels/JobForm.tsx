/** JobForm: the parameters of a recipe as a form, made from their schema; starts the job. */

import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { WendProblem } from "../protocol/http";
import type { Params, RecipeSummary } from "../protocol/wire";
import { check, type Draft, draftOf, presetOf, presetsOf, withPreset } from "../state/job_form";
import { type Field, readFields } from "../state/job_schema";
import type { Told } from "../state/jobs";
import { useApp, usePicture } from "./app";
import { JobField } from "./JobField";
import styles from "./JobForm.module.css";
import { Telling } from "./Telling";

/** More presets than this do not fit in a row. */
const AT_A_GLANCE = 5;

/** Stands for parameters that no preset has. */
const OWN = "";

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
      walk: picture?.edits.at(-1)?.walk,
      class: picture?.class_index,
    }),
  );
  const [title, setTitle] = useState("");
  const [isTried, setTried] = useState(false);
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Told | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const checked = useMemo(() => check(fields, draft), [fields, draft]);
  const count = Object.keys(checked.problems).length;

  useEffect(() => form.current?.querySelector<HTMLElement>("input:not([type=hidden])")?.focus(), []);

  const start = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (count > 0) {
      // After this round the fields have their marks.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
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
  const groups = groupFields(fields.filter(({ isAdvanced }) => !isAdvanced));
  const advanced = groupFields(fields.filter(({ isAdvanced }) => isAdvanced));
  const hidden = fields.filter(({ id, isAdvanced }) => isAdvanced && checked.problems[id] !== undefined);
  const draw = (field: Field) => (
    <JobField
      key={field.id}
      field={field}
      value={draft[field.id]}
      model={model}
      problem={isTried || typeof draft[field.id] === "string" ? checked.problems[field.id] : undefined}
      onChange={(value) => setDraft((old) => ({ ...old, [field.id]: value }))}
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
        <h3>{recipe.title}</h3>
        <p>{recipe.summary}</p>
      </div>
      <Presets
        names={Object.keys(presets)}
        chosen={presetOf(fields, presets, draft)}
        onChoose={(name) => setDraft((old) => withPreset(fields, presets, name, old))}
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
      <div className={styles.foot}>
        {refusal && <Telling told={refusal} />}
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
        <Button onClick={() => jobsView.setState({ pane: { kind: "none" } })}>Cancel</Button>
        <Button type="submit" variant="filled" loading={isSending}>
          Start
        </Button>
      </div>
    </form>
  );
}

interface PresetsProps {
  readonly names: readonly string[];
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
}

function Presets({ names, chosen, onChoose }: PresetsProps) {
  if (names.length === 0) return null;
  if (names.length > AT_A_GLANCE) {
    return (
      <Select
        className={styles.presets ?? ""}
        size="xs"
        w={320}
        label="Settings to begin with"
        placeholder="Your own"
        data={groupPresets(names)}
        value={chosen}
        searchable
        allowDeselect={false}
        nothingFoundMessage="Nothing of that name"
        onChange={(name) => name !== null && onChoose(name)}
      />
    );
  }
  const own = { value: OWN, label: "Your own", disabled: chosen !== null };
  return (
    <SegmentedControl
      className={styles.presets ?? ""}
      size="xs"
      aria-label="Settings to begin with"
      data={[...names.map((name) => ({ value: name, label: sayPreset(name) })), own]}
      value={chosen ?? OWN}
      onChange={(name) => name !== OWN && onChoose(name)}
    />
  );
}

/** `As published: BigGAN, zoom` stands as `BigGAN, zoom` under `As published`. */
function groupPresets(names: readonly string[]) {
  const split = names.map((name) => {
    const [group = "", ...rest] = name.split(": ");
    return rest.length === 0
      ? { value: name, group: "", label: sayPreset(name) }
      : { value: name, group, label: sayPreset(rest.join(": ")) };
  });
  return [...new Set(split.map(({ group }) => group))].map((group) => ({
    group,
    items: split.filter((each) => each.group === group).map(({ value, label }) => ({ value, label })),
  }));
}

function sayPreset(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}

/** Fields under their headings, in the order they come in. */
function groupFields(fields: readonly Field[]): readonly (readonly [string, readonly Field[]])[] {
  const names = [...new Set(fields.map(({ group }) => group))];
  return names.map((name) => [name, fields.filter(({ group }) => group === name)]);
}
