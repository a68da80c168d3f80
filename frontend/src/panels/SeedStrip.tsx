/** SeedStrip: small pictures of the seeds around this one; they can be dragged onto the timeline. */

import { UnstyledButton } from "@mantine/core";
import { MAX_SEED } from "../protocol/wire";
import { seedOf, withoutEdits, withSeed } from "../state/picture";
import { useApp, usePicture } from "./app";
import { carryPicture } from "./dragged_picture";
import { PictureImage } from "./PictureImage";
import styles from "./SeedStrip.module.css";

/** Neighbours of the seed, itself in the middle. */
const OFFSETS = [-2, -1, 0, 1, 2, 3] as const;

export function SeedStrip() {
  const { editor } = useApp();
  const picture = usePicture();
  if (!picture) return null;
  const seed = seedOf(picture);
  const seeds = OFFSETS.map((offset) => seed + offset).filter((near) => near >= 0 && near <= MAX_SEED);
  return (
    <ul className={styles.strip} aria-label="Seeds nearby">
      {seeds.map((near) => (
        <li key={near}>
          <UnstyledButton
            className={styles.seed}
            aria-label={`Seed ${near}`}
            aria-current={near === seed}
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
