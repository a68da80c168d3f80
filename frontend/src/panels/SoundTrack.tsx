/** SoundTrack: how loud the sound is along the strip, and where its beats are. */

import { useEffect, useRef } from "react";
import type { Sound } from "../protocol/wire";
import { levelAt } from "../state/sound";
import styles from "./SoundTrack.module.css";
import { type StripScale, toSeconds, toX } from "./timeline_scale";

const HEIGHT_PX = 32;

/** Browsers draw no wider canvas; a longer strip is drawn coarser. */
const MAX_CANVAS_PX = 8192;

export interface SoundTrackProps {
  readonly sound: Sound;
  readonly scale: StripScale;
}

export function SoundTrack({ sound, scale }: SoundTrackProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = Math.min(Math.round(scale.width), MAX_CANVAS_PX);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !canvas.current) return;
    const style = getComputedStyle(canvas.current);
    const coarse = scale.width / width;
    context.clearRect(0, 0, width, HEIGHT_PX);
    context.fillStyle = style.getPropertyValue("--track");
    for (let x = 0; x < width; x += 2) {
      const height = levelAt(sound, "loudness", toSeconds(x * coarse, scale)) * HEIGHT_PX;
      if (x * coarse >= toX(0, scale)) context.fillRect(x, HEIGHT_PX - height, 1.5, height);
    }
    context.fillStyle = style.getPropertyValue("--accent");
    for (const beat of sound.beats) context.fillRect(toX(beat, scale) / coarse - 0.5, 0, 1, HEIGHT_PX);
  });
  return <canvas ref={canvas} className={styles.track} width={width} height={HEIGHT_PX} />;
}
