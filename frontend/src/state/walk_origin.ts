/** Where a slider is from, and at which step of a picture's making it moves it, in sentences. */

import type { Picture, WalkSummary } from "../protocol/wire";

type Walk = Pick<WalkSummary, "method" | "settings" | "space">;

/** `titleOf`: what a model is called here. */
export function sayOrigin(
  { method, settings, space }: Walk,
  { model, psi }: Pick<Picture, "model" | "psi">,
  titleOf: (model: string) => string,
): readonly string[] {
  const { measured_on, z_of } = settings;
  const from = typeof measured_on === "string" && measured_on !== model ? measured_on : null;
  const said: string[] = [];
  if (typeof z_of === "string") {
    said.push(
      `It moves the z of ${titleOf(z_of)}; the mapping behind it is another here, and so may be what it does.`,
    );
  } else if (from !== null) {
    said.push(`Found and measured on ${titleOf(from)}, with which this model shares its w.`);
  }
  if (space === "w")
    said.push(`It moves w behind truncation (ψ ${psi.toFixed(2)}), by its whole number; 0 moves nothing.`);
  if (method === "pca" && psi !== 1) {
    said.push(
      `Programs that truncate behind the edit move it by ψ times theirs: 1 there is ${psi.toFixed(2)} here.`,
    );
  }
  return said;
}
