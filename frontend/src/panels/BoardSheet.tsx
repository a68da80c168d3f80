/** BoardSheet: the drawing board, in place of picture and sliders: sketch, train, get a new model, sample it. */

import { Button, Menu, TextInput } from "@mantine/core";
import { type DragEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { FileChooser } from "../controls/FileChooser";
import { IconButton } from "../controls/IconButton";
import { Icon } from "../controls/icons";
import { areLines, redone, undone, withActive } from "../state/board";
import type { BroughtTold } from "../state/board_files";
import { sayCount } from "../state/sketching";
import { useApp, useBoard, useModel, useObservable, useView } from "./app";
import { BoardKinds } from "./BoardKinds";
import { BoardNearest } from "./BoardNearest";
import { BoardPaper } from "./BoardPaper";
import styles from "./BoardSheet.module.css";
import { BoardStart } from "./BoardStart";
import { BoardStrip } from "./BoardStrip";
import { BoardTools } from "./BoardTools";
import { BoardWatch } from "./BoardWatch";
import { Telling } from "./Telling";
import { Word } from "./Word";

export function BoardSheet() {
  const isOpen = useView((state) => state.isBoardOpen);
  return isOpen ? <Board /> : null;
}

function Board() {
  const { board, boardFiles, boardTraining, view } = useApp();
  const pane = useObservable(boardTraining.pane);
  const told = useObservable(boardFiles.told).length;
  const isDrawing = pane.kind !== "watch";
  const section = useRef<HTMLElement>(null);
  const [isOver, setOver] = useState(false);
  const close = () => view.setState({ isBoardOpen: false });
  // Before a heading within takes the keyboard.
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    section.current?.focus();
    return () => {
      // What was opened in its place may have the keyboard already.
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, [before]);
  // What had the keyboard may be gone with what it stood in.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at whenever something was taken away
  useEffect(() => {
    if (document.activeElement === document.body) section.current?.focus();
  }, [pane.kind, told]);
  const drop = (event: DragEvent) => {
    setOver(false);
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    boardTraining.draw();
    void boardFiles.bring([...event.dataTransfer.files]);
  };
  return (
    <section
      ref={section}
      className={styles.board}
      aria-label="Drawing board"
      tabIndex={-1}
      data-over={isOver}
      onKeyDown={(event) => {
        // Keys of a menu come by here, too, though it stands elsewhere.
        if (event.defaultPrevented || !event.currentTarget.contains(event.target as Node)) return;
        const isEscape = event.key === "Escape" && !isTyping(event);
        if (isEscape) close();
        // Behind the sheet of a training there is no paper to be seen, nor the picture.
        if (isEscape || (isDrawing ? press(event, board) : isStep(event))) event.preventDefault();
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Head isDrawing={isDrawing} onClose={close} />
      {isDrawing && (
        <p className={styles.how}>
          <Word of="sketch">How it works</Word>: <strong>sketch → train → new model → sample</strong>. A
          sketch starts no picture; it teaches a copy of the model, whose every seed then has that shape and
          pose.
        </p>
      )}
      <Told />
      {pane.kind === "watch" ? (
        <BoardWatch key={pane.job} id={pane.job} />
      ) : (
        <>
          <div className={styles.room} data-pane={pane.kind}>
            <BoardTools />
            <BoardPaper />
            {pane.kind === "start" ? <BoardStart /> : <BoardNearest />}
          </div>
          <BoardStrip />
        </>
      )}
    </section>
  );
}

/** Keys of the board, which mean something else outside of it. */
function press(event: KeyboardEvent, board: ReturnType<typeof useApp>["board"]): boolean {
  if (isTyping(event) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (isStep(event)) {
    const isRedo = key === "y" || event.shiftKey;
    board.setState((state) => withActive(state, isRedo ? redone : undone));
    return true;
  }
  if (event.ctrlKey || event.metaKey) return false;
  if (key === "b") board.setState({ tool: "pen" });
  else if (key === "e") board.setState({ tool: "eraser" });
  else if (key === "m") board.setState(({ isMirrored }) => ({ isMirrored: !isMirrored }));
  else return false;
  return true;
}

/** Whether it takes a step back, or takes it again. */
function isStep(event: KeyboardEvent): boolean {
  if (isTyping(event) || event.altKey || !(event.ctrlKey || event.metaKey)) return false;
  return ["z", "y"].includes(event.key.toLowerCase());
}

function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLInputElement && ["text", "search", "number"].includes(target.type);
}

const SAVED = {
  nothing: "Kept by itself",
  waiting: "Keeping…",
  saving: "Keeping…",
  saved: "Kept on the server",
  failed: "Not kept yet; it is tried again",
} as const;

interface HeadProps {
  /** Whether the paper is there, and so what is put onto it. */
  readonly isDrawing: boolean;
  readonly onClose: () => void;
}

function Head({ isDrawing, onClose }: HeadProps) {
  return (
    <div className={styles.head}>
      <h2>Drawing board</h2>
      {isDrawing && <SetTools />}
      <IconButton icon="close" label="Close the drawing board" onClick={onClose} />
    </div>
  );
}

/** What is drawn, under which name, and where drawings come from. */
function SetTools() {
  const { board, boardSets, boardFiles } = useApp();
  const kind = useBoard((state) => state.kind);
  const name = useBoard((state) => state.name);
  const how = useObservable(boardSets.how);
  const isBusy = useObservable(boardFiles.isBusy);
  return (
    <>
      <TextInput
        className={styles.name ?? ""}
        aria-label="Name of the sketches"
        value={name}
        maxLength={80}
        onChange={(event) => board.setState({ name: event.currentTarget.value })}
      />
      <span className={styles.saved} role="status" data-saved={how}>
        {SAVED[how]}
      </span>
      <span className={styles.space} />
      <BoardKinds />
      <FileChooser
        label="Drawings"
        accept="image/png,image/jpeg,image/webp,.ndjson"
        isMany
        onChooseAll={(files) => void boardFiles.bring(files)}
      >
        {(choose) => (
          <Button leftSection={<Icon name="upload" />} onClick={choose} disabled={isBusy || !areLines(kind)}>
            {isBusy ? "Reading…" : "Upload"}
          </Button>
        )}
      </FileChooser>
      <Sets />
    </>
  );
}

function Sets() {
  const { boardSets } = useApp();
  const sets = useObservable(boardSets.listed);
  const open = useObservable(boardSets.open);
  return (
    <Menu position="bottom-end" onOpen={() => void boardSets.list()}>
      <Menu.Target>
        <Button leftSection={<Icon name="folder" />}>Sketches</Button>
      </Menu.Target>
      <Menu.Dropdown className={styles.sets ?? ""}>
        <Menu.Item leftSection={<Icon name="plus" />} onClick={() => void boardSets.startNew()}>
          New sketches
        </Menu.Item>
        {open && (
          <Menu.Item leftSection={<Icon name="trash" />} onClick={() => void boardSets.remove(open)}>
            Delete {open.name}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>{sets?.length ? "Kept on the server" : "Nothing is kept yet"}</Menu.Label>
        {sets?.map((set) => (
          <Menu.Item
            key={set.id}
            data-set={set.id}
            {...(set.id === open?.id && { "aria-current": "true" })}
            onClick={() => void boardSets.read(set)}
          >
            {set.name} <span className={styles.dim}>{sayCount(set)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What went wrong with files that were brought, each by itself, and what may be done about it. */
function Told() {
  const { boardFiles } = useApp();
  const all = useObservable(boardFiles.told);
  if (all.length === 0) return null;
  return (
    <div className={styles.told}>
      {all.map((told, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name
        <ToldOne key={place} told={told} />
      ))}
    </div>
  );
}

function ToldOne({ told }: { readonly told: BroughtTold }) {
  const { boardFiles, photos, view } = useApp();
  const model = useModel();
  const { code, file } = told;
  return (
    <Telling told={told}>
      <div className={styles.acts}>
        {code === "sketch_is_photo" && file && (
          <>
            <Button
              onClick={() => {
                boardFiles.forget(told);
                view.setState({ isBoardOpen: false });
                void photos.ask(file);
              }}
            >
              Open photo in {model?.title ?? "the model"}
            </Button>
            <Button onClick={() => void boardFiles.bringAgain(told)}>It is a drawing</Button>
          </>
        )}
        {code === "sketches_too_many" && file && (
          <Button onClick={() => void boardFiles.bringFirst(file)}>Take the first ones</Button>
        )}
        <IconButton icon="close" label="Dismiss" onClick={() => boardFiles.forget(told)} />
      </div>
    </Telling>
  );
}
