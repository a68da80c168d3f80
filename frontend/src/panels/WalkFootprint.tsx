/** WalkFootprint: what a slider does in the generator's own pictures, as the server has measured it. */

import { useEffect, useRef, useState } from "react";
import type { WalkSummary } from "../protocol/wire";
import { colorSamples, heatEnd, heatTable } from "../stage/map_colors";
import { type Footprint, sayFootprint, sharesOfLayers } from "../state/footprint";
import { sayOverlap } from "../state/overlaps";
import type { WalkNotation } from "../state/walk_units";
import { useApp, useCatalog, useObservable } from "./app";
import { greyOf, noPicture } from "./pixels";
import { LayerBars } from "./WalkEffect";
import styles from "./WalkFootprint.module.css";

interface WalkFootprintProps {
  readonly model: string;
  readonly walk: WalkSummary;
  readonly footprint: Footprint;
  readonly layers: readonly string[];
  readonly notation: WalkNotation;
}

export function WalkFootprint({ model, walk, footprint, layers, notation }: WalkFootprintProps) {
  const { overlaps } = useApp();
  const overlap = useObservable(overlaps.found).get(walk.id);
  const walks = useCatalog((state) => state.walks[model]?.walks);
  const shares = sharesOfLayers(footprint, walk.layers, layers.length);
  return (
    <div>
      <div className={styles.head}>
        <Heat model={model} footprint={footprint} />
        <div>
          {sayFootprint(footprint, notation).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      </div>
      {shares.length > 0 && <LayerBars names={layers} shares={shares} />}
      {sayOverlap(overlap, walks ?? []).map((sentence) => (
        <p key={sentence} className={styles.overlap}>
          {sentence}
        </p>
      ))}
      <p className={styles.origin}>Measured in {footprint.pictures} pictures of this generator.</p>
    </div>
  );
}

/** Where it acts: the hotter, the more. */
function Heat({ model, footprint }: Pick<WalkFootprintProps, "model" | "footprint">) {
  const { walkDesk } = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isDrawn, setDrawn] = useState(false);
  const { where, most } = footprint;
  useEffect(() => {
    let isOff = false;
    setDrawn(false);
    void walkDesk.whereOf(model, where).then(async (image) => {
      const found = image && (await greyOf(image).catch(noPicture));
      const surface = canvas.current;
      if (!found || isOff || !surface) return;
      const steps = found.data.map((share) => Math.round((share / 255) * most));
      [surface.width, surface.height] = [found.width, found.height];
      const colors = colorSamples(steps, heatTable(heatEnd(most)));
      surface.getContext("2d")?.putImageData(new ImageData(colors, found.width, found.height), 0, 0);
      setDrawn(true);
    });
    return () => {
      isOff = true;
    };
  }, [walkDesk, model, where, most]);
  const said = `Where it acts: up to ${Math.round(most)} of 255 steps`;
  return (
    <canvas
      ref={canvas}
      className={styles.heat}
      role="img"
      aria-label={said}
      title={said}
      data-drawn={isDrawn}
    />
  );
}
