/** The socket client: keeps one connection alive and says what every view should show, newest only. */

import type { Clock } from "./clock";
import { decodeFrame, type Frame, FrameInvalid, type MapKind, type Quality } from "./frame";
import type {
  ClientMessage,
  ErrorCode,
  FindNearest,
  FindRegion,
  Picture,
  Problem,
  ServerMessage,
} from "./wire";

/** The part of a browser's WebSocket that is used here. */
export type SocketLike = Pick<
  WebSocket,
  "binaryType" | "onopen" | "onmessage" | "onclose" | "send" | "close"
>;

/**
 * `retryAt` is on the clock given to the client. There are no more attempts when `outdated`, the server being of
 * another version, nor when `refused`, the server asking for a token that this browser has not.
 */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  | { readonly state: "waiting"; readonly retryAt: number }
  | { readonly state: "outdated" }
  | { readonly state: "refused" }
  | { readonly state: "closed" };

export interface SocketEvents {
  onConnection(connection: Connection): void;
  onMessage(message: ServerMessage): void;
  onFrame(frame: Frame): void;
  /** A map over a picture; it answers a watch, no render. */
  onMap(frame: Frame): void;
  onRenderSent(view: number, revision: number): void;
}

/** A render on its way; `stopWaiting` calls off the end of patience with it, once something waits behind it. */
interface Sent {
  readonly revision: number;
  readonly sentAt: number;
  stopWaiting: (() => void) | null;
}

interface Want {
  readonly picture: Picture;
  readonly quality: Quality;
  readonly revision: number;
}

/** What a view is to be told of its pictures. */
export interface Watching {
  readonly factors: boolean;
  readonly overlay: MapKind | null;
}

/** Waiting times between attempts: quick at first, because a restart takes a second or two. */
const RETRY_MS = [250, 500, 1000, 2000, 4000, 8000] as const;

/** A render unanswered for this long no longer holds back a newer one: the server keeps only the newest. */
const STALLED_MS = 2000;

/** The reason of a close, and the code of the message before it, when the server is of another version. */
const OUTDATED: ErrorCode = "schema_mismatch";

/**
 * Sends at most one render of a view per animation frame, and none while one is unanswered; what is wanted
 * meanwhile replaces what waits. After a reconnection every view's newest picture is sent again.
 */
export class SocketClient {
  private socket: SocketLike | null = null;
  private isOpen = false;
  private attempts = 0;
  private revision = 0;
  private mayOfferNow = true;
  private cancelRetry: (() => void) | null = null;
  private isOutdated = false;
  private isRefused = false;
  private readonly wanted = new Map<number, Want>();
  private readonly watched = new Map<number, Watching>();
  private readonly waiting = new Set<number>();
  private readonly unanswered = new Map<number, Sent>();

  constructor(
    private readonly open: () => SocketLike,
    private readonly clock: Clock,
    private readonly events: SocketEvents,
  ) {}

  /** Opens the connection and keeps it open until `close`. */
  connect(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.isRefused = false;
    this.events.onConnection({ state: "connecting" });
    const socket = this.open();
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.handleOpen();
    socket.onmessage = (event) => this.handleMessage(event.data);
    socket.onclose = (event) => this.handleClose(event.reason);
    this.socket = socket;
  }

  /** Ends a wait for the next attempt, or tries again where there would be none. */
  retryNow(): void {
    if (this.cancelRetry || this.isRefused) this.connect();
  }

  /** The server has said by another way that no attempt can succeed; an open connection proves it wrong. */
  refuse(): void {
    if (this.isOpen || this.isOutdated) return;
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.drop();
    this.isRefused = true;
    this.events.onConnection({ state: "refused" });
  }

  close(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.drop();
    this.events.onConnection({ state: "closed" });
  }

  /** The view should show this picture; returns the revision its frame will carry. */
  show(view: number, picture: Picture, quality: Quality): number {
    this.revision += 1;
    this.wanted.set(view, { picture, quality, revision: this.revision });
    this.waiting.add(view);
    this.offer();
    return this.revision;
  }

  /** Asks the server to find the walks of a model; needless if it is not connected, for `Hello` asks again. */
  discover(model: string): void {
    if (this.isOpen) this.send({ type: "discover", model });
  }

  /** The view should be told this of what it shows, from the next picture or the one it shows already. */
  watch(view: number, watching: Watching): void {
    this.watched.set(view, watching);
    if (this.isOpen) this.send({ type: "watch", view, ...watching });
  }

  /** Asks for sliders of a region; a newer question of the same view ends an older one. */
  findRegion(view: number, question: Omit<FindRegion, "type" | "view">): void {
    if (this.isOpen) this.send({ type: "find_region", view, ...question });
  }

  /** Asks for samples like a drawing; a newer question of the same view ends an older one. */
  findNearest(view: number, question: Omit<FindNearest, "type" | "view">): void {
    if (this.isOpen) this.send({ type: "find_nearest", view, ...question });
  }

  /** Ends the search for samples: the board is closed. */
  stopNearest(view: number): void {
    if (this.isOpen) this.send({ type: "stop_nearest", view });
  }

  stopRegion(view: number): void {
    if (this.isOpen) this.send({ type: "stop_region", view });
  }

  private handleOpen(): void {
    this.isOpen = true;
    // Before the pictures: what is not watched is not kept to be looked at.
    for (const [view, watching] of this.watched) {
      if (watching.factors || watching.overlay) this.send({ type: "watch", view, ...watching });
    }
    for (const [view, want] of this.wanted) {
      // The hand may have let go while the connection was down: the best is wanted now.
      this.revision += 1;
      this.wanted.set(view, { ...want, quality: "final", revision: this.revision });
      this.waiting.add(view);
    }
    this.events.onConnection({ state: "open" });
    this.offer();
  }

  private handleMessage(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      this.handleFrame(data);
      return;
    }
    const message = JSON.parse(String(data)) as ServerMessage;
    if (message.type === "hello") this.attempts = 0;
    if (message.type === "error") this.handleProblem(message);
    this.events.onMessage(message);
  }

  private handleFrame(data: ArrayBuffer): void {
    let frame: Frame;
    try {
      frame = decodeFrame(data);
    } catch (error) {
      if (!(error instanceof FrameInvalid)) throw error;
      // Both ends are of one schema, so the stream itself is damaged: a new connection starts a clean one.
      this.socket?.close();
      return;
    }
    if (frame.kind !== "picture") {
      this.events.onMap(frame);
      return;
    }
    this.settle(frame.view, frame.revision);
    this.events.onFrame(frame);
  }

  private handleProblem(problem: Problem): void {
    this.isOutdated ||= problem.code === OUTDATED;
    if (problem.view !== null && problem.revision !== null) this.settle(problem.view, problem.revision);
  }

  private settle(view: number, revision: number): void {
    const sent = this.unanswered.get(view);
    if (sent && revision >= sent.revision) {
      sent.stopWaiting?.();
      this.unanswered.delete(view);
    }
    this.offer();
  }

  private handleClose(reason: string): void {
    this.drop();
    if (this.isOutdated || reason === OUTDATED) {
      this.events.onConnection({ state: "outdated" });
    } else {
      const delay = RETRY_MS[Math.min(this.attempts, RETRY_MS.length - 1)] ?? 0;
      this.attempts += 1;
      this.events.onConnection({ state: "waiting", retryAt: this.clock.now() + delay });
      this.cancelRetry = this.clock.after(delay, () => this.connect());
    }
  }

  private drop(): void {
    if (this.socket) {
      this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
      this.socket.close();
    }
    this.socket = null;
    this.isOpen = false;
    for (const { stopWaiting } of this.unanswered.values()) stopWaiting?.();
    this.unanswered.clear();
  }

  /** Sends at once when nothing was sent in this animation frame (least latency), else at the next one. */
  private offer(): void {
    if (!this.isOpen || !this.mayOfferNow) return;
    let hasSent = false;
    for (const view of this.waiting) hasSent = this.offerView(view) || hasSent;
    if (!hasSent) return;
    this.mayOfferNow = false;
    this.clock.onAnimationFrame(() => {
      this.mayOfferNow = true;
      this.offer();
    });
  }

  private offerView(view: number): boolean {
    const want = this.wanted.get(view);
    const sent = this.unanswered.get(view);
    if (!want) return false;
    if (sent) {
      const left = sent.sentAt + STALLED_MS - this.clock.now();
      if (left > 0) {
        sent.stopWaiting ??= this.clock.after(left, () => this.offer());
        return false;
      }
    }
    this.waiting.delete(view);
    this.unanswered.set(view, { revision: want.revision, sentAt: this.clock.now(), stopWaiting: null });
    this.send({
      type: "render",
      view,
      revision: want.revision,
      quality: want.quality,
      picture: want.picture,
    });
    this.events.onRenderSent(view, want.revision);
    return true;
  }

  private send(message: ClientMessage): void {
    this.socket?.send(JSON.stringify(message));
  }
}
