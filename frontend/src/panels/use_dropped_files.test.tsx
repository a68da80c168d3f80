/** Chosen files are paired as dropped ones are, and a description by itself is no checkpoint. */

import { act, cleanup, fireEvent, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { UploadBody } from "../protocol/wire";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { ModelsTools } from "./ModelsPanel";
import { useDroppedFiles } from "./use_dropped_files";

afterEach(cleanup);

/** A folder as a browser hands it over. */
function folder(files: readonly File[]): DataTransferItem {
  const entries = files.map((file) => ({
    isFile: true,
    isDirectory: false,
    file: (take: (file: File) => void) => take(file),
  }));
  let left = entries;
  const readEntries = (take: (part: unknown) => void) => {
    take(left);
    left = [];
  };
  const entry = { isFile: false, isDirectory: true, createReader: () => ({ readEntries }) };
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
  expect(told[0]).toMatchObject({ name: "pytorch_model.bin", beside: { name: "config.json" } });
  drop(["card.toml", "config.json", "weights.safetensors"].map((name) => new File(["{}"], name)));
  await waitFor(() => expect(told).toHaveLength(2));
  expect(told[1]).toMatchObject({ name: "weights.safetensors", beside: null });
  drop(Array.from({ length: 9 }, (_, k) => new File(["1"], `${k}.txt`)));
  await waitFor(() => expect(app.live.notice.get()?.code).toBe("drop_folder"));
  expect(told).toHaveLength(2);
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
