/** Has z: whether a picture has a z that sliders could move; one whose latent was found in w has none. */

import { useEffect } from "react";
import type { Picture } from "../protocol/wire";
import { latentsOf } from "../state/mixing";
import { useApp, useCatalog } from "./app";

export function useHasZ(picture: Picture | null): boolean {
  const { foreignDesk } = useApp();
  const codes = codesOf(picture).join(" ");
  useEffect(() => {
    for (const code of codes.split(" ")) if (code !== "") void foreignDesk.learnSpace(code);
  }, [codes, foreignDesk]);
  return useCatalog(({ codeSpaces }) => codes.split(" ").every((code) => (codeSpaces[code] ?? "z") === "z"));
}

function codesOf(picture: Picture | null): readonly string[] {
  if (picture === null) return [];
  return latentsOf(picture).flatMap((latent) => {
    if (latent.kind === "code") return [latent.code];
    if (latent.kind === "seed") return [];
    return latent.parts.flatMap((part) => ("code" in part ? [part.code] : []));
  });
}
