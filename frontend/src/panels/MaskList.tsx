/** MaskList: the picture's masks by name and colour, and what can be done with each. */

import { Menu, UnstyledButton } from "@mantine/core";
import { type CSSProperties, useState } from "react";
import { FileChooser } from "../controls/FileChooser";
import { IconButton } from "../controls/IconButton";
import { Icon } from "../controls/icons";
import { MAX_MASK_NAME, type Mask } from "../protocol/wire";
import { colorOfMask } from "../state/mask_image";
import { useApp, useMaskView, useObservable, usePicture } from "./app";
import styles from "./MaskList.module.css";
import { NameField } from "./NameField";

const NO_MASKS: readonly Mask[] = [];

/** What of masks a browser can open, and the server makes plain. */
const FILES = "image/png,image/jpeg,image/webp";

export function MaskList() {
  const { masks } = useApp();
  const list = usePicture()?.masks ?? NO_MASKS;
  // The active name follows from what is painted, wanted and there.
  useObservable(masks.changes);
  useMaskView((state) => state.active);
  const { activeName } = masks;
  const isNew = !list.some(({ name }) => name === activeName);
  return (
    <ul className={styles.list} aria-label="Regions">
      {list.map((mask, place) => (
        <Row key={mask.name} mask={mask} color={colorOfMask(place)} isActive={mask.name === activeName} />
      ))}
      {isNew && (
        <li className={styles.row} data-active="true">
          <Chip color={colorOfMask(list.length)} />
          <span className={styles.empty}>{activeName}</span>
          <span className={styles.word}>not painted yet</span>
        </li>
      )}
    </ul>
  );
}

function Chip({ color }: { readonly color: string }) {
  return <span className={styles.chip} style={{ "--mask": color } as CSSProperties} />;
}

interface RowProps {
  readonly mask: Mask;
  readonly color: string;
  readonly isActive: boolean;
}

function Row({ mask, color, isActive }: RowProps) {
  const { masks, maskView } = useApp();
  const isHidden = useMaskView((state) => state.hidden.includes(mask.name));
  const [isNaming, setNaming] = useState(false);
  return (
    <li className={styles.row} data-active={isActive} data-mask={mask.name}>
      {isNaming ? (
        <>
          <Chip color={color} />
          <NameField
            className={styles.field}
            maxLength={MAX_MASK_NAME}
            name={mask.name}
            onFinish={(name) => {
              setNaming(false);
              if (name !== null) masks.rename(mask, name);
            }}
          />
        </>
      ) : (
        <UnstyledButton
          className={styles.open}
          aria-pressed={isActive}
          title={`${mask.name}  ·  rename: F2`}
          onClick={() => maskView.setState({ active: mask.name })}
          onDoubleClick={() => setNaming(true)}
          onKeyDown={(event) => event.key === "F2" && setNaming(true)}
        >
          <Chip color={color} />
          <span className={styles.name}>{mask.name}</span>
        </UnstyledButton>
      )}
      <IconButton
        icon={mask.is_still ? "lock" : "unlock"}
        label={mask.is_still ? "Kept still: sliders leave it alone as far as they can" : "Keep still"}
        isPressed={mask.is_still}
        onClick={() => masks.setStill(mask, !mask.is_still)}
      />
      <IconButton
        icon={isHidden ? "eye-off" : "eye"}
        label={isHidden ? "Show" : "Hide"}
        onClick={() => masks.toggleHidden(mask)}
      />
      <MaskMenu mask={mask} onRename={() => setNaming(true)} />
    </li>
  );
}

interface MaskMenuProps {
  readonly mask: Mask;
  readonly onRename: () => void;
}

function MaskMenu({ mask, onRename }: MaskMenuProps) {
  const { masks } = useApp();
  return (
    <Menu position="bottom-end" width={208} shadow="md">
      <Menu.Target>
        <UnstyledButton className={styles.more} aria-label={`More of ${mask.name}`}>
          <Icon name="more" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item rightSection="F2" onClick={onRename}>
          Rename
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="lock" />} onClick={() => void masks.keepElse(mask)}>
          Keep all else still
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="download" />} onClick={() => void masks.download(mask)}>
          Download as PNG
        </Menu.Item>
        <Menu.Item
          color="var(--error)"
          leftSection={<Icon name="trash" />}
          onClick={() => masks.remove(mask)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A button that asks for pictures to make masks of. */
export function BringMask() {
  const { masks } = useApp();
  return (
    <FileChooser label="Files of regions" accept={FILES} isMany onChoose={(file) => void masks.bring(file)}>
      {(choose) => <IconButton icon="upload" label="Bring a region from a picture file" onClick={choose} />}
    </FileChooser>
  );
}
