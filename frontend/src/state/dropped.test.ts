import { expect, test } from "vitest";
import { type DroppedKind, droppedKind } from "./dropped";

test.each<[string, string, DroppedKind]>([
  ["mouth.png", "image/png", "image"],
  ["document.json", "application/json", "document"],
  ["smile.SAFETENSORS", "", "walk"],
  ["network-snapshot.pkl", "", "checkpoint"],
  ["projected_w.npz", "", "checkpoint"],
  ["notes.txt", "text/plain", "unknown"],
])("%s is meant as it looks", (name, type, kind) => {
  expect(droppedKind({ name, type })).toBe(kind);
});
