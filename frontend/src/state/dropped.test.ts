import { expect, test } from "vitest";
import { type DroppedKind, droppedKind } from "./dropped";

test.each<[string, string, number, DroppedKind]>([
  ["mouth.png", "image/png", 10, "image"],
  ["document.json", "application/json", 10, "document"],
  ["smile.SAFETENSORS", "", 10, "walk"],
  ["model.safetensors", "", 2 ** 28, "checkpoint"],
  ["network-snapshot.pkl", "", 2 ** 28, "checkpoint"],
  ["smile.pt", "", 3000, "direction"],
  ["pytorch_model.bin", "", 3000, "checkpoint"],
  ["projected_w.npz", "", 10, "numbers"],
  ["smile_boundary.npy", "", 10, "numbers"],
  ["notes.txt", "text/plain", 10, "unknown"],
])("%s of type %s and %d bytes is meant as it looks", (name, type, size, kind) => {
  expect(droppedKind({ name, type, size })).toBe(kind);
});
