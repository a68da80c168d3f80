/** The model desk: another model comes onto the stage, and what was saved with the one before stays as it is. */

import type { ModelSummary, Timeline } from "../protocol/wire";
import type { Beginning, Begun } from "./beginning";
import type { DocumentStore } from "./document";
import { type Change, firstPicture, seedOf } from "./picture";

export interface ModelDeskContext {
  readonly beginning: Beginning;
  readonly document: DocumentStore;
}

export class ModelDesk {
  constructor(private readonly context: ModelDeskContext) {}

  /**
   * Shows what a model makes of the present seed. What became of the document, which is told; null: nothing was
   * changed.
   */
  async choose(model: ModelSummary): Promise<Begun | null> {
    const { beginning, document } = this.context;
    if (document.getState().picture?.model === model.id) return null;
    const begun = await beginning.show(`Model ${model.title}`, anew(model));
    if (begun !== null) beginning.tell(begun);
    return begun;
  }

  /** Puts a model in the place of one that is gone, in the picture and in every keyframe. */
  async replace(gone: string, model: ModelSummary, change: Change): Promise<void> {
    const { beginning } = this.context;
    const instead: Change = (picture) => (picture.model === gone ? change(picture) : picture);
    const begun = await beginning.begin(`Model ${model.title}`, ({ picture, timeline, controls }) => ({
      picture: instead(picture),
      timeline: timeline && withEach(timeline, instead),
      controls,
    }));
    if (begun !== null) beginning.tell(begun);
  }
}

function withEach(timeline: Timeline, change: Change): Timeline {
  const keyframes = timeline.keyframes.map((each) => ({ ...each, picture: change(each.picture) }));
  return { ...timeline, keyframes };
}

/** The same seed and noise, nothing else: sliders and rows are of the model before. */
function anew(model: ModelSummary): Change {
  return (old) => ({ ...firstPicture(model, seedOf(old)), noise_seed: old.noise_seed });
}
