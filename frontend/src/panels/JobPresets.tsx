/** JobPresets: named settings to begin a job with, ours in a row and published ones in a list. */

import { type ComboboxData, SegmentedControl, Select } from "@mantine/core";
import styles from "./JobForm.module.css";

/** More presets than this do not fit in a row. */
const AT_A_GLANCE = 5;

/** Parts whose settings they are from what they are for. */
const SOURCE = ": ";

/** Stands for parameters that no preset has. */
const OWN = "";

interface JobPresetsProps {
  readonly names: readonly string[];
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
}

/** Ours stand in a row. Published ones, each made for one generator and edit, are a list that is folded up. */
export function JobPresets({ names, chosen, onChoose }: JobPresetsProps) {
  if (names.length === 0) return null;
  const ours = names.filter((name) => !name.includes(SOURCE));
  const groups = groupPresets(names.filter((name) => name.includes(SOURCE)));
  const own = { value: OWN, label: "Your own", disabled: chosen !== null };
  return (
    <div className={styles.presets}>
      {ours.length > AT_A_GLANCE ? (
        <PresetList
          title="Settings to begin with"
          hint="Your own"
          data={ours.map((name) => ({ value: name, label: sayPreset(name) }))}
          chosen={chosen !== null && ours.includes(chosen) ? chosen : null}
          onChoose={onChoose}
        />
      ) : (
        <SegmentedControl
          size="xs"
          aria-label="Settings to begin with"
          data={[...ours.map((name) => ({ value: name, label: sayPreset(name) })), own]}
          value={chosen ?? OWN}
          onChange={(name) => name !== OWN && onChoose(name)}
        />
      )}
      {[...groups].map(([source, data]) => (
        <PresetList
          key={source}
          title={source}
          hint={`${source}…`}
          data={data}
          // A list keeps the last words of a choice that it does not know.
          chosen={chosen?.startsWith(`${source}${SOURCE}`) ? chosen : null}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

interface PresetListProps {
  readonly title: string;
  readonly hint: string;
  readonly data: ComboboxData;
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
}

function PresetList({ title, hint, data, chosen, onChoose }: PresetListProps) {
  return (
    <Select
      size="xs"
      w={280}
      aria-label={title}
      placeholder={hint}
      data={data}
      value={chosen}
      searchable
      openOnFocus={false}
      selectFirstOptionOnChange
      allowDeselect={false}
      nothingFoundMessage="Nothing of that name"
      onChange={(name) => name !== null && onChoose(name)}
    />
  );
}

/** `As published: BigGAN, zoom` stands in the list `As published` under `BigGAN` as `BigGAN, zoom`. */
function groupPresets(names: readonly string[]): ReadonlyMap<string, ComboboxData> {
  const lists = new Map<string, { group: string; items: { value: string; label: string }[] }[]>();
  for (const name of names) {
    const [source = "", ...rest] = name.split(SOURCE);
    const label = sayPreset(rest.join(SOURCE));
    const [group = ""] = label.split(", ");
    const list = lists.get(source) ?? [];
    lists.set(source, list);
    const place = list.find((each) => each.group === group);
    if (place) place.items.push({ value: name, label });
    else list.push({ group, items: [{ value: name, label }] });
  }
  return lists;
}

function sayPreset(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}
