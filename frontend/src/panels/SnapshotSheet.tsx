/** SnapshotSheet: the snapshots of the open document, to go back to, compare and put on the timeline. */

import { Button, Checkbox, Menu } from "@mantine/core";
import { useStore } from "zustand";
import { Icon } from "../controls/icons";
import { sayWhen } from "../controls/when";
import type { SnapshotSummary } from "../protocol/wire";
import { foundSnapshots } from "../state/gallery";
import { isSamePicture } from "../state/picture";
import { useApp, usePicture, useSaved } from "./app";
import { CommandButton } from "./CommandButton";
import { carryPicture } from "./dragged_picture";
import { SheetCard } from "./SheetCard";
import { SheetCards, SheetWord, StageSheet } from "./StageSheet";

export function SnapshotSheet() {
  const { gallery, commands, sheet } = useApp();
  const state = useStore(gallery.store);
  const isSaved = useSaved(({ summary }) => summary !== null);
  const found = foundSnapshots(state);
  const count = state.compared.length;
  return (
    <StageSheet
      title="Snapshots"
      search={state.search}
      onSearch={(text) => gallery.search(text)}
      onClose={commands.snapshots.run}
      acts={
        <>
          <Button
            leftSection={<Icon name="wipe" />}
            disabled={count === 0}
            title={count === 0 ? "Choose one or two first, in a corner of theirs" : ""}
            onClick={() => sheet.setState({ sheet: null, isWiping: true })}
          >
            {count === 1 ? "Compare with now" : "Compare two"}
          </Button>
          <CommandButton id="snapshot" icon="camera" text="Take one" isMain />
        </>
      }
    >
      {found.length === 0 && (state.snapshots !== null || !isSaved) && (
        <SheetWord>
          {state.search === ""
            ? "A snapshot keeps what the stage shows, beside the document. Take one before you try something bold: a press on it brings it back, and a step back undoes that."
            : `No snapshot's title holds “${state.search}”.`}
        </SheetWord>
      )}
      <SheetCards label="Snapshots taken">
        {found.map((snapshot) => (
          <SnapshotCard
            key={snapshot.id}
            snapshot={snapshot}
            isCompared={state.compared.includes(snapshot.id)}
          />
        ))}
      </SheetCards>
    </StageSheet>
  );
}

interface SnapshotCardProps {
  readonly snapshot: SnapshotSummary;
  readonly isCompared: boolean;
}

function SnapshotCard({ snapshot, isCompared }: SnapshotCardProps) {
  const { gallery, timelineDesk } = useApp();
  const present = usePicture();
  const { id, title, created, picture } = snapshot;
  return (
    <SheetCard
      name={title}
      when={sayWhen(created, Date.now())}
      picture={picture}
      isCurrent={picture !== null && present !== null && isSamePicture(picture, present)}
      verb="Restore"
      onOpen={() => gallery.restore(snapshot)}
      onRename={(next) => void gallery.rename(snapshot, next)}
      onRemove={() => void gallery.remove(snapshot)}
      {...(picture && { onDragStart: (event) => carryPicture(event, picture) })}
      items={
        picture && (
          <Menu.Item onClick={() => timelineDesk.put([picture], null)}>Put on the timeline</Menu.Item>
        )
      }
      corner={
        picture && (
          <Checkbox
            aria-label={`Compare ${title}`}
            title="Compare"
            color="var(--accent)"
            iconColor="var(--on-accent)"
            checked={isCompared}
            onChange={() => gallery.toggleCompared(id)}
          />
        )
      }
    />
  );
}
