/** Dropped files: whom a file goes to that somebody let go over the page, or chose with a button. */

import { type DragEvent, useState } from "react";
import { type DroppedKind, droppedKind } from "../state/dropped";
import { isCompanion } from "../state/uploads";
import { useApp, usePicture } from "./app";
import { useOpenDocument } from "./DocumentFile";

/** Endings of checkpoints, for a file dialogue; what a file is, is found in it. */
export const CHECKPOINTS = ".pkl,.pt,.pth,.bin,.ckpt,.tar,.npz,.npy,.safetensors,.json";

export function useBringFiles(): (files: readonly File[], meant?: DroppedKind) => void {
  const { live, masks, walkDesk, uploads, drawer } = useApp();
  const open = useOpenDocument();
  const model = usePicture()?.model;
  const take = (file: File, kind: DroppedKind, beside: File | null) => {
    switch (kind) {
      case "image":
        return void masks.bring(file);
      case "document":
        return void open(file);
      case "walk":
        return model === undefined ? undefined : void walkDesk.bring(model, file);
      case "checkpoint":
        drawer.setState({ isOpen: true, tab: "models" });
        return void uploads.bring(file, beside);
      case "unknown":
        live.notice.set({
          kind: "error",
          about: "file",
          code: "drop_unknown",
          sentence: `${file.name} is not opened from here.`,
          hint: "Pictures become regions; checkpoints, documents and slider files open, too.",
        });
    }
  };
  return (files, meant) => {
    const checkpoints = files.filter((file) => (meant ?? droppedKind(file)) === "checkpoint");
    // config.json beside one checkpoint is its description, not a document.
    const beside = checkpoints.length === 1 ? (files.find((file) => isCompanion(file)) ?? null) : null;
    for (const file of files) {
      if (file !== beside) take(file, meant ?? droppedKind(file), beside);
    }
  };
}

/** Handlers for what files may be dropped on, and whether some are over it. */
export function useDroppedFiles() {
  const bring = useBringFiles();
  const [isOver, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event) || event.defaultPrevented) return setOver(false);
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      // What lies further in may have taken it.
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      bring([...event.dataTransfer.files]);
    },
  };
  return { isOver, handlers };
}
