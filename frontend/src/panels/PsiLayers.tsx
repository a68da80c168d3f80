/** PsiLayers: below which layer truncation holds; the finer ones keep all their variety. */

import { ActionIcon, Button, Popover } from "@mantine/core";
import { Icon } from "../controls/icons";
import { ValueSlider } from "../controls/ValueSlider";
import type { ModelSummary, Picture } from "../protocol/wire";
import { withCutoff } from "../state/picture";
import { useApp, useForeignChange, useModel, usePicture } from "./app";
import styles from "./PsiLayers.module.css";
import { useDraft } from "./use_draft";

const LABEL = "Truncated layers";

export function PsiLayers() {
  const model = useModel();
  const picture = usePicture();
  // One row is truncated or not, which psi itself says.
  return model && picture && model.num_ws > 1 ? <Layers model={model} picture={picture} /> : null;
}

interface LayersProps {
  readonly model: ModelSummary;
  readonly picture: Picture;
}

function Layers({ model, picture }: LayersProps) {
  const { editor } = useApp();
  const onForeignChange = useForeignChange();
  const all = model.num_ws;
  const draft = useDraft(picture.psi_cutoff ?? all);
  const isOwn = picture.psi_cutoff !== null;
  const change = (count: number) => withCutoff(Math.round(count) >= all ? null : Math.round(count));
  const said = sayCutoff(Math.round(draft.value), model.layer_names);
  return (
    <Popover width={296} position="bottom-end" withArrow trapFocus returnFocus shadow="md">
      <Popover.Target>
        <ActionIcon
          color="gray"
          c={isOwn ? "var(--accent)" : "dimmed"}
          size={24}
          aria-label={LABEL}
          title={`${LABEL}: ${said}`}
          variant={isOwn ? "default" : "subtle"}
        >
          <Icon name="layers" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={LABEL}>
        <div className={styles.head}>
          <span>{LABEL}</span>
          <Button disabled={!isOwn} onClick={() => editor.commit(LABEL, withCutoff(null))}>
            All
          </Button>
        </div>
        <ValueSlider
          label={LABEL}
          value={draft.value}
          low={0}
          high={all}
          home={all}
          step={1}
          valueText={said}
          onPreview={(count) => {
            draft.set(Math.round(count));
            editor.preview(change(count));
          }}
          onCommit={(count, act) => {
            draft.set(null);
            editor.commit(LABEL, change(count), act);
          }}
          onCancel={() => {
            draft.set(null);
            editor.cancel();
          }}
          onForeignChange={onForeignChange}
        />
        <p className={styles.said}>{said}</p>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Which layers lie below a cut-off, by the names of the model's rows. */
function sayCutoff(count: number, names: readonly string[]): string {
  if (count >= names.length) return "All layers are truncated.";
  if (count === 0) return "None is truncated: as at psi 1.";
  const until = count === 1 ? `${names[0]} alone` : `${names[0]} to ${names[count - 1]}`;
  return `${until}; finer ones keep all their variety.`;
}
