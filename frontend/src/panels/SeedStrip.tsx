/** SeedStrip: small pictures of the seeds around this one; they can be dragged onto the timeline. */

import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { MAX_SEED } from "../protocol/wire";
import { seedOf, withoutEdits, withSeed } from "../state/picture";
import { useApp, usePicture } from "./app";
import { carryPicture } from "./dragged_picture";
import { PictureImage } from "./PictureImage";
import styles from "./SeedStrip.module.css";

/** So many stand in the strip; a seed that comes from elsewhere is the third of them. */
const SEEDS = 6;
const BEFORE = 2;

export function SeedStrip() {
  const { editor } = useApp();
  const picture = usePicture();
  const seed = picture ? seedOf(picture) : 0;
  const [first, setFirst] = useState(seed - BEFORE);
  if (!picture) return null;
  // One that is in the strip is chosen where it stands: nothing moves under the pointer.
  const isIn = seed >= first && seed < first + SEEDS;
  const start = Math.min(Math.max(isIn ? first : seed - BEFORE, 0), MAX_SEED - SEEDS + 1);
  if (start !== first) setFirst(start);
  const seeds = Array.from({ length: SEEDS }, (_, place) => start + place);
  return (
    <ul className={styles.strip} aria-label="Seeds nearby">
      {seeds.map((near) => (
        <li key={near}>
          <UnstyledButton
            className={styles.seed}
            aria-label={`Seed ${near}`}
            aria-current={near === seed && picture.latent.kind !== "code"}
            draggable
            onDragStart={(event) => carryPicture(event, withSeed(near)(withoutEdits(picture)))}
            onClick={() => editor.commit(`Seed ${near}`, withSeed(near))}
          >
            <PictureImage className={styles.image ?? ""} picture={withSeed(near)(withoutEdits(picture))} />
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
