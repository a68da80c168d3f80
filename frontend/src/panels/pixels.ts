/** Pixels: read out of image files that the server sent. */

import type { Pixels } from "../state/effect";

export async function pixelsOf(image: Blob): Promise<Pixels> {
  const bitmap = await createImageBitmap(image);
  const { width, height } = bitmap;
  const surface = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!surface) throw new Error("this browser draws no pictures");
  surface.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: surface.getImageData(0, 0, width, height).data };
}

/** Of a grey picture, one sample a pixel. */
export async function greyOf(
  image: Blob,
): Promise<{ readonly width: number; readonly height: number; readonly data: Uint8Array }> {
  const { width, height, data } = await pixelsOf(image);
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, at) => data[4 * at] ?? 0) };
}

/** For what cannot be decoded: it is not drawn, and what stands beside it says the rest. */
export function noPicture(error: unknown): null {
  if (!(error instanceof DOMException)) throw error;
  return null;
}
