/** DocumentFile: the whole document as a file, for `wend export` and for timelines that no link can hold. */

import { Button } from "@mantine/core";
import { FileChooser } from "../controls/FileChooser";
import { Icon } from "../controls/icons";
import { commitContent } from "../state/document";
import { DocumentInvalid } from "../state/foreign";
import { DOCUMENT_VERSION, normalizeDocument } from "../state/normalize";
import { useApp } from "./app";
import styles from "./TimelinePane.module.css";

/** Far above any document. */
const MAX_BYTES = 4 * 1024 * 1024;

export function DocumentFile() {
  const { document, saveFile } = useApp();
  const save = () => {
    const { picture, timeline } = document.getState();
    if (picture === null) return;
    const text = JSON.stringify({ version: DOCUMENT_VERSION, picture, timeline }, null, 2);
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

/** Opens a file as the document; what it is not is said. */
export function useOpenDocument(): (file: File) => Promise<void> {
  const { document, live } = useApp();
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
      const { picture, timeline } = normalizeDocument(JSON.parse(await file.text()));
      // One step back brings what was there before.
      commitContent(document, "Open document", { picture, timeline });
    } catch (error) {
      if (error instanceof DocumentInvalid) refuse(error.message);
      else if (error instanceof SyntaxError) refuse("It is not JSON.");
      else throw error;
    }
  };
}

export function OpenButton({ children }: { readonly children: string }) {
  const open = useOpenDocument();
  return (
    <FileChooser label="Document file" accept="application/json,.json" onChoose={(file) => void open(file)}>
      {(choose) => (
        <Button leftSection={<Icon name="upload" />} onClick={choose}>
          {children}
        </Button>
      )}
    </FileChooser>
  );
}
