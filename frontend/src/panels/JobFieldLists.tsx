/** JobFieldLists: parameters that are several models, or a text with some to choose from. */

import { Autocomplete, MultiSelect, type TextInputProps } from "@mantine/core";
import { useCatalog } from "./app";
import type { JobFieldProps } from "./JobField";

/** Help stands below its field, so that the fields of a row stand in line. */
export const LAYOUT = {
  size: "xs",
  inputWrapperOrder: ["label", "input", "error", "description"],
} satisfies Pick<TextInputProps, "size" | "inputWrapperOrder">;

/** Any text, with some to choose from. */
export function Offered({
  field,
  value,
  problem,
  onChange,
  offers,
}: JobFieldProps & { readonly offers: readonly string[] }) {
  return (
    <Autocomplete
      {...LAYOUT}
      label={field.title}
      description={field.help}
      error={problem}
      data={[...offers]}
      value={String(value ?? "")}
      autoComplete="off"
      spellCheck={false}
      openOnFocus={false}
      onChange={onChange}
    />
  );
}

/** More than these do not fit into one figure. */
const MOST_MODELS = 4;

export function PickModels({ field, value, problem, onChange }: JobFieldProps) {
  const models = useCatalog((state) => state.models);
  return (
    <MultiSelect
      {...LAYOUT}
      label={field.title}
      description={field.help}
      error={problem}
      data={models.map(({ id, title }) => ({ value: id, label: title }))}
      value={Array.isArray(value) ? value.map(String) : []}
      maxValues={MOST_MODELS}
      searchable
      hidePickedOptions
      nothingFoundMessage="Nothing of that name"
      onChange={(chosen) => onChange(chosen.length === 0 ? null : chosen)}
    />
  );
}
