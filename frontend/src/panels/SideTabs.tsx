/** SideTabs: in a narrow window, which of the two columns beside the stage is there. */

import { SegmentedControl } from "@mantine/core";
import type { Side } from "../state/view";
import { useApp, useView } from "./app";
import styles from "./Page.module.css";

const SIDES: { readonly value: Side; readonly label: string }[] = [
  { value: "picture", label: "Model and seed" },
  { value: "sliders", label: "Sliders" },
];

export function SideTabs() {
  const { view } = useApp();
  const side = useView((state) => state.side);
  return (
    <section className={styles.tabs} aria-label="Columns">
      <SegmentedControl
        fullWidth
        w="100%"
        aria-label="Beside the picture"
        value={side}
        data={SIDES}
        onChange={(next) => view.setState({ side: next })}
      />
    </section>
  );
}
