/** WalkEffect: what a slider does to the present picture: both its ends, where it acts, and by which layers. */

import { useEffect, useRef, useState } from "react";
import type { Picture, WalkSummary } from "../protocol/wire";
import { colorSamples, heatEnd, heatTable } from "../stage/map_colors";
import { differenceOf, effectPictures, meanOf, type Pixels, sharesOf } from "../state/effect";
import type { Thumbnails } from "../state/thumbnails";
import { sliderEnds } from "../state/walk_units";
import { useApp, usePicture } from "./app";
import { PictureImage } from "./PictureImage";
import { noPicture, pixelsOf } from "./pixels";
import styles from "./WalkEffect.module.css";

interface WalkEffectProps {
  readonly walk: WalkSummary;
  readonly layers: readonly string[];
}

export function WalkEffect({ walk, layers }: WalkEffectProps) {
  const picture = usePicture();
  if (!picture) return null;
  const pictures = effectPictures(picture, walk, sliderEnds(walk));
  return (
    <div className={styles.effect}>
      <ul className={styles.ends} aria-label="What it does">
        <li>
          <PictureImage className={styles.image ?? ""} picture={pictures.low} />
          low end
        </li>
        <li>
          <Where low={pictures.low} high={pictures.high} />
          where
        </li>
        <li>
          <PictureImage className={styles.image ?? ""} picture={pictures.high} />
          high end
        </li>
      </ul>
      {pictures.rows.length > 0 && <Bars without={pictures.without} rows={pictures.rows} names={layers} />}
    </div>
  );
}

/** Where the two ends differ: the hotter, the more. */
function Where({ low, high }: { readonly low: Picture; readonly high: Picture }) {
  const { thumbnails } = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [largest, setLargest] = useState<number | null>(null);
  const wanted = JSON.stringify([low, high]);
  useEffect(() => {
    const [first, second] = JSON.parse(wanted) as readonly [Picture, Picture];
    return lookAt(thumbnails, [first, second], ([a, b]) => {
      const surface = canvas.current;
      if (!a || !b || !surface) return;
      const samples = differenceOf(a, b);
      const most = samples.reduce((found, sample) => Math.max(found, sample), 0);
      [surface.width, surface.height] = [a.width, a.height];
      const colors = colorSamples(samples, heatTable(heatEnd(most)));
      surface.getContext("2d")?.putImageData(new ImageData(colors, a.width, a.height), 0, 0);
      setLargest(most);
    });
  }, [thumbnails, wanted]);
  const said = largest === null ? "Where it acts" : `Where it acts: up to ${largest} of 255 steps`;
  return <canvas ref={canvas} className={styles.image} role="img" aria-label={said} title={said} />;
}

interface BarsProps {
  readonly without: Picture;
  readonly rows: readonly { readonly row: number; readonly picture: Picture }[];
  readonly names: readonly string[];
}

/** What each layer does alone, beside the one that does most. */
function Bars({ without, rows, names }: BarsProps) {
  const { thumbnails } = useApp();
  const [changes, setChanges] = useState<ReadonlyMap<number, number>>(new Map());
  const wanted = JSON.stringify({ without, rows });
  useEffect(() => {
    const asked = JSON.parse(wanted) as Pick<BarsProps, "without" | "rows">;
    setChanges(new Map());
    return lookAt(
      thumbnails,
      [asked.without, ...asked.rows.map(({ picture }) => picture)],
      ([still, ...moved]) => {
        if (!still) return;
        setChanges(
          new Map(
            moved.flatMap((pixels, place) => {
              const row = asked.rows[place]?.row;
              return pixels && row !== undefined ? [[row, meanOf(differenceOf(still, pixels))]] : [];
            }),
          ),
        );
      },
    );
  }, [thumbnails, wanted]);
  const shares = sharesOf(changes, names.length).map((share, row) => (changes.has(row) ? share : null));
  return <LayerBars names={names} shares={shares} asked={rows.map(({ row }) => row)} />;
}

interface LayerBarsProps {
  readonly names: readonly string[];
  /** By layer, 0 to 1 of what the strongest does; null: not known yet. */
  readonly shares: readonly (number | null)[];
  /** Those the slider acts on; missing: all that do anything. */
  readonly asked?: readonly number[];
}

/** What each layer does alone, as bars over the stretches between the marks of a range of layers. */
export function LayerBars({ names, shares, asked }: LayerBarsProps) {
  return (
    <ol className={styles.bars} aria-label="What each layer does">
      {names.map((name, row) => {
        const share = shares[row] ?? null;
        const isAsked = asked?.includes(row) ?? share !== 0;
        const known = share === null ? "…" : `${Math.round(share * 100)} %`;
        const said = `${name}: ${isAsked ? `${known} of what the strongest layer does` : "it does not act here"}`;
        return (
          <li key={name} title={said} data-asked={isAsked}>
            <span className={styles.bar} style={{ height: `${(share ?? 0) * 100}%` }} />
            <span className={styles.hidden}>{said}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** Draws pictures in their turn and tells of all that there are by then, after each; nothing once it was called off. */
function lookAt(
  thumbnails: Thumbnails,
  pictures: readonly Picture[],
  tell: (found: readonly (Pixels | null)[]) => void,
): () => void {
  let isOff = false;
  const found: (Pixels | null)[] = pictures.map(() => null);
  const stops = pictures.map((picture, place) =>
    thumbnails.order(picture, (image) => {
      if (!image) return;
      void pixelsOf(image)
        .catch(noPicture)
        .then((pixels) => {
          found[place] = pixels;
          if (!isOff) tell([...found]);
        });
    }),
  );
  return () => {
    isOff = true;
    for (const stop of stops) stop();
  };
}
