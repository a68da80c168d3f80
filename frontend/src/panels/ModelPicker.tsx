/** ModelPicker: the models there are, those that cannot be used with the reason. */

import { Menu, UnstyledButton } from "@mantine/core";
import { Icon } from "../controls/icons";
import { previewUrl } from "../protocol/http";
import type { ModelSummary } from "../protocol/wire";
import { useApp, useCatalog, useModel, usePicture } from "./app";
import styles from "./ModelPicker.module.css";

export function ModelPicker() {
  const { modelDesk } = useApp();
  const models = useCatalog((state) => state.models);
  const refused = useCatalog((state) => state.refused);
  const picture = usePicture();
  const model = useModel();

  return (
    <Menu id="models" width={320} position="bottom-start" shadow="md">
      <Menu.Target>
        <UnstyledButton className={styles.target} aria-label={`Model: ${model?.title ?? "none"}`}>
          <Preview model={model} />
          <span className={styles.words}>
            <strong>{model?.title ?? picture?.model ?? "No model"}</strong>
            <small>{model ? describe(model) : "not on this server"}</small>
          </span>
          <Icon name="down" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={styles.list ?? ""}>
        {models.map((item) => (
          <Menu.Item
            key={item.id}
            leftSection={<Preview model={item} />}
            aria-current={item.id === model?.id}
            onClick={() => void modelDesk.choose(item)}
          >
            <span className={styles.words}>
              <strong>{item.title}</strong>
              <small>{describe(item)}</small>
              <span className={styles.summary}>{item.summary}</span>
            </span>
          </Menu.Item>
        ))}
        {refused.length > 0 && <Menu.Label>Cannot be used</Menu.Label>}
        {refused.map((item) => (
          <div key={item.id} className={styles.refused}>
            <strong>{item.id}</strong>
            <span>{item.sentence}</span>
            <span className={styles.summary}>{item.hint}</span>
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Preview({ model }: { readonly model: ModelSummary | null }) {
  if (!model?.has_preview) return <span className={styles.preview} aria-hidden="true" />;
  return <img className={styles.preview} src={previewUrl(model.id)} alt="" width={40} height={40} />;
}

function describe(model: ModelSummary): string {
  return `${model.kind} · ${model.resolution} px`;
}
