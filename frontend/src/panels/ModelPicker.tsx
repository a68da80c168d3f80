/** ModelPicker: the models there are, those that cannot be used with the reason. */

import { Menu, UnstyledButton } from "@mantine/core";
import { Fragment } from "react";
import { Icon } from "../controls/icons";
import { previewUrl } from "../protocol/http";
import type { ModelSummary } from "../protocol/wire";
import { inGroups } from "../state/catalog";
import { useApp, useCatalog, useModel, usePicture } from "./app";
import styles from "./ModelPicker.module.css";

export function ModelPicker() {
  const models = useCatalog((state) => state.models);
  const groups = inGroups(models);
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
        {groups.map((group) => (
          <Fragment key={group[0]?.id}>
            {groups.length > 1 && (
              <Menu.Label>{group[0]?.is_shipped ? "Came along" : "Made here"}</Menu.Label>
            )}
            {group.map((item) => (
              <Item key={item.id} item={item} isOpen={item.id === model?.id} />
            ))}
          </Fragment>
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

/** The list begins at the one that is open. */
function Item({ item, isOpen }: { readonly item: ModelSummary; readonly isOpen: boolean }) {
  const { modelDesk } = useApp();
  return (
    <Menu.Item
      className={styles.item ?? ""}
      leftSection={<Preview model={item} />}
      rightSection={isOpen && <span className={styles.open}>open</span>}
      aria-current={isOpen}
      {...(isOpen && { "data-autofocus": true })}
      // What has the keyboard is in sight: a menu gives it without scrolling.
      onFocus={(event) => event.currentTarget.scrollIntoView?.({ block: isOpen ? "center" : "nearest" })}
      onClick={() => void modelDesk.choose(item)}
    >
      <span className={styles.words}>
        <strong>{item.title}</strong>
        <small>{describe(item)}</small>
        <span className={styles.summary} title={item.summary}>
          {item.summary}
        </span>
      </span>
    </Menu.Item>
  );
}

function Preview({ model }: { readonly model: ModelSummary | null }) {
  if (!model?.has_preview) return <span className={styles.preview} aria-hidden="true" />;
  return <img className={styles.preview} src={previewUrl(model.id)} alt="" width={40} height={40} />;
}

function describe(model: ModelSummary): string {
  return `${model.kind} · ${model.resolution} px`;
}
