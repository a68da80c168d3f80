/** The model desk: another model comes onto the stage, and what was saved with the one before stays as it is. */

import type { HttpClient } from "../protocol/http";
import { WendProblem } from "../protocol/http";
import type { KinSummary, ModelSummary, Picture, Timeline } from "../protocol/wire";
import type { Beginning, Begun } from "./beginning";
import { type CatalogStore, findModel } from "./catalog";
import type { DocumentStore } from "./document";
import type { Kin } from "./kin";
import type { Live } from "./live";
import { codesOf } from "./model_abilities";
import { type Change, firstPicture, seedOf } from "./picture";

export interface ModelDeskContext {
  readonly beginning: Beginning;
  readonly document: DocumentStore;
  readonly catalog: CatalogStore;
  readonly live: Live;
  readonly kin: Kin;
  readonly http: Pick<HttpClient, "walks">;
}

export class ModelDesk {
  /** Models that were chosen; the newest is what is wanted. */
  private choices = 0;

  constructor(private readonly context: ModelDeskContext) {}

  /**
   * Shows what a model makes of the present seed; of a parent, child or sibling with the same synthesis network, what
   * it makes of the present picture. What became of the document, which is told; null: nothing was changed.
   */
  async choose(model: ModelSummary): Promise<Begun | null> {
    const { beginning, document, catalog, kin } = this.context;
    const { picture } = document.getState();
    this.choices += 1;
    const choice = this.choices;
    if (picture?.model === model.id) return null;
    const own = picture && findModel(catalog.getState(), picture.model);
    const relative = own ? await kin.between(own, model) : null;
    const takes = picture && relative?.has_one_synthesis ? await this.takesAlong(picture, model.id) : null;
    // Another one was chosen, or brought, while the server looked at weights.
    if (choice !== this.choices || document.getState().picture?.model !== picture?.model) return null;
    const begun = await beginning.show(`Model ${model.title}`, (old) =>
      takes !== null && old.model === own?.id ? asOfKin(model, takes)(old) : anew(model)(old),
    );
    if (begun === null) return null;
    beginning.tell(begun);
    if (picture && relative && takes !== null) this.tell(picture, model, relative, takes, begun);
    return begun;
  }

  /** Shows a picture of another model, which is told. */
  async show(label: string, picture: Picture): Promise<void> {
    const { beginning } = this.context;
    this.choices += 1;
    const begun = await beginning.show(label, ({ masks }) => ({ ...picture, masks }));
    if (begun !== null) beginning.tell(begun);
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

  /** What of a picture a relative of its model understands; its shelf is given the sliders that it lacks. */
  private async takesAlong(picture: Picture, model: string): Promise<TakesAlong> {
    const { http, kin, catalog } = this.context;
    const moved = picture.edits.map(({ walk }) => walk);
    const { codeSpaces } = catalog.getState();
    const isInZ = codesOf(picture).every((code) => codeSpaces[code] === "z");
    if (moved.length === 0) return { walks: new Set(), isInZ };
    try {
      let walks = await walksOf(http, model);
      if (moved.some((walk) => !walks.has(walk))) {
        await kin.takeWalks(model, picture.model);
        walks = await walksOf(http, model);
      }
      return { walks, isInZ };
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      return { walks: new Set(), isInZ };
    }
  }

  /** What stayed behind, with the reason and the next step. */
  private tell(old: Picture, model: ModelSummary, kin: KinSummary, takes: TakesAlong, begun: Begun): void {
    const { live, catalog } = this.context;
    const lost = old.edits.filter(({ walk }) => !takes.walks.has(walk)).length;
    const before = findModel(catalog.getState(), old.model)?.title ?? old.model;
    const actions = begun.back ? [begun.back] : [];
    if (!takes.isInZ) {
      live.notice.set({
        kind: "info",
        about: "file",
        code: "code_behind_mapping",
        sentence: `The latent that was found stays with ${before}: it lies in w, and ${model.title} differs in its way from z to w alone, so nothing would change.`,
        hint: `Find the photo in z: open it in ${before} once more and choose “In z”. A seed is shown instead.`,
        actions,
      });
    } else if (lost > 0) {
      live.notice.set({
        kind: "info",
        about: "file",
        code: "sliders_stay",
        sentence: `${lost === 1 ? "One slider stays" : `${lost} sliders stay`} with ${before}: ${kin.title} has none of that name.`,
        hint: begun.sentence,
        actions,
      });
    }
  }
}

/** Of a picture of one model: the sliders that the other has, and whether its latents begin in z. */
interface TakesAlong {
  readonly walks: ReadonlySet<string>;
  readonly isInZ: boolean;
}

async function walksOf(http: ModelDeskContext["http"], model: string): Promise<ReadonlySet<string>> {
  const { walks } = await http.walks(model);
  return new Set(walks.map(({ id }) => id));
}

function withEach(timeline: Timeline, change: Change): Timeline {
  const keyframes = timeline.keyframes.map((each) => ({ ...each, picture: change(each.picture) }));
  return { ...timeline, keyframes };
}

/** The same seed and noise, nothing else: sliders and rows are of the model before. */
function anew(model: ModelSummary): Change {
  return (old) => ({ ...firstPicture(model, seedOf(old)), noise_seed: old.noise_seed });
}

/** The same picture by a relative's mapping, with the sliders that it has. A latent found in w stays behind. */
function asOfKin(model: ModelSummary, { walks, isInZ }: TakesAlong): Change {
  return (old) => ({
    ...old,
    ...(!isInZ && { latent: firstPicture(model, seedOf(old)).latent, mix: [] }),
    model: model.id,
    model_blend: null,
    edits: old.edits.filter(({ walk }) => walks.has(walk)),
  });
}
