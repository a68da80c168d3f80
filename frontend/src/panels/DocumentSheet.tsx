/** DocumentSheet: the documents saved on the server, to open, rename, duplicate and delete. */

import { Button, Menu } from "@mantine/core";
import { useEffect } from "react";
import { useStore } from "zustand";
import { sayWhen } from "../controls/when";
import type { DocumentSummary } from "../protocol/wire";
import { useApp, useSaved } from "./app";
import { CommandButton } from "./CommandButton";
import { OpenButton } from "./DocumentFile";
import { SheetCard } from "./SheetCard";
import { SheetCards, SheetWord, StageSheet } from "./StageSheet";

export function DocumentSheet() {
  const { documentDesk, commands } = useApp();
  const { listed, search, hasMore, isMissing } = useStore(documentDesk.store);
  const isSaved = useSaved(({ summary }) => summary !== null);
  useEffect(() => void documentDesk.list(""), [documentDesk]);
  return (
    <StageSheet
      title="Documents"
      search={search}
      onSearch={(text) => void documentDesk.list(text)}
      onClose={commands.documents.run}
      acts={
        <>
          {isSaved ? (
            <CommandButton id="leave-document" icon="close" text="Close this one" />
          ) : (
            <CommandButton id="save" icon="save" text="Save what is open" isMain />
          )}
          <OpenButton>Open file</OpenButton>
        </>
      }
    >
      {isMissing && (
        <SheetWord>
          The saved documents did not come.{" "}
          <Button onClick={() => void documentDesk.list()}>Try again</Button>
        </SheetWord>
      )}
      {!isMissing && listed?.length === 0 && (
        <SheetWord>
          {search === ""
            ? "Nothing is saved on this server yet. Save what is open: from then on every change is kept by itself."
            : `No document's name holds “${search}”.`}
        </SheetWord>
      )}
      <SheetCards label="Saved documents">
        {listed?.map((summary) => (
          <DocumentCard key={summary.id} summary={summary} />
        ))}
      </SheetCards>
      {hasMore && <Button onClick={() => void documentDesk.listMore()}>Older ones</Button>}
    </StageSheet>
  );
}

function DocumentCard({ summary }: { readonly summary: DocumentSummary }) {
  const { documentDesk, sheet } = useApp();
  const isOpen = useSaved((state) => state.summary?.id === summary.id);
  const { id, name, changed, picture } = summary;
  return (
    <SheetCard
      name={name}
      when={sayWhen(changed, Date.now())}
      picture={picture}
      isCurrent={isOpen}
      verb="Open"
      onOpen={() => {
        sheet.setState({ sheet: null });
        void documentDesk.open(id);
      }}
      onRename={(next) => void documentDesk.rename(id, next)}
      onRemove={() => void documentDesk.remove(summary)}
      items={<Menu.Item onClick={() => void documentDesk.duplicate(id)}>Duplicate</Menu.Item>}
    />
  );
}
