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
  const [url, setUrl] = useState<string | null>(null);
  // Masks that hold nothing still change no pixel: painting one draws nothing anew.
  const wanted = JSON.stringify(withoutIdleMasks(picture));

  // The old one stays until its successor is there.
  useEffect(
    () =>
      thumbnails.order(JSON.parse(wanted) as Picture, (image) => setUrl(image && URL.createObjectURL(image))),
    [thumbnails, wanted],
  );
  useEffect(() => (url === null ? undefined : () => URL.revokeObjectURL(url)), [url]);

  return url ? (
    <img className={className} src={url} alt="" draggable={false} />
  ) : (
    <span className={className} />
  );
}
