/** WalkFiles: walks brought in as files, by a button or dropped on the panel, and the one deleted last. */

import { Button, UnstyledButton } from "@mantine/core";
import { type DragEvent, type ReactNode, useState } from "react";
import { FileChooser } from "../controls/FileChooser";
import { IconButton } from "../controls/IconButton";
import { useApp, useObservable } from "./app";
import { holdsPictures } from "./use_dropped_files";
import styles from "./WalkPanel.module.css";

const KINDS = ".safetensors,.npy,.npz,.pt,.pkl";

/** A button that asks for files of walks. */
export function BringButton() {
  const { foreignDesk } = useApp();
  return (
    <FileChooser
      label="Files of sliders"
      accept={KINDS}
      isMany
      onChoose={(file) => void foreignDesk.bringDirections(file, false)}
    >
      {(choose) => <IconButton icon="upload" label="Bring a slider from a file" onClick={choose} />}
    </FileChooser>
  );
}

interface DropAreaProps {
  readonly children: ReactNode;
}

/** The panel's list, onto which files of sliders can be dropped; pictures go where they go everywhere. */
export function DropArea({ children }: DropAreaProps) {
  const { foreignDesk } = useApp();
  const [isOver, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button above does the same for a keyboard
    <div
      className={styles.list}
      data-over={isOver}
      onDragOver={(event) => {
        if (!hasFiles(event) || holdsPictures(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event) || holdsPictures(event)) return;
        event.preventDefault();
        for (const file of event.dataTransfer.files) void foreignDesk.bringDirections(file, false);
      }}
    >
      {isOver && (
        <div className={styles.hopes} role="status">
          <p>Let go: the directions in it become sliders.</p>
        </div>
      )}
      {children}
    </div>
  );
}

/** Says what was deleted last, and has it back. */
export function Removed({ model }: { readonly model: string }) {
  const { walkDesk } = useApp();
  const removed = useObservable(walkDesk.removed);
  if (removed?.model !== model) return null;
  return (
    <div className={styles.removed} role="status">
      <span>“{removed.walk.title}” is deleted.</span>
      <Button onClick={() => void walkDesk.bringBack()}>Undo</Button>
      <UnstyledButton
        className={styles.dismiss}
        aria-label="Do not bring it back"
        onClick={() => walkDesk.removed.set(null)}
      >
        ×
      </UnstyledButton>
    </div>
  );
}
