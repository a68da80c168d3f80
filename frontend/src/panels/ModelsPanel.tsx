/** ModelsPanel: the models there are, what each allows, and checkpoints that come to be one. */

import { Button, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { FileChooser } from "../controls/FileChooser";
import { Icon } from "../controls/icons";
import { previewUrl } from "../protocol/http";
import type { ModelProblem, ModelSummary } from "../protocol/wire";
import { inGroups } from "../state/catalog";
import { useApp, useCatalog, useModel, useObservable, usePicture } from "./app";
import { CommandButton } from "./CommandButton";
import { ModelReport } from "./ModelReport";
import styles from "./ModelsPanel.module.css";
import { NewsButton } from "./NewsButton";
import { UploadRow } from "./UploadRow";
import { CHECKPOINTS, useBringFiles } from "./use_dropped_files";

/** The button beside the drawer's title. */
export function ModelsTools() {
  const bring = useBringFiles();
  return (
    <>
      <FileChooser
        label="Checkpoint files"
        accept={CHECKPOINTS}
        isMany
        onChooseAll={(files) => bring(files, "checkpoint")}
      >
        {(choose) => (
          <Button leftSection={<Icon name="upload" />} onClick={choose}>
            Add a checkpoint
          </Button>
        )}
      </FileChooser>
      <CommandButton id="drawing-board" icon="brush" text="Draw your own" />
      <span className={styles.space} />
      <NewsButton />
    </>
  );
}

export function ModelsPanel() {
  const { uploads, modelDesk } = useApp();
  const models = useCatalog((state) => state.models);
  const refused = useCatalog((state) => state.refused);
  const coming = useObservable(uploads.all);
  const shown = useModel();
  const picture = usePicture();
  const [chosen, setChosen] = useState<string | null>(null);
  const model = models.find(({ id }) => id === chosen) ?? shown;
  const use = (id: string) => {
    const found = models.find((each) => each.id === id);
    if (!found) return;
    setChosen(id);
    void modelDesk.choose(found);
  };
  return (
    <div className={styles.body}>
      <div className={styles.side}>
        {coming.length > 0 && (
          <ul className={styles.list} aria-label="Checkpoints on their way">
            {coming.map((upload) => (
              <UploadRow key={upload.key} upload={upload} onUse={use} />
            ))}
          </ul>
        )}
        <ul className={styles.list} aria-label="Models">
          {inGroups(models)
            .flat()
            .map((each) => (
              <ModelRow
                key={each.id}
                model={each}
                isChosen={each.id === model?.id}
                isShown={each.id === picture?.model}
                onChoose={setChosen}
              />
            ))}
        </ul>
        {refused.length > 0 && <Refused problems={refused} />}
      </div>
      <div className={styles.pane}>
        {model ? (
          <ModelReport model={model} isShown={model.id === picture?.model} onUse={() => use(model.id)} />
        ) : (
          <p className={styles.word}>
            Drop a checkpoint anywhere on the page: it is read in a closed process, and becomes a model.
          </p>
        )}
      </div>
    </div>
  );
}

interface ModelRowProps {
  readonly model: ModelSummary;
  readonly isChosen: boolean;
  readonly isShown: boolean;
  readonly onChoose: (id: string) => void;
}

function ModelRow({ model, isChosen, isShown, onChoose }: ModelRowProps) {
  const { id, title, kind, resolution, has_preview } = model;
  return (
    <li className={styles.row} data-model={id} data-chosen={isChosen}>
      <UnstyledButton className={styles.main} aria-current={isChosen} onClick={() => onChoose(id)}>
        {has_preview ? (
          <img className={styles.thumb} src={previewUrl(id)} alt="" />
        ) : (
          <span className={styles.thumb} />
        )}
        <span className={styles.words}>
          <strong>{title}</strong>
          <span className={styles.doing}>
            {kind} · {resolution} px{isShown ? " · on the stage" : ""}
          </span>
        </span>
      </UnstyledButton>
    </li>
  );
}

function Refused({ problems }: { readonly problems: readonly ModelProblem[] }) {
  return (
    <section className={styles.refused} aria-label="Cannot be used">
      <h3>Cannot be used</h3>
      {problems.map(({ id, sentence, hint }) => (
        <p key={id}>
          <strong>{id}</strong> {sentence} <span className={styles.hint}>{hint}</span>
        </p>
      ))}
    </section>
  );
}
