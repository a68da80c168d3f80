/** Sketching: the kind of job that teaches a copy of a model by a set of drawings. */

export const SKETCH_KIND = "sketch";
