/** Mask tools: shapes that a hand draws, as what they cover of each pixel, with soft edges. */

import type { MaskImage } from "../state/mask_image";
import { type Area, cutArea, feather, uniteAreas, wholeArea } from "./mask_buffer";

/** A point of the picture, in its pixels; the first pixel reaches from 0 to 1. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A point of a brush's way, and how far the brush reaches there. */
export interface Dab extends Point {
  readonly radius: number;
}

/**
 * What all shapes share: they write into `cover` what they cover, never less than is there, half of it right on
 * their outline, and return the area they wrote to, or null. `edge`: pixels from nothing to all of it, across.
 */
export type Shape = (cover: MaskImage, edge: number) => Area | null;

/** The way of a round brush between two points; with equal ones a dab. */
export function brushStroke(from: Dab, to: Dab): Shape {
  return (cover, edge) => {
    const reach = Math.max(from.radius, to.radius);
    // A soft brush still covers all of what lies under its middle.
    const soft = Math.min(edge, 2 * Math.min(from.radius, to.radius));
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const square = dx * dx + dy * dy;
    return draw(cover, boundsOf([from, to], reach + soft / 2 + 1), soft, (x, y) => {
      const along = square === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / square;
      const t = Math.min(1, Math.max(0, along));
      const radius = from.radius + (to.radius - from.radius) * t;
      return length(x - from.x - dx * t, y - from.y - dy * t) - radius;
    });
  };
}

export function rectangle(a: Point, b: Point): Shape {
  return (cover, edge) => {
    const [cx, cy] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
    const [halfX, halfY] = [Math.abs(a.x - b.x) / 2, Math.abs(a.y - b.y) / 2];
    return draw(cover, boundsOf([a, b], edge / 2 + 1), edge, (x, y) => {
      const [qx, qy] = [Math.abs(x - cx) - halfX, Math.abs(y - cy) - halfY];
      return length(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0);
    });
  };
}

/** The ellipse that fills the rectangle between two points. Its distance is one of first order, exact on the outline. */
export function ellipse(a: Point, b: Point): Shape {
  return (cover, edge) => {
    const [cx, cy] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
    const radiusX = Math.max(0.5, Math.abs(a.x - b.x) / 2);
    const radiusY = Math.max(0.5, Math.abs(a.y - b.y) / 2);
    return draw(cover, boundsOf([a, b], edge / 2 + 1), edge, (x, y) => {
      const [px, py] = [(x - cx) / radiusX, (y - cy) / radiusY];
      const out = length(px, py);
      const slope = length(px / radiusX, py / radiusY);
      return slope === 0 ? -Math.min(radiusX, radiusY) : (out * (out - 1)) / slope;
    });
  };
}

/** What lies within a line that was drawn by hand and closes by itself; where it crosses itself, inside stays inside. */
export function lasso(points: readonly Point[]): Shape {
  return (cover, edge) => {
    const area = cutArea(boundsOf(points, edge + 1), cover);
    if (points.length < 3 || area === null) return null;
    const hard = { ...cover, alpha: new Uint8Array(cover.alpha.length) };
    for (let y = area.top; y < area.bottom; y++) fillRow(hard, points, y);
    return lay(cover, soften(hard, edge), area);
  };
}

/** Pixels of a map, row by row, such as the labels that lie over a picture; of any size. */
export interface Samples {
  readonly height: number;
  readonly width: number;
  readonly samples: Uint8Array;
}

/** All of a map that has the sample at a point, or only the piece around it. */
export function sameSample(map: Samples, point: Point, isConnected: boolean): Shape {
  return (cover, edge) => {
    const x = Math.floor((point.x / cover.width) * map.width);
    const y = Math.floor((point.y / cover.height) * map.height);
    if (x < 0 || y < 0 || x >= map.width || y >= map.height) return null;
    const inside = isConnected ? pieceAround(map, y * map.width + x) : allOf(map, y * map.width + x);
    const hard = { ...cover, alpha: new Uint8Array(cover.alpha.length) };
    for (let row = 0; row < cover.height; row++) {
      const from = Math.floor(((row + 0.5) * map.height) / cover.height) * map.width;
      for (let column = 0; column < cover.width; column++) {
        const at = from + Math.floor(((column + 0.5) * map.width) / cover.width);
        hard.alpha[row * cover.width + column] = inside[at] === 1 ? 255 : 0;
      }
    }
    return lay(cover, soften(hard, edge), wholeArea(cover));
  };
}

/** `Math.hypot` guards against overflow, at many times the price. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

function boundsOf(points: readonly Point[], margin: number): Area {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin };
}

/** Covers what lies at a negative distance, in pixels, of a pixel's middle. */
function draw(
  cover: MaskImage,
  bounds: Area,
  edge: number,
  distance: (x: number, y: number) => number,
): Area | null {
  const area = cutArea(bounds, cover);
  if (area === null) return null;
  const width = Math.max(1, edge);
  for (let y = area.top; y < area.bottom; y++) {
    for (let x = area.left; x < area.right; x++) {
      const at = y * cover.width + x;
      const value = 255 * ramp(0.5 - distance(x + 0.5, y + 0.5) / width, edge > 1);
      if (value > (cover.alpha[at] ?? 0)) cover.alpha[at] = Math.round(value);
    }
  }
  return area;
}

/** 0 to 1; smoothly where there is room for it, straight across a single pixel. */
function ramp(t: number, isSmooth: boolean): number {
  const cut = Math.min(1, Math.max(0, t));
  return isSmooth ? cut * cut * (3 - 2 * cut) : cut;
}

/** An edge this wide has the standard deviation of a smooth ramp: `ramp`'s derivative 6t(1-t) has a variance of 1/20. */
function soften(hard: MaskImage, edge: number): MaskImage {
  return edge > 1 ? feather(hard, edge / Math.sqrt(20)) : hard;
}

function lay(cover: MaskImage, shape: MaskImage, area: Area): Area | null {
  for (let y = area.top; y < area.bottom; y++) {
    for (let at = y * cover.width + area.left; at < y * cover.width + area.right; at++) {
      cover.alpha[at] = Math.max(cover.alpha[at] ?? 0, shape.alpha[at] ?? 0);
    }
  }
  return uniteAreas(area, null);
}

/** Lines of samples within one row of pixels. */
const LINES = 5;

/** Covers the inside of a polygon in one row, by the rule of non-zero winding: exactly across, by samples downwards. */
function fillRow(target: MaskImage, points: readonly Point[], y: number): void {
  const row = new Float32Array(target.width);
  for (let line = 0; line < LINES; line++) {
    const crossings = crossingsAt(points, y + (line + 0.5) / LINES);
    let winding = 0;
    for (const [place, { x, turn }] of crossings.entries()) {
      winding += turn;
      const next = crossings[place + 1];
      if (winding !== 0 && next) addSpan(row, x, next.x);
    }
  }
  for (const [x, sum] of row.entries()) target.alpha[y * target.width + x] = Math.round((255 * sum) / LINES);
}

interface Crossing {
  readonly x: number;
  readonly turn: 1 | -1;
}

function crossingsAt(points: readonly Point[], y: number): Crossing[] {
  const found: Crossing[] = [];
  let a = points.at(-1);
  for (let place = 0; place < points.length && a; place++) {
    const b = points[place] ?? a;
    if (a.y <= y !== b.y <= y) {
      found.push({ x: a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x), turn: b.y > a.y ? 1 : -1 });
    }
    a = b;
  }
  return found.sort((one, other) => one.x - other.x);
}

function addSpan(row: Float32Array, from: number, to: number): void {
  const [left, right] = [Math.max(0, from), Math.min(row.length, to)];
  for (let x = Math.floor(left); x < Math.ceil(right); x++) {
    row[x] = Math.min(LINES, (row[x] ?? 0) + Math.max(0, Math.min(right, x + 1) - Math.max(left, x)));
  }
}

function allOf({ samples }: Samples, at: number): Uint8Array {
  const inside = new Uint8Array(samples.length);
  for (let place = 0; place < samples.length; place++) inside[place] = samples[place] === samples[at] ? 1 : 0;
  return inside;
}

/** Neighbours by a side or a corner: a thin diagonal line is one piece. */
function pieceAround({ height, width, samples }: Samples, at: number): Uint8Array {
  const inside = new Uint8Array(samples.length);
  const open = [at];
  inside[at] = 1;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [x, y] = [place % width, Math.floor(place / width)];
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        const near = row * width + column;
        if (inside[near] === 1 || samples[near] !== samples[at]) continue;
        inside[near] = 1;
        open.push(near);
      }
    }
  }
  return inside;
}
