/** Uploads go part by part, wait for a server that is away, go on where they stopped, and end in words. */

import { beforeEach, expect, it } from "vitest";
import { FakeClock } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import { UploadsClient } from "../protocol/uploads";
import type { UploadBody, UploadSummary } from "../protocol/wire";
import { type SentFile, Uploads } from "./uploads";

const ID = "0123456789abcdef";
const MEGABYTE = 2 ** 20;

function fileOf(size: number, name = "faces.pkl"): SentFile {
  const blob = new Blob([new Uint8Array(size)]);
  return { name, size, lastModified: 5, slice: (a, b) => blob.slice(a, b), text: async () => '{"a": 1}' };
}

/** A server of one upload, which may be away, or have some of it already. */
class FakeServer {
  told: UploadBody | null = null;
  received = 0;
  away = 0;
  state: UploadSummary["state"] = "arriving";
  problem: UploadSummary["problem"] = null;
  readonly offsets: number[] = [];
  readonly asked: string[] = [];

  readonly fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const method = init.method ?? "GET";
    this.asked.push(`${method} ${path}`);
    if (this.away > 0) {
      this.away -= 1;
      throw new TypeError("no line");
    }
    if (method === "POST") this.told = JSON.parse(String(init.body)) as UploadBody;
    if (method === "PATCH") {
      this.offsets.push(Number(new Headers(init.headers).get("Upload-Offset")));
      this.received += (init.body as Blob).size;
    }
    if (method === "DELETE") return new Response(null, { status: 204 });
    return Response.json(path === "/api/uploads" ? { uploads: [this.summary] } : this.summary);
  };

  get summary(): UploadSummary {
    const size = this.told?.size_bytes ?? MEGABYTE;
    const isOver = this.received >= size && this.state !== "arriving";
    return {
      id: ID,
      name: this.told?.name ?? "faces.pkl",
      size_bytes: size,
      received_bytes: this.received,
      state: isOver ? this.state : this.received >= size ? "reading" : "arriving",
      model: isOver && this.state === "done" ? "faces" : null,
      problem: isOver ? this.problem : null,
    };
  }
}

let server: FakeServer;
let clock: FakeClock;
let uploads: Uploads;
let models: string[];

beforeEach(() => {
  server = new FakeServer();
  clock = new FakeClock();
  models = [];
  const client = new UploadsClient(new HttpClient(server.fetch));
  uploads = new Uploads(client, clock, (model) => models.push(model));
});

/** Lets time pass until the work has ended. */
async function whole(work: Promise<void>): Promise<void> {
  let isOver = false;
  void work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve));
    clock.pass(100);
  }
  await work;
}

const only = () => uploads.all.get()[0];

it("sends a file in parts, and ends with a model", async () => {
  server.state = "done";
  await whole(uploads.bring(fileOf(MEGABYTE)));
  expect(server.offsets.length).toBeGreaterThan(1);
  expect(server.offsets[0]).toBe(0);
  expect(server.told).toMatchObject({ name: "faces.pkl", size_bytes: MEGABYTE, stamp: "5", beside: null });
  expect(only()).toMatchObject({ phase: "done", model: "faces", sent: MEGABYTE });
  expect(models).toEqual(["faces"]);
});

it("goes on where the server stands, and takes its description along", async () => {
  server.received = MEGABYTE / 2;
  server.state = "done";
  await whole(uploads.bring(fileOf(MEGABYTE), fileOf(8, "config.json")));
  expect(server.offsets[0]).toBe(MEGABYTE / 2);
  expect(server.told?.beside).toEqual({ name: "config.json", text: '{"a": 1}' });
});

it("waits for a server that is away, and says so", async () => {
  server.state = "done";
  const phases: (string | undefined)[] = [];
  uploads.all.subscribe(() => phases.push(only()?.phase));
  server.away = 3;
  await whole(uploads.bring(fileOf(MEGABYTE)));
  expect(phases).toContain("waiting");
  expect(only()?.phase).toBe("done");
  expect(server.received).toBe(MEGABYTE);
});

it("tells why a file is refused, until that is dismissed", async () => {
  server.state = "refused";
  server.problem = { code: "format_unknown", sentence: "It is a text.", hint: "Bring another." };
  await whole(uploads.bring(fileOf(100)));
  expect(only()).toMatchObject({ phase: "refused", problem: { sentence: "It is a text." } });
  await uploads.remove(only()?.key ?? "");
  expect(uploads.all.get()).toEqual([]);
  expect(server.asked.at(-1)).toBe(`DELETE /api/uploads/${ID}`);
});

it("stops at once when it is cancelled", async () => {
  const bringing = uploads.bring(fileOf(100));
  // The server reads for ever.
  while (only()?.phase !== "reading") await new Promise((resolve) => setTimeout(resolve));
  await uploads.remove(only()?.key ?? "");
  await bringing;
  expect(uploads.all.get()).toEqual([]);
  expect(clock.timerCount).toBe(0);
});

it("knows after a reload what is on its way, and goes on with the same file", async () => {
  server.told = { name: "faces.pkl", size_bytes: MEGABYTE, sha256: null, stamp: "5", beside: null };
  server.received = 1000;
  server.state = "done";
  await uploads.refresh();
  expect(only()).toMatchObject({ phase: "elsewhere", sent: 1000 });
  await whole(uploads.bring(fileOf(MEGABYTE)));
  expect(uploads.all.get()).toHaveLength(1);
  expect(server.offsets[0]).toBe(1000);
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => setTimeout(resolve));
    clock.pass(1000);
  }
}

it("tells what another page sends from what nobody sends any more", async () => {
  server.told = { name: "faces.pkl", size_bytes: MEGABYTE, sha256: null, stamp: "5", beside: null };
  server.received = 1000;
  await uploads.refresh();
  server.received = 2000;
  await until(() => only()?.sent === 2000);
  expect(only()?.phase).toBe("elsewhere");
  await until(() => only()?.phase === "lost");
  expect(clock.timerCount).toBe(0);
});

it("ends in words when the file is changed while it is sent", async () => {
  const file = fileOf(MEGABYTE);
  const unreadable = { arrayBuffer: () => Promise.reject(new Error("changed")), size: 0 } as unknown as Blob;
  const gone: SentFile = { ...file, slice: () => unreadable };
  uploads.all.subscribe(() => {
    // The line breaks at the first part.
    if (only()?.id === ID && server.offsets.length === 0) server.away = 1;
  });
  await whole(uploads.bring(gone));
  expect(only()?.phase).toBe("refused");
  expect(only()?.problem?.sentence).toContain("changed, moved or deleted");
});

it("ends in words when the description cannot be read", async () => {
  const beside: SentFile = { ...fileOf(8, "config.json"), text: () => Promise.reject(new Error("gone")) };
  await whole(uploads.bring(fileOf(100), beside));
  expect(only()?.problem?.sentence).toContain("config.json can no longer be read");
});
