/** Has z: whether a picture has a z that sliders could move; one whose latent was found in w has none. */

import { useEffect } from "react";
import type { Picture } from "../protocol/wire";
import { codesOf, hasZ } from "../state/model_abilities";
import { useApp, useCatalog } from "./app";

export function useHasZ(picture: Picture | null): boolean {
  const { foreignDesk } = useApp();
  const codes = picture ? codesOf(picture).join(" ") : "";
  useEffect(() => {
    for (const code of codes.split(" ")) if (code !== "") void foreignDesk.learnSpace(code);
  }, [codes, foreignDesk]);
  return useCatalog(({ codeSpaces }) => picture === null || hasZ(picture, codeSpaces));
}
