/** Dropped: what a file that somebody let go over the page is meant as, by its name and type. */

export type DroppedKind = "image" | "document" | "walk" | "checkpoint" | "unknown";

const BY_ENDING: readonly (readonly [RegExp, DroppedKind])[] = [
  [/\.json$/i, "document"],
  [/\.safetensors$/i, "walk"],
  [/\.(pkl|pt|pth|bin|ckpt|tar|npz|npy)$/i, "checkpoint"],
];

/** What it is in truth is found where it is read: here only whom to give it to. */
export function droppedKind(file: { readonly name: string; readonly type: string }): DroppedKind {
  if (file.type.startsWith("image/")) return "image";
  return BY_ENDING.find(([ending]) => ending.test(file.name))?.[1] ?? "unknown";
}
