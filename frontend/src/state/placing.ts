/** Placing: which square of a photo is looked for, moved, sized and turned by hand, or given by eyes and mouth. */

/** In pixels of the photo: the middle, the side, and how far it is turned, in degrees clockwise. */
export interface PhotoSquare {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly turn: number;
}

export interface PhotoSize {
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];
/** Eyes, left and right as seen, and mouth. */
export type FacePoints = readonly [left: Point, right: Point, mouth: Point];

/** The least side, as a share of the photo's shorter side; the greatest, of its longer one. */
const LEAST_SIDE = 0.05;
const MOST_SIDE = 2;

/** The largest square in the middle. */
export function middle({ width, height }: PhotoSize): PhotoSquare {
  return { x: width / 2, y: height / 2, side: Math.min(width, height), turn: 0 };
}

/** A square moved; one that is upright and fits stays inside of the photo, any other with its middle. */
export function moved(square: PhotoSquare, [right, down]: Point, photo: PhotoSize): PhotoSquare {
  const isHeld = square.turn === 0 && square.side <= Math.min(photo.width, photo.height);
  const room = isHeld ? square.side / 2 : 0;
  const within = (value: number, length: number) => Math.min(Math.max(value, room), length - room);
  return {
    ...square,
    x: within(square.x + right, photo.width),
    y: within(square.y + down, photo.height),
  };
}

export function resized(square: PhotoSquare, side: number, photo: PhotoSize): PhotoSquare {
  const short = Math.min(photo.width, photo.height);
  const most = square.turn === 0 ? short : MOST_SIDE * Math.max(photo.width, photo.height);
  return moved({ ...square, side: Math.min(most, Math.max(LEAST_SIDE * short, side)) }, [0, 0], photo);
}

/** Turned about its middle, to an angle between −180 and 180 degrees. */
export function turned(square: PhotoSquare, turn: number, photo: PhotoSize): PhotoSquare {
  const angle = ((((turn + 180) % 360) + 360) % 360) - 180;
  return moved({ ...square, turn: Math.abs(angle) < 1e-9 ? 0 : angle }, [0, 0], photo);
}

/** Where the points of a face stand before they are put in their places. */
export function guessed({ width, height }: PhotoSize): FacePoints {
  return [
    [0.4 * width, 0.42 * height],
    [0.6 * width, 0.42 * height],
    [0.5 * width, 0.65 * height],
  ];
}

/**
 * FFHQ's square of a face, as the server cuts it out (`wend.imaging.alignment`): upright is halfway between the line
 * of the eyes and the square to the line from eyes to mouth. Null for points that give no direction.
 */
export function ffhqSquare([left, right, mouth]: FacePoints): PhotoSquare | null {
  const eyes: Point = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  const across: Point = [right[0] - left[0], right[1] - left[1]];
  const down: Point = [mouth[0] - eyes[0], mouth[1] - eyes[1]];
  const x: Point = [across[0] + down[1], across[1] - down[0]];
  if (Math.hypot(...x) < 1e-6) return null;
  const half = Math.max(2 * Math.hypot(...across), 1.8 * Math.hypot(...down));
  return {
    x: eyes[0] + 0.1 * down[0],
    y: eyes[1] + 0.1 * down[1],
    side: 2 * half,
    turn: (Math.atan2(x[1], x[0]) * 180) / Math.PI,
  };
}

/** What a job is told: an upright square inside of the photo as shares, any other in pixels. */
export function placingParams(
  square: PhotoSquare,
  points: FacePoints | null,
  photo: PhotoSize,
): Readonly<Record<string, readonly number[]>> {
  if (points !== null) return { points: points.flat() };
  const { x, y, side, turn } = square;
  const short = Math.min(photo.width, photo.height);
  const [left, top] = [x - side / 2, y - side / 2];
  const isInside = left >= 0 && top >= 0 && left + side <= photo.width && top + side <= photo.height;
  if (turn !== 0 || !isInside) return { square: [x, y, side, turn] };
  return { crop: [left / short, top / short, side / short].map((share) => Math.min(1, Math.max(0, share))) };
}
