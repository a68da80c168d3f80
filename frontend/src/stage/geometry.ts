/** Where a picture lies on the stage. Lengths of the three spaces are told apart by their types. */

declare const space: unique symbol;

/** CSS pixels of the page. */
export type ScreenPx = number & { readonly [space]: "screen" };
/** Device pixels of the canvas. */
export type StagePx = number & { readonly [space]: "stage" };
/** Pixels of the picture itself. */
export type ImagePx = number & { readonly [space]: "image" };

export interface Size<Px extends number> {
  readonly height: Px;
  readonly width: Px;
}

export function sizeOf<Px extends number>(height: number, width: number): Size<Px> {
  return { height: height as Px, width: width as Px };
}

/** The room for the canvas, in device pixels. */
export function toStage(size: Size<ScreenPx>, pixelRatio: number): Size<StagePx> {
  return sizeOf(Math.floor(size.height * pixelRatio), Math.floor(size.width * pixelRatio));
}

/** How large a canvas of so many device pixels is on the page. */
export function toScreen(size: Size<StagePx>, pixelRatio: number): Size<ScreenPx> {
  return sizeOf(size.height / pixelRatio, size.width / pixelRatio);
}

/**
 * The largest size a picture can be shown at: a whole multiple of its own pixels where one fits, so that all
 * its pixels are equally large; otherwise as large as the room allows.
 */
export function fitPicture(image: Size<ImagePx>, room: Size<StagePx>): Size<StagePx> {
  const scale = Math.min(room.height / image.height, room.width / image.width);
  const whole = scale >= 1 ? Math.floor(scale) : scale;
  return sizeOf(Math.max(1, Math.round(image.height * whole)), Math.max(1, Math.round(image.width * whole)));
}
