/** What a model allows, in sentences: read off what its generator has, and what lies beside it. */

import type { ModelSummary } from "../protocol/wire";

export interface Ability {
  readonly can: boolean;
  readonly says: string;
}

/** Whether edits in w, which a range of rows or a region can hold, are possible at all. */
export function hasW({ spaces }: Pick<ModelSummary, "spaces">): boolean {
  return spaces.includes("w");
}

export function abilities(model: ModelSummary): readonly Ability[] {
  const { classes, has_noise, has_discriminator, has_encoder, num_ws } = model;
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
    has_encoder
      ? { can: true, says: "A photo opens at once: it has an encoder. Drop one on the picture" }
      : { can: false, says: "No encoder: a photo does not open at once" },
    has_discriminator
      ? { can: true, says: "Sketches and joint training begin with its discriminator" }
      : { can: false, says: "No discriminator: sketches and joint training begin with a new one" },
  ];
}
