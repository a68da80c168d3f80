/** PickPictures: real pictures by the name of a world or a set, or sent from this computer: files, a folder, a zip. */

import { Autocomplete, Button } from "@mantine/core";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { FileChooser } from "../controls/FileChooser";
import { WendProblem } from "../protocol/http";
import type { Told } from "../state/jobs";
import { useApp, useObservable } from "./app";
import { filesOf } from "./dropped_folder";
import type { JobFieldProps } from "./JobField";
import { LAYOUT } from "./JobFieldLists";
import styles from "./PickPictures.module.css";
import { SendingLine } from "./SendingLine";
import { Telling } from "./Telling";

const ACCEPT = ".png,.jpg,.jpeg,.webp,.zip";

type Props = JobFieldProps & { readonly offers: readonly string[] };

export function PickPictures({ field, value, problem, onChange, offers }: Props) {
  const { pictureSets } = useApp();
  const sets = useObservable(pictureSets.sets);
  const sending = useObservable(pictureSets.sending);
  const [told, setTold] = useState<Told | null>(null);
  const stop = useRef(new AbortController());
  const folder = useRef<HTMLInputElement>(null);
  const fail = (error: unknown) => {
    if (!(error instanceof WendProblem)) throw error;
    setTold({ code: error.code, sentence: error.sentence, hint: error.hint });
  };
  useEffect(() => {
    // Without a list of sets, worlds and paths can still be typed.
    pictureSets.refresh().catch((error: unknown) => {
      if (!(error instanceof WendProblem)) throw error;
    });
    return () => stop.current.abort();
  }, [pictureSets]);
  const bring = async (files: readonly File[]) => {
    // One set at a time; the buttons say so themselves.
    if (pictureSets.sending.get() !== null) return;
    setTold(null);
    stop.current = new AbortController();
    const { signal } = stop.current;
    try {
      const brought = await pictureSets.bring(files, signal);
      if (!brought || signal.aborted) return;
      onChange(brought.name);
      setTold(brought.problem);
    } catch (error) {
      fail(error);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    // Else the page would open it as a photo.
    event.stopPropagation();
    filesOf(event.dataTransfer).then(bring, (error: unknown) => {
      if (!(error instanceof DOMException)) throw error;
      setTold({
        code: "folder_unreadable",
        sentence: `The browser could not read all of what was dropped. ${error.message}`.trim(),
        hint: "Choose the folder by the button.",
      });
    });
  };
  const counted = new Map(sets.map(({ name, count }) => [name, count]));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped here; the buttons do the same
    <div className={styles.field} onDrop={drop} onDragOver={(event) => event.preventDefault()}>
      <Autocomplete
        {...LAYOUT}
        label={field.title}
        description={field.help}
        error={problem}
        data={[
          ...(sets.length > 0
            ? [{ group: "Pictures of your own", items: sets.map(({ name }) => name) }]
            : []),
          { group: "Worlds", items: [...offers] },
        ]}
        renderOption={({ option }) => {
          const count = counted.get(option.value);
          return count === undefined ? option.value : `${option.value}, ${count} pictures`;
        }}
        value={String(value ?? "")}
        autoComplete="off"
        spellCheck={false}
        openOnFocus={false}
        onChange={onChange}
      />
      <div className={styles.buttons}>
        <FileChooser
          label="Pictures or a zip to send"
          accept={ACCEPT}
          isMany
          onChooseAll={(all) => void bring(all)}
        >
          {(choose) => (
            <Button size="compact-xs" loading={sending !== null} onClick={choose}>
              Send pictures or a zip
            </Button>
          )}
        </FileChooser>
        <Button size="compact-xs" disabled={sending !== null} onClick={() => folder.current?.click()}>
          Send a folder
        </Button>
        <input
          ref={folder}
          type="file"
          hidden
          aria-label="A folder to send"
          {...{ webkitdirectory: "" }}
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = "";
            void bring(files);
          }}
        />
        {sending && <SendingLine {...sending} onStop={() => stop.current.abort()} />}
      </div>
      {told && <Telling told={told} />}
    </div>
  );
}
