/** SeedSheet: many seeds over the stage, to choose one by eye; more come as it is scrolled. */

import { SegmentedControl, UnstyledButton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { MAX_SEED } from "../protocol/wire";
import { namedRows, withMixed } from "../state/mix";
import { type Change, seedOf, withoutEdits, withSeed } from "../state/picture";
import { useApp, useModel, usePicture, useView } from "./app";
import { carryPicture } from "./dragged_picture";
import { PictureImage } from "./PictureImage";
import styles from "./SeedSheet.module.css";

/** So many are asked for at once. */
const BATCH = 24;
/** More than anybody looks through. */
const MOST = 960;

export function SeedSheet() {
  const isOpen = useView((state) => state.isSheetOpen);
  return isOpen ? <Sheet /> : null;
}

function Sheet() {
  const { commands, editor, view } = useApp();
  const picture = usePicture();
  const thirds = namedRows(useModel()?.num_ws ?? 1);
  const sheetRows = useView((state) => state.sheetRows);
  const seed = picture ? seedOf(picture) : 0;
  // They begin where the hand is, and stay while it chooses.
  const [first, setFirst] = useState(seed);
  const [count, setCount] = useState(2 * BATCH);
  const [isBare, setBare] = useState(sheetRows === null);
  const panel = useRef<HTMLElement>(null);
  const end = useRef<HTMLLIElement>(null);
  const close = commands["seed-sheet"].run;

  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  // Drawn anew with every batch: an end that is still in sight then brings the next one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count says that there is a new end
  useEffect(() => {
    if (!end.current) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting))
        setCount((now) => Math.min(MOST, now + BATCH));
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [count]);

  if (!picture) return null;
  const rows = thirds.length > 1 ? thirds.find(({ id }) => id === sheetRows) : undefined;
  // What a click does to the picture, and so what is shown of each seed.
  const choosing = (each: number): Change =>
    rows ? withMixed({ kind: "seed", seed: each }, rows.layers) : withSeed(each);
  const isChosen = (each: number) =>
    rows
      ? picture.mix.some(
          ({ layers, latent }) =>
            latent.kind === "seed" &&
            latent.seed === each &&
            layers.start <= rows.layers.start &&
            layers.end >= rows.layers.end,
        )
      : each === seed;
  const base = isBare ? withoutEdits(picture) : picture;
  const seeds = Array.from({ length: count }, (_, place) => first + place).filter((each) => each <= MAX_SEED);
  return (
    <section
      ref={panel}
      className={styles.sheet}
      aria-label="Many seeds"
      tabIndex={-1}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <div className={styles.head}>
        <h2>
          {rows ? "Mix in, seeds" : "Seeds"} from {first}
        </h2>
        <IconButton
          icon="random"
          label="From another seed"
          onClick={() => {
            setFirst(Math.floor(Math.random() * 1_000_000));
            setCount(2 * BATCH);
            if (panel.current) panel.current.scrollTop = 0;
          }}
        />
        {thirds.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="What a seed gives"
            value={rows?.id ?? "all"}
            data={[
              { value: "all", label: "All of it" },
              ...thirds.map(({ id, title }) => ({ value: id, label: title })),
            ]}
            onChange={(id) =>
              view.setState({ sheetRows: thirds.find((third) => third.id === id)?.id ?? null })
            }
          />
        )}
        {picture.edits.length > 0 && (
          <label className={styles.choice}>
            <input
              type="checkbox"
              checked={!isBare}
              onChange={(event) => setBare(!event.currentTarget.checked)}
            />
            with these sliders
          </label>
        )}
        <IconButton icon="close" label="Close the seeds" onClick={close} />
      </div>
      <ul className={styles.seeds} aria-label="Seeds">
        {seeds.map((each) => (
          // Pictures of other layers are no stand-in for those that are asked for: a press takes what is asked for.
          <li key={`${rows?.id ?? "all"} ${each}`}>
            <UnstyledButton
              className={styles.seed}
              aria-label={`Seed ${each}`}
              aria-current={isChosen(each)}
              title={`Seed ${each}`}
              draggable
              onDragStart={(event) => carryPicture(event, choosing(each)(base))}
              onClick={() => editor.commit(`${rows ? "Mix in seed" : "Seed"} ${each}`, choosing(each))}
              onDoubleClick={close}
            >
              <PictureImage className={styles.image ?? ""} picture={choosing(each)(base)} />
            </UnstyledButton>
          </li>
        ))}
        {count < MOST && <li key="end" ref={end} aria-hidden="true" />}
      </ul>
    </section>
  );
}
