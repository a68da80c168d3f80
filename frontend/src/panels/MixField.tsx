/** MixField: rows of the picture that other latents give, which and whose; pictures are dropped on it. */

import { Button, Popover, UnstyledButton } from "@mantine/core";
import { type DragEvent, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { LayerRangeSlider } from "../controls/LayerRangeSlider";
import { NumberField } from "../controls/NumberField";
import { whole } from "../controls/numbers";
import { MAX_SEED, type MixedRows, type ModelSummary, type Picture } from "../protocol/wire";
import {
  latentToMix,
  namedRows,
  nameLatent,
  nameRows,
  withMixed,
  withMixedLatent,
  withMixedLayers,
  withoutMixed,
} from "../state/mix";
import { useApp, useForeignChange, useModel, usePicture, useView } from "./app";
import { CommandButton } from "./CommandButton";
import { carriesPicture, droppedPicture } from "./dragged_picture";
import styles from "./MixField.module.css";
import { PictureImage } from "./PictureImage";
import { Word } from "./Word";

export function MixField() {
  const model = useModel();
  const picture = usePicture();
  // One row cannot be mixed with another.
  return model && picture && model.num_ws > 1 ? <Field model={model} picture={picture} /> : null;
}

interface FieldProps {
  readonly model: ModelSummary;
  readonly picture: Picture;
}

function Field({ model, picture }: FieldProps) {
  const { editor, live } = useApp();
  const isPicking = useView((state) => state.isSheetOpen && state.sheetRows !== null);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    setOver(false);
    const other = droppedPicture(event);
    if (other === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (other.model !== picture.model) {
      live.notice.set({
        kind: "error",
        about: "file",
        code: "other_model",
        sentence: `That picture is of ${other.model}; rows can be mixed within one model.`,
        hint: "Choose its model first.",
      });
      return;
    }
    const layers = namedRows(model.num_ws).find(({ id }) => id === "coarse")?.layers;
    if (layers) editor.commit("Mix a picture in", withMixed(latentToMix(other, picture), layers));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop on; the sheet does the same by keys
    <section
      className={styles.field}
      data-over={isOver}
      onDragOver={(event) => {
        if (!carriesPicture(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className={styles.head}>
        <Word of="mixing">Mixed in</Word>
        <CommandButton id="mix-seeds" icon="sheet" isPressed={isPicking} />
      </div>
      {picture.mix.length === 0 && (
        <p className={styles.help}>Some layers of another seed: pick one, or drop a picture here.</p>
      )}
      {picture.mix.length > 0 && (
        <ul className={styles.list} aria-label="Mixed in">
          {picture.mix.map((rows, place) => (
            <MixedRow
              // biome-ignore lint/suspicious/noArrayIndexKey: a row that is given other layers or another seed is the same one
              key={place}
              place={place}
              rows={rows}
              model={model}
              picture={picture}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface MixedRowProps extends FieldProps {
  readonly place: number;
  readonly rows: MixedRows;
}

function MixedRow({ place, rows, model, picture }: MixedRowProps) {
  const { editor } = useApp();
  const { latent, layers } = rows;
  const name = nameLatent(latent, picture);
  const whose: Picture = { ...picture, latent, mix: [], edits: [], masks: [] };
  return (
    <li className={styles.row}>
      <PictureImage className={styles.image ?? ""} picture={whose} />
      <div className={styles.words}>
        {latent.kind === "seed" ? (
          <span className={styles.seed}>
            Seed
            <NumberField
              label={`Seed mixed in, ${nameRows(layers, model.num_ws)}`}
              value={latent.seed}
              min={0}
              max={MAX_SEED}
              width={7}
              isWhole
              format={whole}
              onCommit={(seed) =>
                editor.commit(`Mix in seed ${seed}`, withMixedLatent(place, { kind: "seed", seed }))
              }
            />
          </span>
        ) : (
          <span>{name}</span>
        )}
        <Rows place={place} layers={layers} name={name} model={model} />
      </div>
      <IconButton
        icon="close"
        label={`Take ${name} out again`}
        onClick={() => editor.commit(`Take ${name} out`, withoutMixed(place))}
      />
    </li>
  );
}

interface RowsProps {
  readonly place: number;
  readonly layers: MixedRows["layers"];
  readonly name: string;
  readonly model: ModelSummary;
}

/** Which rows: by their third, or any range of them. */
function Rows({ place, layers, name, model }: RowsProps) {
  const { editor } = useApp();
  const onForeignChange = useForeignChange();
  const label = `Layers that ${name} gives`;
  const present = nameRows(layers, model.num_ws);
  return (
    <Popover width={296} position="bottom-start" withArrow trapFocus returnFocus shadow="md">
      <Popover.Target>
        <UnstyledButton className={styles.rows} aria-label={`${label}: ${present}`} title={label}>
          {present}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <div className={styles.presets}>
          {namedRows(model.num_ws).map((third) => (
            <Button
              key={third.id}
              aria-pressed={third.title.toLowerCase() === present}
              {...(third.title.toLowerCase() === present && { c: "var(--accent)" })}
              onClick={() =>
                editor.commit(`${name}: ${third.title.toLowerCase()}`, withMixedLayers(place, third.layers))
              }
            >
              {third.title}
            </Button>
          ))}
        </div>
        <LayerRangeSlider
          label={label}
          rows={layers}
          names={model.layer_names}
          onPreview={(next) => editor.preview(withMixedLayers(place, next))}
          onCommit={(next) => editor.commit(label, withMixedLayers(place, next))}
          onCancel={() => editor.cancel()}
          onForeignChange={onForeignChange}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
