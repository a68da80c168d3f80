/** ClassPicker: which class a class-conditional model draws; nothing at all for the others. */

import { Select } from "@mantine/core";
import { withClass } from "../state/picture";
import { useApp, useModel, usePicture } from "./app";

/** Fewer names than this are taken in at a glance; more are found by typing. */
const SEARCH_FROM = 8;

export function ClassPicker() {
  const { editor } = useApp();
  const picture = usePicture();
  const classes = useModel()?.classes ?? [];
  if (!picture || classes.length === 0) return null;
  const index = picture.class_index;
  // A link may name a class that this model does not have: then none is chosen, and the server says why.
  const isKnown = index !== null && index < classes.length;
  return (
    <Select
      label="Class"
      size="xs"
      data={inOrder(classes)}
      value={isKnown ? String(index) : null}
      placeholder="Choose a class"
      searchable={classes.length >= SEARCH_FROM}
      nothingFoundMessage="No class of that name"
      // Enter takes the first that fits.
      selectFirstOptionOnChange
      allowDeselect={false}
      // The name of the present class stands in the field: what is typed must take its place, not follow it.
      onFocus={(event) => event.currentTarget.select()}
      onClick={(event) => event.currentTarget.select()}
      onChange={(value) => {
        if (value === null) return;
        editor.commit(`Class ${classes[Number(value)]}`, withClass(Number(value)));
      }}
    />
  );
}

/** The classes by their names, each with the index that the model knows it by. */
function inOrder(classes: readonly string[]) {
  return classes
    .map((label, index) => ({ label, value: String(index) }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
