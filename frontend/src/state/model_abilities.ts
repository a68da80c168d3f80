/** What a model allows, in sentences: read off what its generator has, and what lies beside it. */

import type { ModelSummary, Picture } from "../protocol/wire";
import type { CatalogState } from "./catalog";
import { latentsOf } from "./mixing";

export interface Ability {
  readonly can: boolean;
  readonly says: string;
}

/** Whether edits in w, which a range of rows or a region can hold, are possible at all. */
export function hasW({ spaces }: Pick<ModelSummary, "spaces">): boolean {
  return spaces.includes("w");
}

/** Whether a picture has a z that sliders could move: a latent that was found in w has none. Unknown ones may. */
export function hasZ(picture: Picture, spaces: CatalogState["codeSpaces"]): boolean {
  return codesOf(picture).every((code) => (spaces[code] ?? "z") === "z");
}

/** The codes that a picture is drawn from. */
export function codesOf(picture: Picture): readonly string[] {
  return latentsOf(picture).flatMap((latent) => {
    if (latent.kind === "code") return [latent.code];
    if (latent.kind === "seed") return [];
    return latent.parts.flatMap((part) => ("code" in part ? [part.code] : []));
  });
}

export function abilities(model: ModelSummary): readonly Ability[] {
  const { classes, has_noise, has_discriminator, num_ws } = model;
  return [
    hasW(model)
      ? {
          can: true,
          says: `Sliders in w, on all or some of its ${num_ws} rows; regions, and what keeps them still`,
        }
      : {
          can: false,
          says: "Sliders in z only: it has no w, so none for some layers, and no sliders for a region",
        },
    ...(classes.length > 0 ? [{ can: true, says: `${classes.length} classes to choose from` }] : []),
    { can: has_noise, says: has_noise ? "Fine detail by noise, apart from the seed" : "No noise maps" },
    ofPhotos(model),
    has_discriminator
      ? { can: true, says: "Sketches and joint training begin with its discriminator" }
      : { can: false, says: "No discriminator: sketches and joint training begin with a new one" },
  ];
}

/** How a photo opens. */
function ofPhotos({ has_encoder, encoder_places }: ModelSummary): Ability {
  if (has_encoder) {
    return { can: true, says: "A photo opens at once: it has an encoder. Drop one on the picture" };
  }
  if (encoder_places.includes("encoder")) {
    return { can: true, says: "A photo opens at once, or nearer in a minute: drop one on the picture" };
  }
  return { can: false, says: "No encoder: a photo does not open at once" };
}
