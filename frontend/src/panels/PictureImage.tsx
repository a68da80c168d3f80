/** PictureImage: a small drawing of a picture, made once the hand rests. */

import { useEffect, useState } from "react";
import type { Picture } from "../protocol/wire";
import { withoutIdleMasks } from "../state/picture_masks";
import { useApp } from "./app";

export interface PictureImageProps {
  readonly picture: Picture;
  readonly className: string;
}

export function PictureImage({ picture, className }: PictureImageProps) {
  const { thumbnails } = useApp();
  const [drawn, setDrawn] = useState<{ readonly url: string; readonly model: string } | null>(null);
  // Masks that hold nothing still change no pixel: painting one draws nothing anew.
  const wanted = JSON.stringify(withoutIdleMasks(picture));

  // The old one stays until its successor is there, but one of another model would be taken for one of this.
  useEffect(() => {
    const ordered = JSON.parse(wanted) as Picture;
    return thumbnails.order(ordered, (image) =>
      setDrawn(image && { url: URL.createObjectURL(image), model: ordered.model }),
    );
  }, [thumbnails, wanted]);
  useEffect(() => (drawn === null ? undefined : () => URL.revokeObjectURL(drawn.url)), [drawn]);

  return drawn?.model === picture.model ? (
    <img className={className} src={drawn.url} alt="" draggable={false} />
  ) : (
    <span className={className} />
  );
}
