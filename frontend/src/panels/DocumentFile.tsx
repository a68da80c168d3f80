/** DocumentFile: the whole document as a file, for `wend export` and for timelines that no link can hold. */

import { Button } from "@mantine/core";
import { FileChooser } from "../controls/FileChooser";
import { Icon } from "../controls/icons";
import { PICTURE_KEYWORD, readPngText } from "../protocol/png_text";
import { presentContent } from "../state/document";
import { DocumentInvalid } from "../state/foreign";
import { DOCUMENT_VERSION } from "../state/normalize";
import { salvageDocument } from "../state/salvage";
import { useApp } from "./app";
import styles from "./TimelinePane.module.css";

/** Far above any document, and any picture that holds one. */
const MAX_BYTES = 16 * 1024 * 1024;

export function DocumentFile() {
  const { document, saveFile } = useApp();
  const save = () => {
    const content = presentContent(document);
    if (content === null) return;
    const text = JSON.stringify({ version: DOCUMENT_VERSION, ...content }, null, 2);
    saveFile(new Blob([text], { type: "application/json" }), "document.json");
  };
  return (
    <div className={styles.file}>
      <Button
        leftSection={<Icon name="download" />}
        title="For `wend export`, or to go on later"
        onClick={save}
      >
        Save document
      </Button>
      <OpenButton>Open</OpenButton>
    </div>
  );
}

/** Opens a file as the document, or the document that a picture's file names; what it is not is said. */
export function useOpenDocument(): (file: File) => Promise<void> {
  const { opening, live } = useApp();
  const refuse = (sentence: string) =>
    live.notice.set({
      kind: "error",
      about: "file",
      code: "document_invalid",
      sentence: `This file holds no document. ${sentence}`,
      hint: "Choose one that was saved here.",
    });
  return async (file: File) => {
    if (file.size > MAX_BYTES) {
      refuse("It is too large.");
      return;
    }
    try {
      const text = (await readPictureText(file)) ?? (await file.text());
      await opening.bring(salvageDocument(JSON.parse(text)), "Open document");
    } catch (error) {
      if (error instanceof DocumentInvalid) refuse(error.message);
      else if (error instanceof SyntaxError) refuse("It is not JSON.");
      else throw error;
    }
  };
}

/** What a picture that was downloaded here says of itself; null for any other file. */
export async function readPictureText(file: File): Promise<string | null> {
  if (file.size > MAX_BYTES) return null;
  return readPngText(new Uint8Array(await file.arrayBuffer()), PICTURE_KEYWORD);
}

export function OpenButton({ children }: { readonly children: string }) {
  const open = useOpenDocument();
  return (
    <FileChooser
      label="Document file"
      accept="application/json,.json,image/png,.png"
      onChoose={(file) => void open(file)}
    >
      {(choose) => (
        <Button leftSection={<Icon name="upload" />} onClick={choose}>
          {children}
        </Button>
      )}
    </FileChooser>
  );
}
