/** SheetCard: one of a sheet: its picture, its name, and what can be done with it. */

import { ActionIcon, Menu, UnstyledButton } from "@mantine/core";
import { type DragEvent, type ReactNode, useState } from "react";
import { Icon } from "../controls/icons";
import type { Picture } from "../protocol/wire";
import { NameField } from "./NameField";
import { PictureImage } from "./PictureImage";
import styles from "./SheetCard.module.css";

const MAX_NAME = 120;

export interface SheetCardProps {
  readonly name: string;
  /** In smaller letters under the name. */
  readonly when: string;
  /** Null: it cannot be read. */
  readonly picture: Picture | null;
  readonly isCurrent: boolean;
  /** What pressing it does. */
  readonly verb: string;
  readonly onOpen: () => void;
  /** Without it the name stays. */
  readonly onRename?: (name: string) => void;
  readonly onRemove: () => void;
  readonly onDragStart?: (event: DragEvent) => void;
  /** Further items of its menu. */
  readonly items?: ReactNode;
  /** In a corner of its picture. */
  readonly corner?: ReactNode;
}

export function SheetCard(props: SheetCardProps) {
  const { name, when, picture, isCurrent, verb, onOpen, onRename, onRemove, onDragStart, items, corner } =
    props;
  const [isNaming, setNaming] = useState(false);
  const finish = (next: string | null) => {
    setNaming(false);
    if (next !== null && next.trim() !== "" && next !== name) onRename?.(next);
  };
  return (
    <li className={styles.card} data-current={isCurrent}>
      <UnstyledButton
        className={styles.picture}
        aria-label={`${verb} ${name}`}
        aria-current={isCurrent}
        title={`${verb} “${name}”`}
        draggable={onDragStart !== undefined}
        onDragStart={onDragStart}
        onClick={onOpen}
      >
        {picture ? (
          <PictureImage className={styles.image ?? ""} picture={picture} />
        ) : (
          <span className={styles.image} data-lacks="true">
            Cannot be read
          </span>
        )}
      </UnstyledButton>
      {corner !== undefined && <span className={styles.corner}>{corner}</span>}
      <div className={styles.line}>
        {isNaming ? (
          <NameField name={name} maxLength={MAX_NAME} className={styles.field} onFinish={finish} />
        ) : (
          <span className={styles.words}>
            <span className={styles.name} title={name}>
              {name}
            </span>
            <span className={styles.when}>{when}</span>
          </span>
        )}
        <Menu position="bottom-end" width={200} shadow="md">
          <Menu.Target>
            <ActionIcon color="gray" variant="subtle" aria-label={`What to do with ${name}`}>
              <Icon name="more" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {onRename && <Menu.Item onClick={() => setNaming(true)}>Rename</Menu.Item>}
            {items}
            <Menu.Item color="var(--error)" leftSection={<Icon name="trash" />} onClick={onRemove}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </li>
  );
}
