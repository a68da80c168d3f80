// @vitest-environment node
/** Board files: each file that is brought is told of, a photograph comes at a second word, and no drawing is lost silently. */

import { beforeEach, expect, it } from "vitest";
import { encodeGreyPng } from "../protocol/grey_png";
import { HttpClient } from "../protocol/http";
import { ImagesClient } from "../protocol/images";
import { SketchesClient } from "../protocol/sketches";
import { BOARD_SIDE, type BoardStore, createBoardStore, drawnOf, MAX_SKETCHES, withKind } from "./board";
import { BoardFiles } from "./board_files";

/** Answers by the file's name, as the server does by what is in it. */
class DrawingsServer {
  readonly asked: string[] = [];
  strokes: readonly string[] = [];

  readonly fetch = async (path: string, init?: RequestInit): Promise<Response> => {
    this.asked.push(path);
    if (path.startsWith("/api/sketches/quickdraw")) {
      return Response.json({ images: this.strokes.map((id) => ({ id })) });
    }
    if (path.startsWith("/api/images/")) return new Response(await ink());
    const text = init?.body instanceof Blob ? await init.body.text() : "";
    const isSure = path.includes("surely");
    if (text === "drawing" || (text === "photo" && isSure)) return Response.json({ id: "1" });
    const code = text === "photo" ? "sketch_is_photo" : "image_invalid";
    const problem = { code, detail: `No: ${text}.`, hint: "Other." };
    return Response.json(problem, { status: 422, headers: { "Content-Type": "application/problem+json" } });
  };
}

/** A bar of ink across the paper. */
function ink(): Promise<Blob> {
  const grey = new Uint8Array(BOARD_SIDE * BOARD_SIDE).fill(255);
  grey.fill(0, 0, 40 * BOARD_SIDE);
  return encodeGreyPng({ height: BOARD_SIDE, width: BOARD_SIDE, grey });
}

const file = (name: string, text: string) => new File([text], name);

let server: DrawingsServer;
let board: BoardStore;
let files: BoardFiles;
const drawn = () => drawnOf(board.getState()).length;
const told = () => files.told.get().map(({ code, sentence }) => [code, sentence.split(":")[0]]);

beforeEach(() => {
  server = new DrawingsServer();
  board = createBoardStore();
  const http = new HttpClient(server.fetch);
  files = new BoardFiles({
    board,
    images: new ImagesClient(http),
    client: new SketchesClient(http),
    width: () => 0.04,
  });
});

it("tells of each bad file of several, and puts the good ones onto the board", async () => {
  await files.bring([file("black.png", "black"), file("a.png", "drawing"), file("broken.png", "broken")]);
  expect(drawn()).toBe(1);
  expect(told()).toEqual([
    ["image_invalid", "black.png"],
    ["image_invalid", "broken.png"],
  ]);
  await files.bring([file("b.png", "drawing")]);
  expect(drawn()).toBe(2);
  expect(told()).toEqual([]);
});

it("takes a photograph for a drawing once it is told that it is one, and leaves what was told of others", async () => {
  await files.bring([file("me.png", "photo"), file("broken.png", "broken")]);
  expect(told().map(([code]) => code)).toEqual(["sketch_is_photo", "image_invalid"]);
  const [photo] = files.told.get();
  if (photo) await files.bringAgain(photo);
  expect(drawn()).toBe(1);
  expect(told()).toEqual([["image_invalid", "broken.png"]]);
});

it("says how many drawings of a file found no place", async () => {
  server.strokes = Array.from({ length: MAX_SKETCHES + 2 }, (_, place) => `${place}`);
  await files.bring([file("cats.ndjson", "strokes")]);
  expect(drawn()).toBe(MAX_SKETCHES);
  expect(files.told.get()[0]?.sentence).toMatch(/^2 drawings of cats.ndjson found no place/);
});

it("takes no lines onto a board of labels, and no more files than fit", async () => {
  await files.bring(Array.from({ length: MAX_SKETCHES + 1 }, () => file("a.png", "drawing")));
  expect(told().map(([code]) => code)).toEqual(["sketches_too_many"]);
  board.setState((state) => withKind(state, "labels"));
  await files.bring([file("a.png", "drawing")]);
  expect(told().map(([code]) => code)).toEqual(["drawings_invalid"]);
  expect(server.asked).toEqual([]);
});
