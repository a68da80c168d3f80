/** SeedSheet: many seeds over the stage, to choose one by eye; more come as it is scrolled. */

import { UnstyledButton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { MAX_SEED } from "../protocol/wire";
import { seedOf, withoutEdits, withSeed } from "../state/picture";
import { useApp, usePicture, useView } from "./app";
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
  const { commands, editor } = useApp();
  const picture = usePicture();
  const seed = picture ? seedOf(picture) : 0;
  // They begin where the hand is, and stay while it chooses.
  const [first, setFirst] = useState(seed);
  const [count, setCount] = useState(2 * BATCH);
  const [isBare, setBare] = useState(true);
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
        <h2>Seeds from {first}</h2>
        <IconButton
          icon="random"
          label="From another seed"
          onClick={() => {
            setFirst(Math.floor(Math.random() * 1_000_000));
            setCount(2 * BATCH);
            if (panel.current) panel.current.scrollTop = 0;
          }}
        />
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
          <li key={each}>
            <UnstyledButton
              className={styles.seed}
              aria-label={`Seed ${each}`}
              aria-current={each === seed}
              title={`Seed ${each}`}
              draggable
              onDragStart={(event) => carryPicture(event, withSeed(each)(base))}
              onClick={() => editor.commit(`Seed ${each}`, withSeed(each))}
              onDoubleClick={close}
            >
              <PictureImage className={styles.image ?? ""} picture={withSeed(each)(base)} />
            </UnstyledButton>
          </li>
        ))}
        {count < MOST && <li key="end" ref={end} aria-hidden="true" />}
      </ul>
    </section>
  );
}
