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

/** Where something lies, from the top left. */
export interface Spot<Px extends number> {
  readonly x: Px;
  readonly y: Px;
}

/** A rectangle that a picture fills. */
export interface Placement<Px extends number> extends Size<Px> {
  readonly left: Px;
  readonly top: Px;
}

/** How a picture is looked at: so many times its fitted size, its point at x and y (0 to 1) in the middle of the room. */
export interface Camera {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

/** All of the picture, as large as it fits. */
export const WHOLE: Camera = { zoom: 1, x: 0.5, y: 0.5 };

const MAX_ZOOM = 32;

/** Where a fitted picture lies in its room. */
export function place<Px extends number>(
  fitted: Size<Px>,
  room: Size<Px>,
  { zoom, x, y }: Camera,
): Placement<Px> {
  const [width, height] = [fitted.width * zoom, fitted.height * zoom];
  return {
    left: (room.width / 2 - x * width) as Px,
    top: (room.height / 2 - y * height) as Px,
    width: width as Px,
    height: height as Px,
  };
}

/** The point of the picture that lies at a spot of its room, 0 to 1 each way; outside of that beside the picture. */
export function pointAt<Px extends number>(
  spot: Spot<Px>,
  { left, top, width, height }: Placement<Px>,
): { readonly x: number; readonly y: number } {
  return { x: (spot.x - left) / width, y: (spot.y - top) / height };
}

/** Nearer by a factor, the point under a spot staying where it is; never farther than all of the picture. */
export function zoomAt<Px extends number>(
  camera: Camera,
  factor: number,
  spot: Spot<Px>,
  fitted: Size<Px>,
  room: Size<Px>,
): Camera {
  const zoom = Math.min(MAX_ZOOM, camera.zoom * factor);
  if (zoom <= 1) return WHOLE;
  const { x, y } = pointAt(spot, place(fitted, room, camera));
  const near = {
    zoom,
    x: x - (spot.x - room.width / 2) / (fitted.width * zoom),
    y: y - (spot.y - room.height / 2) / (fitted.height * zoom),
  };
  return within(near, fitted, room);
}

/** The picture pushed by so much. */
export function pan<Px extends number>(
  { zoom, x, y }: Camera,
  by: Spot<Px>,
  fitted: Size<Px>,
  room: Size<Px>,
): Camera {
  const pushed = { zoom, x: x - by.x / (fitted.width * zoom), y: y - by.y / (fitted.height * zoom) };
  return within(pushed, fitted, room);
}

/** No margin shows beside a picture that is larger than its room; one that is not stands in the middle. */
export function within<Px extends number>({ zoom, x, y }: Camera, fitted: Size<Px>, room: Size<Px>): Camera {
  const keep = (at: number, length: number, roomLength: number) => {
    const margin = Math.min(0.5, roomLength / 2 / length);
    return Math.min(1 - margin, Math.max(margin, at));
  };
  return { zoom, x: keep(x, fitted.width * zoom, room.width), y: keep(y, fitted.height * zoom, room.height) };
}
