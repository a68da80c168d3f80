/** Dropped: what a file that somebody let go over the page is meant as, by its name, type and size. */

export type DroppedKind = "image" | "document" | "walk" | "numbers" | "direction" | "checkpoint" | "unknown";

const BY_ENDING: readonly (readonly [RegExp, DroppedKind])[] = [
  [/\.json$/i, "document"],
  [/\.np[yz]$/i, "numbers"],
  [/\.safetensors$/i, "walk"],
  [/\.(pkl|pt|pth)$/i, "direction"],
  [/\.(bin|ckpt|tar)$/i, "checkpoint"],
];
/** Files of directions are smaller, checkpoints hardly ever. A small one is tried as a direction first. */
const LARGEST_DIRECTION = 8 * 1024 * 1024;
/** As large as the server takes files of walks and of latents; what is larger can only be a checkpoint. */
const LARGEST_WALK = 64 * 1024 * 1024;

/** What it is in truth is found where it is read: here only whom to give it to. */
export function droppedKind(file: {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}): DroppedKind {
  if (file.type.startsWith("image/")) return "image";
  const kind = BY_ENDING.find(([ending]) => ending.test(file.name))?.[1] ?? "unknown";
  if (kind === "direction" && file.size > LARGEST_DIRECTION) return "checkpoint";
  if ((kind === "walk" || kind === "numbers") && file.size > LARGEST_WALK) return "checkpoint";
  return kind;
}
