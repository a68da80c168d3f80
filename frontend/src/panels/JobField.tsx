/** JobField: one parameter as the control that fits it, with its help, unit and what is wrong with it. */

import { Button, Checkbox, Select, Switch, TextInput } from "@mantine/core";
import { useEffect } from "react";
import { LayerRangeSlider } from "../controls/LayerRangeSlider";
import type { LayerRange, ModelSummary, Picture } from "../protocol/wire";
import { findModel } from "../state/catalog";
import { sayBounds } from "../state/job_form";
import type { Field, Option } from "../state/job_schema";
import { seedOf } from "../state/picture";
import { withoutIdleMasks } from "../state/picture_masks";
import { useApp, useCatalog, useObservable, usePicture } from "./app";
import { LAYOUT, Offered, PickModels } from "./JobFieldLists";
import styles from "./JobForm.module.css";
import { PickPictures } from "./PickPictures";
import { PickSketches } from "./PickSketches";
import { PictureImage } from "./PictureImage";

export interface JobFieldProps {
  readonly field: Field;
  readonly value: unknown;
  /** The model that the job is for: what walks, layers and classes are of. */
  readonly model: string;
  readonly problem: string | undefined;
  readonly onChange: (value: unknown) => void;
}

/** More options than this are found by typing. */
const SEARCH_FROM = 8;

export function JobField(props: JobFieldProps) {
  const { field, value, problem, onChange } = props;
  const { control, title } = field;
  const shared = { ...LAYOUT, label: title, description: field.help, error: problem };
  switch (control.kind) {
    case "text":
      if (control.isPictures) return <PickPictures {...props} offers={control.offers ?? []} />;
      return control.offers ? <Offered {...props} offers={control.offers} /> : <Typed {...props} />;
    case "number":
    case "numbers":
    case "json":
      return <Typed {...props} />;
    case "switch":
      return (
        <Switch
          className={styles.switch ?? ""}
          label={title}
          description={field.help}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "choice":
      return <Chosen {...props} options={control.options} nothing={field.isNullable ? "none" : ""} />;
    case "choices":
      return (
        <Checkbox.Group
          {...shared}
          value={listOf(value).map(String)}
          onChange={(chosen) =>
            onChange(
              control.options
                .filter((option) => chosen.includes(String(option.value)))
                .map((option) => option.value),
            )
          }
        >
          <div className={styles.choices}>
            {control.options.map((option) => (
              <Checkbox
                key={String(option.value)}
                size="xs"
                color="var(--accent)"
                iconColor="var(--on-accent)"
                value={String(option.value)}
                label={option.label}
              />
            ))}
          </div>
        </Checkbox.Group>
      );
    case "pick":
      return <Picked {...props} />;
    default:
      return control satisfies never;
  }
}

function Typed({ field, value, problem, onChange }: JobFieldProps) {
  const { control, unit, isNullable } = field;
  const range = control.kind === "number" || control.kind === "numbers" ? sayBounds(control.bounds) : "";
  const isNumber = control.kind === "number";
  return (
    <TextInput
      {...LAYOUT}
      label={field.title}
      description={[field.help, range && `${range}${unit ? ` ${unit}` : ""}.`].filter(Boolean).join(" ")}
      error={problem}
      value={String(value ?? "")}
      placeholder={isNullable ? "empty" : ""}
      inputMode={isNumber && control.bounds.isWhole ? "numeric" : isNumber ? "decimal" : "text"}
      autoComplete="off"
      spellCheck={false}
      classNames={{ input: isNumber ? (styles.number ?? "") : "" }}
      {...(unit && { rightSection: <span className={styles.unit}>{unit}</span>, rightSectionWidth: "auto" })}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Mantine's lists know texts only; the values are what the server gave. */
function selectOf(options: readonly Option[], value: unknown, onChange: (value: unknown) => void) {
  return {
    data: options.map((option) => ({ value: JSON.stringify(option.value), label: option.label })),
    value: value === null || value === undefined ? null : JSON.stringify(value),
    allowDeselect: false,
    searchable: options.length >= SEARCH_FROM,
    nothingFoundMessage: "Nothing of that name",
    onChange: (chosen: string | null) => onChange(chosen === null ? null : JSON.parse(chosen)),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function Picked(props: JobFieldProps) {
  const model = useCatalog((state) => findModel(state, props.model)) ?? null;
  const { control } = props.field;
  if (control.kind !== "pick") return null;
  switch (control.of) {
    case "model":
      return <PickModel {...props} />;
    case "models":
      return <PickModels {...props} />;
    case "walk":
      return <PickWalk {...props} />;
    case "class":
      return model && model.classes.length === 0 ? null : <PickClass {...props} of={model} />;
    case "layers":
      return model && model.layer_names.length < 2 ? null : (
        <PickLayers {...props} of={model} isPair={control.isPair} />
      );
    case "picture":
      return <PickPicture {...props} />;
    case "mask":
      return <PickMask {...props} />;
    case "sketches":
      return <PickSketches {...props} />;
    default:
      return control.of satisfies never;
  }
}

interface ChosenProps extends JobFieldProps {
  readonly options: readonly Option[];
  /** What stands in the field while nothing is chosen. */
  readonly nothing: string;
}

/** One of a list. */
function Chosen({ field, value, problem, onChange, options, nothing }: ChosenProps) {
  return (
    <Select
      {...LAYOUT}
      label={field.title}
      description={field.help}
      error={problem}
      placeholder={nothing}
      clearable={field.isNullable}
      {...selectOf(options, value, onChange)}
    />
  );
}

function PickModel(props: JobFieldProps) {
  const models = useCatalog((state) => state.models);
  const options = models.map(({ id, title }) => ({ value: id, label: title }));
  return <Chosen {...props} options={options} nothing={props.field.isNullable ? "none" : "Choose a model"} />;
}

/** A picture is the one on the stage, now or when the form was opened. */
function PickPicture({ field, value, problem, onChange }: JobFieldProps) {
  const onStage = usePicture();
  const chosen = value as Picture | null;
  const now = onStage && withoutIdleMasks(onStage);
  const isNow = JSON.stringify(chosen && withoutIdleMasks(chosen)) === JSON.stringify(now);
  return (
    <div className={styles.picture}>
      {chosen && <PictureImage picture={chosen} className={styles.image ?? ""} />}
      <div>
        <p>{field.title}</p>
        <p className={styles.of}>{chosen ? sayPicture(chosen) : (problem ?? "None yet.")}</p>
        {!isNow && now && <Button onClick={() => onChange(now)}>Take the one on the stage</Button>}
      </div>
    </div>
  );
}

function sayPicture(picture: Picture): string {
  const moved = picture.edits.filter(({ alpha }) => alpha !== 0).length;
  const sliders = moved === 0 ? "no slider moved" : `${moved} slider${moved === 1 ? "" : "s"} moved`;
  return `${picture.model}, seed ${seedOf(picture)}, ${sliders}.`;
}

/** Masks of the picture on the stage; one that was given and is none of them any more is kept. */
function PickMask(props: JobFieldProps) {
  const masks = usePicture()?.masks ?? [];
  const options = masks.map(({ name, image }) => ({ value: image, label: name }));
  const isOther = typeof props.value === "string" && !masks.some(({ image }) => image === props.value);
  const other = isOther ? [{ value: String(props.value), label: "an earlier region" }] : [];
  return <Chosen {...props} options={[...options, ...other]} nothing="Paint one on the stage first" />;
}

function PickWalk(props: JobFieldProps) {
  const { field, value, model } = props;
  const { fetchWalks, live } = useApp();
  const list = useCatalog((state) => state.walks[model]);
  const untold = useCatalog((state) => state.untold[model]);
  const isOpen = useObservable(live.connection).state === "open";
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew once the server is back
  useEffect(() => {
    if (model !== "" && list === undefined) fetchWalks(model);
  }, [fetchWalks, model, list, isOpen]);
  const options = (list?.walks ?? []).map(({ id, title }) => ({ value: id, label: title }));
  // One that another model has would only be refused.
  const isKnown = options.some((option) => option.value === value);
  const coming = untold ? `Not known: ${untold.sentence}` : "Asking for the sliders…";
  const nothing = list ? (field.isNullable ? "none" : "Choose a slider") : coming;
  return <Chosen {...props} value={isKnown ? value : null} options={options} nothing={nothing} />;
}

interface OfModel extends JobFieldProps {
  readonly of: ModelSummary | null;
}

function PickClass({ of, ...props }: OfModel) {
  const options = (of?.classes ?? []).map((label, index) => ({ value: index, label }));
  return (
    <Chosen
      {...props}
      options={options}
      nothing={props.field.isNullable ? "all classes" : "Choose a class"}
    />
  );
}

function PickLayers({ field, value, problem, onChange, of, isPair }: OfModel & { readonly isPair: boolean }) {
  const names = of?.layer_names ?? [];
  const rows = readRows(value);
  const write = ({ start, end }: LayerRange) => onChange(isPair ? [start, end] : { start, end });
  return (
    <div className={styles.layers}>
      <Switch
        label={`${field.title}: all`}
        description={field.help}
        checked={rows === null}
        disabled={!field.isNullable && rows === null}
        onChange={(event) =>
          event.currentTarget.checked ? onChange(null) : write({ start: 0, end: names.length })
        }
      />
      {rows && (
        <LayerRangeSlider
          label={field.title}
          rows={rows}
          names={names}
          onPreview={write}
          onCommit={write}
          onForeignChange={() => () => undefined}
        />
      )}
      {problem && <p className={styles.problem}>{problem}</p>}
    </div>
  );
}

function readRows(value: unknown): LayerRange | null {
  if (Array.isArray(value)) {
    const [start, end] = value as readonly unknown[];
    return typeof start === "number" && typeof end === "number" ? { start, end } : null;
  }
  const { start, end } = (value ?? {}) as { readonly start?: unknown; readonly end?: unknown };
  return typeof start === "number" && typeof end === "number" ? { start, end } : null;
}
