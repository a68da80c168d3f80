/** The socket client sends little, the newest only, and comes back by itself with the picture it had. */

import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock, FakeSocket, frameOf, PICTURE } from "./fakes";
import { type Connection, SocketClient } from "./socket";
import type { Picture, ServerMessage } from "./wire";

const HELLO: ServerMessage = { type: "hello", version: "0", device: "cpu", notes: [], default_model: "m" };

let clock: FakeClock;
let sockets: FakeSocket[];
let connections: Connection[];
let frames: number[];
let maps: number[];
let client: SocketClient;

function seed(value: number): Picture {
  return { ...PICTURE, latent: { kind: "seed", seed: value } };
}

function latest(): FakeSocket {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("no socket was opened");
  return socket;
}

/** Seeds of the renders that were sent, in order. */
function sentSeeds(socket = latest()): number[] {
  return socket.sent.flatMap((message) =>
    message.type === "render" && message.picture.latent.kind === "seed" ? [message.picture.latent.seed] : [],
  );
}

function lastRevision(): number {
  const message = latest().sent.at(-1);
  return message?.type === "render" ? message.revision : -1;
}

beforeEach(() => {
  clock = new FakeClock();
  sockets = [];
  connections = [];
  frames = [];
  maps = [];
  client = new SocketClient(
    () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    clock,
    {
      onConnection: (connection) => connections.push(connection),
      onMessage: () => undefined,
      onFrame: (frame) => frames.push(frame.revision),
      onMap: (frame) => maps.push(frame.revision),
      onRenderSent: () => undefined,
    },
  );
  client.connect();
});

describe("coalescing", () => {
  beforeEach(() => latest().open());

  it("sends the first at once", () => {
    client.show(0, seed(1), "live");
    expect(sentSeeds()).toEqual([1]);
  });

  it("sends one per animation frame, the newest", () => {
    for (const value of [1, 2, 3, 4]) client.show(0, seed(value), "live");
    latest().receive(frameOf(0, lastRevision()));
    expect(sentSeeds()).toEqual([1]);
    clock.repaint();
    expect(sentSeeds()).toEqual([1, 4]);
  });

  it("holds one back while another is unanswered", () => {
    client.show(0, seed(1), "live");
    clock.repaint();
    client.show(0, seed(2), "live");
    client.show(0, seed(3), "final");
    clock.repaint();
    expect(sentSeeds()).toEqual([1]);
    latest().receive(frameOf(0, lastRevision()));
    expect(sentSeeds()).toEqual([1, 3]);
    expect(latest().sent.at(-1)).toMatchObject({ quality: "final" });
  });

  it("takes an error of the revision for an answer", () => {
    client.show(0, seed(1), "live");
    clock.repaint();
    client.show(0, seed(2), "live");
    const problem = { code: "render_failed", sentence: "", hint: "", view: 0 } as const;
    latest().receive({ type: "error", ...problem, revision: lastRevision() });
    expect(sentSeeds()).toEqual([1, 2]);
  });

  it("does not wait for ever", () => {
    client.show(0, seed(1), "live");
    clock.repaint();
    client.show(0, seed(2), "live");
    clock.pass(1999);
    expect(sentSeeds()).toEqual([1]);
    clock.pass(1);
    expect(sentSeeds()).toEqual([1, 2]);
  });

  it("keeps one timer of a view, and none once it is answered", () => {
    client.show(0, seed(1), "live");
    clock.repaint();
    for (const value of [2, 3, 4]) client.show(0, seed(value), "live");
    expect(clock.timerCount).toBe(1);
    latest().receive(frameOf(0, lastRevision()));
    expect(clock.timerCount).toBe(0);
  });

  it("counts revisions up, and views do not wait for each other", () => {
    const first = client.show(0, seed(1), "live");
    clock.repaint();
    const second = client.show(1, seed(2), "live");
    expect(second).toBeGreaterThan(first);
    expect(sentSeeds()).toEqual([1, 2]);
  });
});

describe("frames", () => {
  it("are passed on", () => {
    latest().open();
    latest().receive(frameOf(0, 5));
    expect(frames).toEqual([5]);
  });

  it("that are damaged end the connection", () => {
    latest().open();
    latest().receive(new ArrayBuffer(3));
    expect(latest().isClosed).toBe(true);
    expect(frames).toEqual([]);
  });
});

describe("connection", () => {
  it("sends what was wanted before it opened", () => {
    client.show(0, seed(9), "live");
    expect(latest().sent).toEqual([]);
    latest().open();
    expect(sentSeeds()).toEqual([9]);
  });

  it("comes back with the newest picture in final quality", () => {
    latest().open();
    client.show(0, seed(1), "live");
    client.show(0, seed(2), "live");
    latest().breakOff();
    clock.repaint();
    clock.pass(250);
    expect(sockets).toHaveLength(2);
    latest().open();
    expect(latest().sent).toMatchObject([{ type: "render", quality: "final", picture: seed(2) }]);
  });

  it("waits longer every time, and from the start again after a greeting", () => {
    const delays: number[] = [];
    const fail = () => {
      latest().breakOff();
      const last = connections.at(-1);
      if (last?.state !== "waiting") throw new Error("it does not wait");
      delays.push(last.retryAt - clock.now());
      clock.pass(last.retryAt - clock.now());
    };
    for (let attempt = 0; attempt < 7; attempt += 1) fail();
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000]);
    latest().open();
    latest().receive(HELLO);
    fail();
    expect(delays.at(-1)).toBe(250);
  });

  it("can be retried at once", () => {
    latest().breakOff();
    client.retryNow();
    clock.pass(10_000);
    expect(sockets).toHaveLength(2);
  });

  it("stops when the server is of another version", () => {
    latest().open();
    latest().breakOff("schema_mismatch");
    clock.pass(60_000);
    expect(connections.at(-1)).toEqual({ state: "outdated" });
    expect(sockets).toHaveLength(1);
  });

  it("stops when it is refused, until it is asked to try again", () => {
    latest().breakOff();
    client.refuse();
    clock.pass(60_000);
    expect(connections.at(-1)).toEqual({ state: "refused" });
    expect(sockets).toHaveLength(1);
    client.retryNow();
    expect(sockets).toHaveLength(2);
    latest().open();
    client.refuse();
    expect(connections.at(-1)).toEqual({ state: "open" });
  });

  it("stops when it is closed", () => {
    latest().open();
    client.close();
    clock.pass(60_000);
    expect(sockets).toHaveLength(1);
    expect(connections.at(-1)).toEqual({ state: "closed" });
  });
});

describe("watching", () => {
  const watches = (socket = latest()) => socket.sent.filter(({ type }) => type === "watch");

  it("is said before the pictures of every connection, and only where something is watched", () => {
    client.watch(0, { factors: true, overlay: "lines" });
    client.watch(1, { factors: false, overlay: null });
    client.show(0, seed(1), "live");
    for (const _connection of [1, 2]) {
      latest().open();
      expect(latest().sent.map(({ type }) => type)).toEqual(["watch", "render"]);
      expect(latest().sent[0]).toEqual({ type: "watch", view: 0, factors: true, overlay: "lines" });
      latest().breakOff();
      clock.repaint();
      clock.pass(10_000);
    }
  });

  it("is said at once while the connection is open", () => {
    latest().open();
    client.watch(0, { factors: true, overlay: null });
    client.watch(0, { factors: false, overlay: null });
    expect(watches()).toHaveLength(2);
  });

  it("does not take a map for the answer to a render", () => {
    latest().open();
    client.show(0, seed(1), "live");
    client.show(0, seed(2), "live");
    clock.repaint();
    latest().receive(frameOf(0, lastRevision(), 1));
    expect([frames, maps]).toEqual([[], [1]]);
    expect(sentSeeds()).toEqual([1]);
    latest().receive(frameOf(0, 1));
    expect(sentSeeds()).toEqual([1, 2]);
  });
});
