/** Fakes for tests of the wire: a clock that moves when told, and a socket that keeps what it was sent. */

import type { Clock } from "./clock";
import type { SocketLike } from "./socket";
import type { ClientMessage, Picture, ServerMessage, WalkSummary } from "./wire";

export const PICTURE: Picture = {
  model: "portraits-64",
  model_blend: null,
  latent: { kind: "seed", seed: 7 },
  mix: [],
  psi: 0.8,
  psi_cutoff: null,
  noise_seed: 0,
  noise_blend: [],
  class_index: null,
  edits: [],
  masks: [],
};

export const WALK: WalkSummary = {
  id: "pca-w/1",
  title: "Component 1",
  method: "pca",
  space: "w",
  unit: "sd",
  shown_unit: "sd",
  shown_per_alpha: 1,
  layers: { start: 0, end: 10 },
  low: -3,
  high: 3,
  psi: 0.8,
  strength: 0.1,
  furthest: 1000,
  is_linear: true,
  trained: null,
  reachable: null,
  saturated: null,
  class_index: null,
  factor: null,
  is_foreign: false,
  is_shipped: true,
  is_hidden: false,
  is_pinned: false,
  group: null,
  footprint: null,
  settings: {},
};

export class FakeClock implements Clock {
  private time = 0;
  private frames: (() => void)[] = [];
  private timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  onAnimationFrame(callback: () => void): void {
    this.frames.push(callback);
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + ms, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** The browser repaints. */
  repaint(): void {
    const due = this.frames;
    this.frames = [];
    for (const callback of due) callback();
  }

  /** Callbacks that are still to come by themselves. */
  get timerCount(): number {
    return this.timers.length;
  }

  pass(ms: number): void {
    this.time += ms;
    const due = this.timers.filter(({ at }) => at <= this.time);
    this.timers = this.timers.filter(({ at }) => at > this.time);
    for (const { callback } of due) callback();
  }
}

export class FakeSocket implements SocketLike {
  binaryType: BinaryType = "blob";
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  isClosed = false;
  readonly sent: ClientMessage[] = [];

  send(data: Parameters<SocketLike["send"]>[0]): void {
    this.sent.push(JSON.parse(String(data)) as ClientMessage);
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.onopen?.call(this.asWebSocket, new Event("open"));
  }

  receive(data: ServerMessage | ArrayBuffer): void {
    const raw = data instanceof ArrayBuffer ? data : JSON.stringify(data);
    this.onmessage?.call(this.asWebSocket, new MessageEvent("message", { data: raw }));
  }

  breakOff(reason = ""): void {
    this.onclose?.call(this.asWebSocket, new CloseEvent("close", { code: 1006, reason }));
  }

  // The handlers' type wants a whole WebSocket as `this`; the client's handlers use none.
  private get asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }
}

/** A frame of one byte for a view and revision; kind 1 is a map of labels. */
export function frameOf(view: number, revision: number, kind = 0): ArrayBuffer {
  const bytes = new DataView(new ArrayBuffer(34));
  bytes.setUint32(0, 0x57454e44, true);
  bytes.setUint8(4, 2);
  bytes.setUint8(5, view);
  bytes.setUint8(8, kind);
  bytes.setUint32(9, revision, true);
  bytes.setUint32(29, 1, true);
  return bytes.buffer;
}
