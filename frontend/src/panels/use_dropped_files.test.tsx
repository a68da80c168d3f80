/** Chosen files are paired as dropped ones are, and a description by itself is no checkpoint. */

import { act, cleanup, fireEvent, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { UploadBody } from "../protocol/wire";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { ModelsTools } from "./ModelsPanel";
import { useDroppedFiles } from "./use_dropped_files";

afterEach(cleanup);

/** Files as a browser hands them over. */
function entriesOf(files: readonly File[]) {
  return files.map((file) => ({
    isFile: true,
    isDirectory: false,
    name: file.name,
    file: (take: (file: File) => void) => take(file),
  }));
}

/** A folder, likewise; one that cannot be read has no files. */
function folder(files: readonly File[] | null, name = "tiny"): DataTransferItem {
  const entries = entriesOf(files ?? []);
  let left = entries;
  const readEntries = (take: (part: unknown) => void, fail: (error: unknown) => void) => {
    if (files === null) return fail(new DOMException("Gone."));
    take(left);
    left = [];
  };
  const entry = { isFile: false, isDirectory: true, name, createReader: () => ({ readEntries }) };
  return { kind: "file", type: "", webkitGetAsEntry: () => entry } as unknown as DataTransferItem;
}

function choose(files: readonly File[]): { readonly app: App; readonly told: UploadBody[] } {
  const told: UploadBody[] = [];
  const app = makeApp({}, async (_path, init) => {
    if (init?.method === "POST") told.push(JSON.parse(String(init.body)) as UploadBody);
    const body = JSON.stringify({ code: "format_unknown", detail: "No.", hint: "" });
    return new Response(body, { status: 422, headers: { "Content-Type": "application/problem+json" } });
  });
  const page = draw(app, <ModelsTools />);
  fireEvent.change(page.getByLabelText("Checkpoint files"), { target: { files } });
  return { app, told };
}

it("sends a checkpoint together with its description", async () => {
  const { told } = choose([new File(["1"], "model.pt"), new File(["{}"], "specs.json")]);
  await waitFor(() => expect(told).toHaveLength(1));
  expect(told[0]).toMatchObject({ name: "model.pt", beside: { name: "specs.json", text: "{}" } });
});

it("does not send a description by itself", () => {
  const { app, told } = choose([new File(["{}"], "config.json")]);
  expect(told).toEqual([]);
  expect(app.live.notice.get()?.code).toBe("description_alone");
});

it("finds the checkpoint in a folder, and opens no folder of many other files", async () => {
  const { app, told } = choose([]);
  cleanup();
  const page = draw(app, <Hopes />);
  const drop = (files: readonly File[]) =>
    fireEvent.drop(page.getByRole("status"), {
      dataTransfer: { types: ["Files"], items: [folder(files)], files: [] },
    });
  const names = ["config.json", "README.md", "pytorch_model.bin", "vocab.txt"];
  drop(names.map((name) => new File(["{}"], name)));
  await waitFor(() => expect(told).toHaveLength(1));
  expect(told[0]).toMatchObject({ name: "tiny.bin", beside: { name: "config.json" } });
  drop(["card.toml", "config.json", "weights.safetensors"].map((name) => new File(["{}"], name)));
  await waitFor(() => expect(told).toHaveLength(2));
  expect(told[1]).toMatchObject({ name: "tiny.safetensors", beside: null });
  drop(Array.from({ length: 9 }, (_, k) => new File(["1"], `${k}.txt`)));
  await waitFor(() => expect(app.live.notice.get()?.code).toBe("drop_folder"));
  expect(told).toHaveLength(2);
});

it("takes the checkpoint of every folder, and what was dropped beside them", async () => {
  const { app, told } = choose([]);
  cleanup();
  const page = draw(app, <Hopes />);
  const drop = (...items: DataTransferItem[]) =>
    fireEvent.drop(page.getByRole("status"), { dataTransfer: { types: ["Files"], items, files: [] } });
  const file = entriesOf([new File(["1"], "faces.pkl")])[0];
  const alone = { kind: "file", type: "", webkitGetAsEntry: () => file } as unknown as DataTransferItem;
  const weights = () => new File(["1"], "weights.safetensors");
  drop(folder([weights()], "one"), alone, folder([weights()], "two"));
  await waitFor(() => expect(told).toHaveLength(3));
  expect(told.map(({ name }) => name).sort()).toEqual(["faces.pkl", "one.safetensors", "two.safetensors"]);
  // A description of something else in another folder is none of it.
  drop(folder([new File(["1"], "model.pt")], "three"), folder([new File(["{}"], "config.json")], "unet"));
  await waitFor(() => expect(told).toHaveLength(4));
  expect(told[3]).toMatchObject({ name: "three.pt", beside: null });
  drop(folder(null));
  await waitFor(() => expect(app.live.notice.get()?.sentence).toContain("could not read all"));
  drop(...Array.from({ length: 9 }, (_, k) => folder([weights()], `model-${k}`)));
  await waitFor(() => expect(app.live.notice.get()?.sentence).toContain("9 checkpoints"));
  drop(folder(Array.from({ length: 2001 }, (_, k) => new File([], `${k}`))));
  await waitFor(() => expect(app.live.notice.get()?.sentence).toContain("more than 2000 files"));
  expect(told).toHaveLength(4);
});

it("says what becomes of files that are held over the page", () => {
  const app = makeApp();
  const page = draw(app, <Hopes />);
  const over = (type: string) =>
    fireEvent.dragOver(page.getByRole("status"), {
      dataTransfer: { types: ["Files"], items: [{ kind: "file", type }] },
    });
  over("image/png");
  expect(page.getByRole("status").textContent).toContain("which part of a photo to look for");
  act(() => app.maskView.setState({ isMasking: true }));
  expect(page.getByRole("status").textContent).toContain("becomes a mask");
  over("");
  expect(page.getByRole("status").textContent).toContain("checkpoints are taken in");
});

function Hopes() {
  const { isOver, hopes, handlers } = useDroppedFiles();
  return (
    <p role="status" {...handlers}>
      {isOver && hopes}
    </p>
  );
}
