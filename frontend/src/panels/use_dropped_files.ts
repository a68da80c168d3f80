/** Dropped files: whom a file goes to that somebody let go over the page, or chose with a button. */

import { type DragEvent, useState } from "react";
import { type DroppedKind, droppedKind } from "../state/dropped";
import { isCompanion } from "../state/uploads";
import { useApp, useMaskView, useModel } from "./app";
import { readPictureText, useOpenDocument } from "./DocumentFile";
import { checkpointsIn, type Dropped, droppedOf, holdsFolder } from "./dropped_folder";

/** Endings of checkpoints, for a file dialogue; what a file is, is found in it. */
export const CHECKPOINTS = ".pkl,.pt,.pth,.bin,.ckpt,.tar,.npz,.npy,.safetensors,.json";

/** Of a folder without a checkpoint all files are opened, while there are so few; and so many checkpoints. */
const MOST_OF_FOLDER = 8;
/** So many files of dropped folders are looked through. */
const MOST_LOOKED_AT = 2000;

export function useBringFiles(): (files: readonly File[], meant?: DroppedKind) => void {
  const { live, masks, foreignDesk, photos, uploads, drawer } = useApp();
  const open = useOpenDocument();
  const hasEncoder = useModel()?.has_encoder ?? false;
  const isMasking = useMaskView((state) => state.isMasking);
  const send = (file: File, beside: File | null) => {
    drawer.setState({ isOpen: true, tab: "models" });
    void uploads.bring(file, beside);
  };
  /** Directions are small and read at once; what holds none is sent as a checkpoint. */
  const tryDirection = async (file: File) => {
    if (await foreignDesk.bringDirections(file, true)) send(file, null);
  };
  /** An array file is a latent, or directions, or a checkpoint: it is asked in that order. */
  const tryNumbers = async (file: File) => {
    if (await foreignDesk.bringNumbers(file)) send(file, null);
  };
  /** A picture that was downloaded here says which it is, and opens; any other is a photo, or a mask. */
  const takeImage = async (file: File) => {
    if ((await readPictureText(file)) !== null) await open(file);
    else if (isMasking) void masks.bring(file);
    else if (hasEncoder) void foreignDesk.openPhoto(file, () => void photos.ask(file));
    else void photos.ask(file);
  };
  const take = (file: File, kind: DroppedKind, beside: File | null) => {
    switch (kind) {
      case "image":
        return void takeImage(file);
      case "document":
        return void open(file);
      case "numbers":
        return void (beside === null ? tryNumbers(file) : send(file, beside));
      case "walk":
      case "direction":
        return beside === null ? void tryDirection(file) : send(file, beside);
      case "checkpoint":
        return send(file, beside);
      case "unknown":
        live.notice.set({
          kind: "error",
          about: "file",
          code: "drop_unknown",
          sentence: `${file.name} is not opened from here.`,
          hint: "Pictures, checkpoints, documents, slider files and latents open.",
        });
    }
  };
  const sayAlone = ({ name }: File) =>
    live.notice.set({
      kind: "error",
      about: "file",
      code: "description_alone",
      sentence: `${name} describes a checkpoint, and is none.`,
      hint: "Choose it together with its checkpoint, these two and no other.",
    });
  return (files, meant) => {
    // config.json beside one other file is its description, not a document.
    const beside = files.length === 2 ? (files.find((file) => isCompanion(file)) ?? null) : null;
    for (const file of files) {
      if (file === beside) continue;
      if (meant === "checkpoint" && isCompanion(file)) sayAlone(file);
      else take(file, meant ?? droppedKind(file), beside);
    }
  };
}

/** Handlers for what files may be dropped on, and whether some are over it. */
export function useDroppedFiles() {
  const bring = useBringFiles();
  const [isOver, setOver] = useState(false);
  const [isPicture, setPicture] = useState(false);
  const hopes = useHopes(isPicture);
  const { live } = useApp();
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const sayFolder = (sentence: string, hint = "Drop the file itself, or a few of them.") =>
    live.notice.set({ kind: "error", about: "file", code: "drop_folder", sentence, hint });
  const bringFolder = (dropped: readonly Dropped[] | null) => {
    if (dropped === null) return sayFolder(`There are more than ${MOST_LOOKED_AT} files in that folder.`);
    const alone = dropped.filter(({ folder }) => folder === "").map(({ file }) => file);
    const inside = dropped.filter(({ folder }) => folder !== "");
    if (alone.length > 0) bring(alone);
    const checkpoints = checkpointsIn(inside);
    if (checkpoints.length > MOST_OF_FOLDER) {
      const hint = `Drop ${MOST_OF_FOLDER} of their folders at a time.`;
      return sayFolder(`There are ${checkpoints.length} checkpoints in that folder.`, hint);
    }
    for (const checkpoint of checkpoints) bring(checkpoint, "checkpoint");
    if (checkpoints.length > 0) return;
    if (inside.length <= MOST_OF_FOLDER) return bring(inside.map(({ file }) => file));
    sayFolder(`That folder holds ${inside.length} files, and none is called as checkpoints are.`);
  };
  const failFolder = (error: unknown) => {
    if (!(error instanceof DOMException)) throw error;
    sayFolder(`The browser could not read all of what was dropped. ${error.message}`.trim());
  };
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event) || event.defaultPrevented) return setOver(false);
      event.preventDefault();
      setPicture(holdsPictures(event));
      setOver(true);
    },
    onDragLeave: ({ currentTarget, relatedTarget }: DragEvent) => {
      // From one part of the page to another it is still over the page.
      if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      setOver(false);
      // What lies further in may have taken it.
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      const { dataTransfer } = event;
      if (holdsFolder(dataTransfer)) droppedOf(dataTransfer, MOST_LOOKED_AT).then(bringFolder, failFolder);
      else bring([...dataTransfer.files]);
    },
  };
  return { isOver, hopes, handlers };
}

/** Whether all that is held over the page are pictures, which is all that is told before it is let go. */
export function holdsPictures({ dataTransfer }: DragEvent): boolean {
  const files = [...dataTransfer.items].filter(({ kind }) => kind === "file");
  return files.length > 0 && files.every(({ type }) => type.startsWith("image/"));
}

/** What becomes of files that are held over the page, as far as can be told by then. */
function useHopes(isPicture: boolean): string {
  const model = useModel();
  const isMasking = useMaskView((state) => state.isMasking);
  if (!isPicture) return "Let go: documents open, sliders, latents and checkpoints are taken in.";
  if (isMasking) return "Let go: it becomes a mask. A picture made here opens as it was.";
  const name = model?.title ?? "the model";
  const photo = model?.has_encoder
    ? `a photo is looked up in ${name}`
    : `you choose which part of a photo to look for in ${name}`;
  return `Let go: ${photo}. A picture made here opens as it was.`;
}
