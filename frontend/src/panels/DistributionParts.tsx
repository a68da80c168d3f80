/** DistributionParts: of the form of a distribution, which factor is shown, and how many samples are drawn. */

import { SegmentedControl, Switch } from "@mantine/core";
import type { ReactNode } from "react";
import { IconButton } from "../controls/IconButton";
import { NumberField } from "../controls/NumberField";
import { whole } from "../controls/numbers";
import type { FactorWalk } from "../state/factor_units";
import { COUNT_RANGE, MAX_SAMPLE_SEED, type SampleDraft } from "../state/sampling";
import styles from "./DistributionPanel.module.css";

interface TargetsProps {
  readonly draft: SampleDraft;
  readonly walks: readonly FactorWalk[];
  /** Place of the one that is shown. */
  readonly shown: number;
  readonly onShow: (place: number) => void;
  readonly onChange: (change: Partial<SampleDraft>) => void;
}

/** Several factors at once: which one is shown, and one less. */
export function SampleTargets({ draft: { targets }, walks, shown, onShow, onChange }: TargetsProps) {
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

/** How many samples, from which seed, and whether each is measured. */
export function SampleAmounts({ draft, onChange, children }: AmountsProps) {
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
