/** SeedStrip: small pictures of the seeds around this one, drawn once the hand rests. */

import { UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import { MAX_SEED, type Picture } from "../protocol/wire";
import { withoutEdits, withSeed } from "../state/picture";
import { useApp, usePicture } from "./app";
import styles from "./SeedStrip.module.css";

/** Neighbours of the seed, itself in the middle. */
const OFFSETS = [-2, -1, 0, 1, 2, 3] as const;

export function SeedStrip() {
  const { editor } = useApp();
  const picture = usePicture();
  if (!picture) return null;
  const { seed } = picture.latent;
  const seeds = OFFSETS.map((offset) => seed + offset).filter((near) => near >= 0 && near <= MAX_SEED);
  return (
    <ul className={styles.strip} aria-label="Seeds nearby">
      {seeds.map((near) => (
        <li key={near}>
          <UnstyledButton
            className={styles.seed}
            aria-label={`Seed ${near}`}
            aria-current={near === seed}
            onClick={() => editor.commit(`Seed ${near}`, withSeed(near))}
          >
            <Thumbnail picture={withSeed(near)(withoutEdits(picture))} />
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}

function Thumbnail({ picture }: { readonly picture: Picture }) {
  const { thumbnails } = useApp();
  const [url, setUrl] = useState<string | null>(null);
  const wanted = JSON.stringify(picture);

  // The old one stays until its successor is there.
  useEffect(
    () =>
      thumbnails.order(JSON.parse(wanted) as Picture, (image) => setUrl(image && URL.createObjectURL(image))),
    [thumbnails, wanted],
  );
  useEffect(() => (url === null ? undefined : () => URL.revokeObjectURL(url)), [url]);

  return url ? <img className={styles.image} src={url} alt="" /> : <span className={styles.image} />;
}
