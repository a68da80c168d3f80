/** FactorPanel: the model's factors, as values that pictures can be put at. */

import { Switch } from "@mantine/core";
import { FACTOR_KIND } from "../state/factor_find";
import { factorsOf } from "../state/factor_units";
import { useApp, useCatalog, useCommand, useFactorView, useJobs, usePicture } from "./app";
import { CommandButton } from "./CommandButton";
import { FactorMarks } from "./FactorMarks";
import { FactorPad } from "./FactorPad";
import styles from "./FactorPanel.module.css";
import { FactorRow } from "./FactorRow";
import { FindFactor, Searches } from "./FindFactor";
import { Word } from "./Word";

/** Whether the model on the stage has factors: the first slider of the page is then one of them. */
export function useHasFactors(): boolean {
  const model = usePicture()?.model ?? "";
  return useCatalog((state) => factorsOf(state.walks[model]).length > 0);
}

export function FactorPanel() {
  const model = usePicture()?.model ?? "";
  const list = useCatalog((state) => state.walks[model]);
  const canFind = useJobs((state) => state.recipes?.some(({ kind }) => kind === FACTOR_KIND) ?? false);
  const isPadOpen = useFactorView((state) => state.isPadOpen);
  const walks = factorsOf(list);
  if (model === "" || (walks.length === 0 && !canFind)) return null;
  return (
    <section className={styles.panel} aria-label="Factors">
      <div className={styles.head}>
        <h3>
          <Word of="factor">Factors</Word>
        </h3>
        <span className={styles.tools}>
          {walks.length > 0 && <Closed />}
          {walks.length > 1 && <CommandButton id="factor-pad" icon="pad" text="Pad" isPressed={isPadOpen} />}
          {walks.length > 0 && <CommandButton id="distribution" icon="bars" text="Samples" />}
          <FindFactor model={model} walks={walks} />
        </span>
      </div>
      <Searches model={model} />
      {isPadOpen && walks.length > 1 && <FactorPad walks={walks} />}
      {walks.map((walk, place) => (
        <FactorRow key={walk.id} model={model} walk={walk} isFirst={place === 0} />
      ))}
      {walks.length > 0 && <FactorMarks hasPad={walks.length > 1} />}
    </section>
  );
}

/** Whether what a hand lets go of is measured and corrected. */
function Closed() {
  const { isMac } = useApp();
  const [command] = useCommand("set-closed");
  const isClosed = useFactorView((state) => state.isClosed);
  const key = command.keys[0]?.replace("Shift", isMac ? "⇧" : "Shift");
  return (
    <Switch
      label="Set"
      aria-label={command.label}
      aria-keyshortcuts={command.keys[0]}
      title={`${command.label}: what you let go of is drawn, measured and corrected until the picture has that value. Off: as predicted.  ·  ${key}`}
      checked={isClosed}
      onChange={command.run}
    />
  );
}
