/** The stage hand: what fingers, pens, mice and wheels do over the stage: paint, go nearer, push the picture. */

import type { MaskViewStore } from "../state/mask_view";
import { resizeBrush, resizeEdge } from "../state/mask_view";
import type { ScreenPx, Spot } from "./geometry";
import type { MaskHand, Touch } from "./mask_hand";
import type { MaskLayer } from "./mask_layer";
import type { Stage } from "./stage";

export interface StageHandContext {
  readonly stage: Stage;
  readonly layer: MaskLayer;
  readonly hand: MaskHand;
  readonly view: MaskViewStore;
}

/** Wheel deltas that make one step, and how much nearer a delta goes. */
const WHEEL_STEP = 100;
const WHEEL_ZOOM = 0.0025;
/** Pixels of a line, for wheels that count in lines. */
const LINE = 16;

/** A stroke younger than this was a finger of a pinch. */
const PINCH_MS = 250;

const ERASER_BUTTON = 32;

type Gesture =
  | { readonly kind: "paint"; readonly pointer: number; readonly since: number }
  | { readonly kind: "pan"; readonly pointer: number }
  | { readonly kind: "pinch" };

export class StageHand {
  private gesture: Gesture | null = null;
  private readonly pointers = new Map<number, Spot<ScreenPx>>();
  private isSpaceHeld = false;
  private isOver = false;

  constructor(
    private readonly room: HTMLElement,
    private readonly parts: StageHandContext,
  ) {}

  /** Listens until the returned function is called. */
  listen(): () => void {
    const aborter = new AbortController();
    const { signal } = aborter;
    const { room } = this;
    room.addEventListener("pointerdown", (event) => this.down(event), { signal });
    room.addEventListener("pointermove", (event) => this.move(event), { signal });
    room.addEventListener("pointerup", (event) => this.up(event), { signal });
    room.addEventListener("pointercancel", (event) => this.up(event, true), { signal });
    room.addEventListener("pointerenter", () => this.enter(true), { signal });
    room.addEventListener("pointerleave", () => this.enter(false), { signal });
    room.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    window.addEventListener("keydown", (event) => this.key(event, true), { signal, capture: true });
    window.addEventListener("keyup", (event) => this.key(event, false), { signal, capture: true });
    window.addEventListener("blur", () => this.hold(false), { signal });
    return () => {
      aborter.abort();
      this.parts.hand.cancel();
    };
  }

  private get isMasking(): boolean {
    return this.parts.view.getState().isMasking;
  }

  private down(event: PointerEvent): void {
    const spot = this.spotOf(event);
    this.pointers.set(event.pointerId, spot);
    if (event.pointerType === "touch" && this.pointers.size === 2) {
      this.beginPinch(event.timeStamp);
      return;
    }
    if (this.gesture) return;
    const isPush = event.button === 1 || (event.button === 0 && this.isSpaceHeld);
    const mayPush = this.parts.stage.zoom > 1 && (isPush || (event.button === 0 && !this.isMasking));
    if (mayPush) this.gesture = { kind: "pan", pointer: event.pointerId };
    else if (this.isMasking && !isPush && isTip(event)) this.beginPainting(event);
    if (!this.gesture) return;
    event.preventDefault();
    this.room.setPointerCapture(event.pointerId);
    this.showCursor(event);
  }

  private beginPainting(event: PointerEvent): void {
    const touch = this.touchOf(event);
    const isOpposite = event.altKey || (event.buttons & ERASER_BUTTON) !== 0;
    if (!touch || !this.parts.hand.begin(touch, isOpposite)) return;
    this.gesture = { kind: "paint", pointer: event.pointerId, since: event.timeStamp };
    // A field that is being typed in keeps its keys from the tools.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  private beginPinch(now: number): void {
    if (this.gesture?.kind === "paint") {
      if (now - this.gesture.since < PINCH_MS) this.parts.hand.cancel();
      else this.parts.hand.end();
    }
    this.gesture = { kind: "pinch" };
  }

  private move(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    const spot = this.spotOf(event);
    if (before) this.pointers.set(event.pointerId, spot);
    const { gesture, parts } = this;
    if (gesture?.kind === "pinch" && before) this.pinch(event.pointerId, before, spot);
    else if (gesture?.kind === "pan" && before && gesture.pointer === event.pointerId) {
      parts.stage.pan(minus(spot, before));
    } else if (gesture?.kind === "paint" && gesture.pointer === event.pointerId) {
      // All points between two repaints, where the browser tells them.
      const events = event.getCoalescedEvents?.() ?? [];
      const touches = (events.length > 0 ? events : [event]).map((each) => this.touchOf(each));
      parts.hand.move(touches.filter((touch) => touch !== null));
    }
    this.showCursor(event);
  }

  private up(event: PointerEvent, isCancelled = false): void {
    this.pointers.delete(event.pointerId);
    const { gesture, parts } = this;
    if (gesture?.kind === "pinch") {
      if (this.pointers.size === 0) this.gesture = null;
      return;
    }
    if (gesture?.pointer !== event.pointerId) return;
    this.gesture = null;
    if (gesture.kind === "paint" && isCancelled) parts.hand.cancel();
    else if (gesture.kind === "paint") parts.hand.end();
    this.showCursor(event);
  }

  /** One finger of two moves: nearer as they part, along as they go together. */
  private pinch(moved: number, before: Spot<ScreenPx>, spot: Spot<ScreenPx>): void {
    const other = [...this.pointers].find(([pointer]) => pointer !== moved)?.[1];
    if (!other) return;
    const apart = Math.hypot(before.x - other.x, before.y - other.y);
    const middle = halfway(spot, other);
    if (apart > 0) {
      this.parts.stage.zoomAt(middle, Math.hypot(spot.x - other.x, spot.y - other.y) / apart);
    }
    this.parts.stage.pan(minus(middle, halfway(before, other)));
  }

  private wheel(event: WheelEvent): void {
    const { stage, view } = this.parts;
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    const [right, down] = [event.deltaX * unit, event.deltaY * unit];
    if (event.ctrlKey || event.metaKey) stage.zoomAt(this.spotOf(event), Math.exp(-down * WHEEL_ZOOM));
    else if (this.isMasking || event.altKey) {
      // Shift turns many a wheel sideways.
      const steps = -(down || right) / WHEEL_STEP;
      if (event.shiftKey) resizeEdge(view, steps);
      else resizeBrush(view, steps);
    } else if (stage.zoom > 1) stage.pan({ x: -right as ScreenPx, y: -down as ScreenPx });
    else return;
    event.preventDefault();
    this.showCursor(event);
  }

  private key(event: KeyboardEvent, isDown: boolean): void {
    if (event.key === "Escape" && isDown && this.gesture?.kind === "paint") {
      this.gesture = null;
      this.parts.hand.cancel();
      event.preventDefault();
      event.stopPropagation();
    }
    if (event.key !== " ") return;
    const isMeant = this.isOver && this.parts.stage.zoom > 1;
    if (isDown && !isMeant) return;
    if (isDown) event.preventDefault();
    this.hold(isDown);
  }

  private hold(isHeld: boolean): void {
    this.isSpaceHeld = isHeld;
    this.showHand();
  }

  private enter(isOver: boolean): void {
    this.isOver = isOver;
    if (!isOver && this.gesture?.kind !== "paint") this.parts.layer.point(null);
  }

  /** The ring of the brush follows the hand; the stylesheet draws the other cursors. */
  private showCursor(event: MouseEvent): void {
    const { tool } = this.parts.view.getState();
    const hasRing = (tool === "brush" || tool === "eraser") && this.gesture?.kind !== "pan";
    const isTouch = event instanceof PointerEvent && event.pointerType === "touch" && !this.gesture;
    if (this.isMasking && !isTouch) {
      const pressure = event instanceof PointerEvent ? pressureOf(event) : 1;
      const radius = hasRing ? this.parts.hand.radius(pressure) : null;
      this.parts.layer.point({ spot: this.spotOf(event), radius });
    } else this.parts.layer.point(null);
    this.showHand();
  }

  private showHand(): void {
    const isPan = this.gesture?.kind === "pan";
    const mayPan = this.parts.stage.zoom > 1 && (this.isSpaceHeld || !this.isMasking);
    this.room.dataset.hand = isPan ? "grabbing" : mayPan ? "grab" : "";
  }

  private touchOf(event: PointerEvent): Touch | null {
    const point = this.parts.stage.pointAt(this.spotOf(event));
    return point && { ...point, pressure: pressureOf(event), isEven: event.shiftKey };
  }

  private spotOf(event: MouseEvent): Spot<ScreenPx> {
    const box = this.room.getBoundingClientRect();
    return { x: (event.clientX - box.left) as ScreenPx, y: (event.clientY - box.top) as ScreenPx };
  }
}

/** A mouse's main button, a finger, either end of a pen. */
function isTip(event: PointerEvent): boolean {
  return event.button === 0 || (event.buttons & ERASER_BUTTON) !== 0;
}

/** Only pens tell; a hovering one is not pressed, but would be. */
function pressureOf({ pointerType, pressure, buttons }: PointerEvent): number {
  return pointerType === "pen" && buttons !== 0 && pressure > 0 ? pressure : 1;
}

function minus(a: Spot<ScreenPx>, b: Spot<ScreenPx>): Spot<ScreenPx> {
  return { x: (a.x - b.x) as ScreenPx, y: (a.y - b.y) as ScreenPx };
}

function halfway(a: Spot<ScreenPx>, b: Spot<ScreenPx>): Spot<ScreenPx> {
  return { x: ((a.x + b.x) / 2) as ScreenPx, y: ((a.y + b.y) / 2) as ScreenPx };
}
