// @vitest-environment node
/** Board sets: what is drawn is kept in its own set, whatever the server and other windows do meanwhile. */

import { beforeEach, expect, it } from "vitest";
import { FakeClock } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import { ImagesClient } from "../protocol/images";
import { SketchesClient } from "../protocol/sketches";
import type { SketchBody, SketchSetSummary } from "../protocol/wire";
import {
  activeOf,
  BOARD_SIDE,
  type BoardKind,
  type BoardStore,
  createBoardStore,
  withActive,
  withContent,
} from "./board";
import { BoardSets } from "./board_sets";
import { Live } from "./live";
import { emptyMask } from "./mask_image";

/** Keeps images and sets as the server does; answers to changes wait where a test holds them. */
class SketchServer {
  readonly sets = new Map<string, SketchSetSummary>();
  readonly images = new Map<string, Blob>();
  isDown = false;
  held: Promise<void> | null = null;

  readonly fetch = async (path: string, init?: RequestInit): Promise<Response> => {
    if (this.isDown) throw new TypeError("no line");
    if (path.startsWith("/api/images?")) {
      const id = `image-${this.images.size}`;
      this.images.set(id, init?.body as Blob);
      return Response.json({ id });
    }
    if (path.startsWith("/api/images/")) return new Response(this.images.get(path.slice(12)));
    if (init?.method === undefined) return Response.json({ sets: [...this.sets.values()] });
    await this.held;
    if (init.method === "DELETE") {
      this.sets.delete(path.slice(14));
      return new Response(null, { status: 204 });
    }
    const body = JSON.parse(String(init.body)) as SketchBody & { base?: number };
    const known = this.sets.get(path.slice(14));
    if (init.method === "PATCH" && known?.revision !== body.base) {
      const code = known ? "sketch_set_changed" : "sketch_set_not_found";
      const headers = { "Content-Type": "application/problem+json" };
      return Response.json({ code, detail: "No.", hint: "" }, { status: 409, headers });
    }
    const id = known?.id ?? `set-${this.sets.size}`;
    const set = { ...body, id, revision: (known?.revision ?? 0) + 1, created: "", changed: "" };
    this.sets.set(id, set);
    return Response.json(set);
  };
}

let server: SketchServer;
let board: BoardStore;
let clock: FakeClock;
let live: Live;
let sets: BoardSets;

beforeEach(() => {
  server = new SketchServer();
  board = createBoardStore();
  clock = new FakeClock();
  live = new Live();
  const http = new HttpClient(server.fetch);
  const stored = new Map<string, string>();
  sets = new BoardSets({
    board,
    images: new ImagesClient(http),
    client: new SketchesClient(http),
    live,
    clock,
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
    },
    model: () => "portraits",
    onKept: () => undefined,
  });
});

/** A drawing whose first rows are ink. */
function draw(rows: number): void {
  const image = emptyMask(BOARD_SIDE, BOARD_SIDE);
  image.alpha.fill(255, 0, rows * BOARD_SIDE);
  board.setState((state) => withActive(state, (sketch) => withContent(sketch, { image })));
}

const rows = () => activeOf(board.getState()).image.alpha.filter((value) => value > 0).length / BOARD_SIDE;
const drawings = () => [...server.sets.values()].map(({ drawings: kept }) => kept);

/** A stroke is on its way to be kept; the answer comes when it is let go. */
async function drawWithLateAnswer(): Promise<() => void> {
  let letGo: () => void = () => undefined;
  server.held = new Promise((resolve) => {
    letGo = resolve;
  });
  draw(10);
  clock.pass(500);
  await expect.poll(() => sets.how.get()).toBe("saving");
  return () => letGo();
}

it("keeps what is drawn in one set, though the first answer is late", async () => {
  const letGo = await drawWithLateAnswer();
  draw(20);
  const kept = sets.saveNow();
  letGo();
  expect(await kept).toBe(true);
  expect(drawings()).toEqual([["image-1"]]);
  expect(sets.isKept).toBe(true);
});

it("never saves a new set over the one whose answer was late", async () => {
  const letGo = await drawWithLateAnswer();
  const started = sets.startNew();
  letGo();
  await started;
  expect(sets.open.get()).toBeNull();
  draw(20);
  await sets.saveNow();
  expect(drawings()).toEqual([["image-0"], ["image-1"]]);
  expect(board.getState().name).toBe("My sketches 2");
});

it("leaves what cannot be kept on the board, until somebody discards it", async () => {
  draw(10);
  server.isDown = true;
  await sets.startNew("pose");
  expect([board.getState().kind, rows(), sets.isKept]).toEqual(["lines" satisfies BoardKind, 10, false]);
  expect(live.notice.get()?.code).toBe("sketches_not_kept");
  live.notice.get()?.actions?.[0]?.run();
  await expect.poll(() => board.getState().kind).toBe("pose");
  expect(sets.isKept).toBe(true);
});

it("tells once that the server is away, and saves when it is back", async () => {
  server.isDown = true;
  draw(10);
  await sets.saveNow();
  expect(live.notice.get()?.code).toBe("unreachable");
  live.notice.set(null);
  clock.pass(4000);
  await sets.saveNow();
  expect([live.notice.get(), sets.how.get()]).toEqual([null, "failed"]);
  server.isDown = false;
  sets.resume();
  clock.pass(0);
  await expect.poll(() => sets.how.get()).toBe("saved");
  expect(drawings()).toEqual([["image-0"]]);
});

it("goes on as a set of its own where another window changed it", async () => {
  draw(10);
  await sets.saveNow();
  const [set] = server.sets.values();
  if (set) server.sets.set(set.id, { ...set, revision: 7 });
  draw(20);
  expect(await sets.saveNow()).toBe(true);
  expect(drawings()).toEqual([["image-0"], ["image-1"]]);
  expect(live.notice.get()?.code).toBe("sketch_set_changed");
});

it("shows the set that was asked for last, with its drawings as they were", async () => {
  draw(10);
  await sets.saveNow();
  await sets.startNew();
  draw(20);
  await sets.saveNow();
  const [first, second] = [...server.sets.values()] as [SketchSetSummary, SketchSetSummary];
  await Promise.all([sets.read(second), sets.read(first)]);
  expect([rows(), sets.open.get()?.id]).toEqual([10, first.id]);
  await sets.remove(first);
  expect([rows(), [...server.sets.keys()]]).toEqual([0, [second.id]]);
});
