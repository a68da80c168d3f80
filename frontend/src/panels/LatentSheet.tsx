/** LatentSheet: latents that photos and files brought, to show again or to let go of. */

import { Button } from "@mantine/core";
import { useEffect } from "react";
import { useStore } from "zustand";
import { bytes } from "../controls/numbers";
import { sayWhen } from "../controls/when";
import type { CodeListed, ModelSummary } from "../protocol/wire";
import { foundLatents, titleOf } from "../state/kept_latents";
import { pictureOfCode } from "../state/picture";
import { useApp, useModel, usePicture } from "./app";
import styles from "./LatentSheet.module.css";
import { SheetCard } from "./SheetCard";
import { SheetCards, SheetWord, StageSheet } from "./StageSheet";

export function LatentSheet() {
  const { keptLatents, commands } = useApp();
  const state = useStore(keptLatents.store);
  const model = useModel();
  const id = model?.id;
  useEffect(() => {
    if (id !== undefined) void keptLatents.list();
  }, [keptLatents, id]);
  const found = model && state.model === model.id ? foundLatents(state) : [];
  return (
    <StageSheet
      title="Kept latents"
      search={state.search}
      onSearch={(text) => keptLatents.search(text)}
      onClose={commands.latents.run}
      acts={null}
    >
      {state.asked && <Question code={state.asked} />}
      {state.isMissing && (
        <SheetWord>
          The kept latents did not come. <Button onClick={() => void keptLatents.list()}>Try again</Button>
        </SheetWord>
      )}
      {!state.isMissing && state.listed !== null && found.length === 0 && (
        <SheetWord>
          {state.search === ""
            ? "None is kept for this model. Drop a photo on the picture, or a file of latents (.npz, .npy): what is found of it stays here."
            : `No kept latent's name holds “${state.search}”.`}
        </SheetWord>
      )}
      <SheetCards label="Latents that are kept">
        {model && found.map((code) => <LatentCard key={code.id} code={code} model={model} />)}
      </SheetCards>
      {state.hasMore && <Button onClick={() => void keptLatents.listMore()}>Older ones</Button>}
    </StageSheet>
  );
}

function LatentCard({ code, model }: { readonly code: CodeListed; readonly model: ModelSummary }) {
  const { keptLatents, sheet } = useApp();
  const present = usePicture();
  const isShown = present?.latent.kind === "code" && present.latent.code === code.id;
  return (
    <SheetCard
      name={titleOf(code)}
      when={`${sayWhen(code.kept, Date.now())} · ${code.space} · ${bytes(code.bytes)}`}
      picture={pictureOfCode(model, code.id)}
      isCurrent={isShown}
      verb="Show"
      onOpen={() => {
        sheet.setState({ sheet: null });
        void keptLatents.open(code);
      }}
      onRemove={() => keptLatents.ask(code)}
    />
  );
}

/** Asked first: the server keeps no other copy. */
function Question({ code }: { readonly code: CodeListed }) {
  const { keptLatents } = useApp();
  const name = titleOf(code);
  return (
    <fieldset className={styles.asking} aria-label={`Delete ${name}?`}>
      <span>
        Delete “{name}” for good?{" "}
        {keptLatents.isInUse(code)
          ? "The open document needs it, and would be drawn no more."
          : "Saved documents and links that name it would be drawn no more."}
      </span>
      <Button onClick={() => void keptLatents.remove()}>Delete</Button>
      <Button variant="subtle" autoFocus onClick={() => keptLatents.ask(null)}>
        Keep
      </Button>
    </fieldset>
  );
}
