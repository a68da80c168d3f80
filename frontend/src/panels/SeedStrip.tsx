/** SeedStrip: small pictures of the seeds around this one, drawn once the hand rests. */

import { UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import { MAX_SEED, type Picture } from "../protocol/wire";
import { withoutEdits, withSeed } from "../state/picture";
import { useApp, usePicture } from "./app";
import styles from "./SeedStrip.module.css";

/** Neighbours of the seed, itself in the middle. */
const OFFSETS = [-2, -1, 0, 1, 2, 3] as const;
/** The live picture comes first: thumbnails wait until nothing has changed for so long. */
const REST_MS = 400;

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
  const { http } = useApp();
  const [url, setUrl] = useState<string | null>(null);
  const wanted = JSON.stringify(picture);

  useEffect(() => {
    const aborter = new AbortController();
    let made: string | null = null;
    const timer = setTimeout(() => {
      http.render(JSON.parse(wanted) as Picture, "jpeg", aborter.signal).then(
        (blob) => {
          if (aborter.signal.aborted) return;
          made = URL.createObjectURL(blob);
          setUrl(made);
        },
        // The stage tells what is wrong with a picture; a thumbnail stays empty.
        () => setUrl(null),
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      aborter.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [http, wanted]);

  return url ? <img className={styles.image} src={url} alt="" /> : <span className={styles.image} />;
}
