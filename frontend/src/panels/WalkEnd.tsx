/** WalkEnd: the picture at one end of a slider, small, drawn once the slider is in sight and the hand rests. */

import { memo, useEffect, useRef, useState } from "react";
import { withAlpha } from "../state/picture";
import { usePicture } from "./app";
import { PictureImage } from "./PictureImage";
import styles from "./WalkEnd.module.css";

interface WalkEndProps {
  readonly walk: string;
  readonly alpha: number;
  /** What pressing it does, in words. */
  readonly title: string;
  readonly onChoose: () => void;
}

export const WalkEnd = memo(function WalkEnd({ walk, alpha, title, onChoose }: WalkEndProps) {
  const picture = usePicture();
  const place = useRef<HTMLButtonElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver((entries) => {
      // Several may wait: the last one is how it stands now.
      setSeen(entries.at(-1)?.isIntersecting ?? false);
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    // The slider does the same by its Home and End keys.
    <button ref={place} type="button" className={styles.end} tabIndex={-1} title={title} onClick={onChoose}>
      <span className={styles.hidden}>{title}</span>
      {isSeen && picture ? (
        <PictureImage className={styles.image ?? ""} picture={withAlpha(walk, alpha)(picture)} />
      ) : (
        <span className={styles.image} />
      )}
    </button>
  );
});
