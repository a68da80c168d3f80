/** The photo in a child: a photo, the nearest picture of a model, what a model made of it draws there, and an edit. */

import { type HttpClient, WendProblem } from "../protocol/http";
import { artifactUrl } from "../protocol/jobs";
import type { KinSummary, ModelSummary, Picture } from "../protocol/wire";
import { type CatalogStore, findModel } from "./catalog";
import type { DocumentStore } from "./document";
import type { ForeignDesk } from "./foreign_desk";
import type { Told } from "./jobs";
import type { Kin } from "./kin";
import { codesOf } from "./model_abilities";
import { Observable } from "./observable";
import type { Photos } from "./photos";

/** The four pictures, in their order. */
export interface Panels {
  readonly photo: string;
  readonly parent: Picture;
  readonly child: Picture;
  /** With the sliders of the picture on the stage that the child has. */
  readonly edited: Picture;
}

/** A photo that was looked for, where its picture can go, or why it cannot. */
export interface Carried {
  readonly found: Picture;
  readonly parent: ModelSummary;
  readonly children: readonly ModelSummary[];
  readonly refusal: Told | null;
}

export interface PhotoInChildContext {
  readonly photos: Pick<Photos, "read">;
  readonly kin: Kin;
  readonly catalog: CatalogStore;
  readonly document: DocumentStore;
  readonly foreignDesk: Pick<ForeignDesk, "learnSpace">;
  readonly http: Pick<HttpClient, "walks">;
}

export class PhotoInChild {
  /** The job that found the photo; null: nothing is shown. */
  readonly asked = new Observable<string | null>(null);

  constructor(private readonly context: PhotoInChildContext) {}

  /** What a job found and where it can go. Throws WendProblem; DocumentInvalid for what another version wrote. */
  async open(job: string): Promise<Carried> {
    const { photos, catalog, foreignDesk, kin } = this.context;
    const { picture: found } = await photos.read(job);
    const parent = findModel(catalog.getState(), found.model);
    if (!parent)
      throw new WendProblem("model_not_found", `The model “${found.model}” is gone.`, "Bring it back.");
    const codes = codesOf(found);
    await Promise.all([kin.learn(parent.id), ...codes.map((code) => foreignDesk.learnSpace(code))]);
    const { codeSpaces } = catalog.getState();
    const space = codes.map((code) => codeSpaces[code]).find((each) => each !== "z");
    const children = kin.childrenOf(parent.id);
    return {
      found,
      parent,
      children,
      refusal: whyNot(parent, children, codes.length > 0 ? space : undefined),
    };
  }

  /** The four pictures of a photo in one of the children. */
  async panels(job: string, { found }: Carried, child: ModelSummary): Promise<Panels> {
    const { document, http, kin } = this.context;
    const shown = document.getState().picture;
    const isOfFamily = shown !== null && (await this.isOfFamily(shown.model, found.model, child.id));
    let edits = isOfFamily ? shown.edits : [];
    if (edits.length > 0) {
      await kin.takeWalks(child.id, shown?.model === child.id ? found.model : (shown?.model ?? found.model));
      const { walks } = await http.walks(child.id);
      edits = edits.filter(({ walk }) => walks.some(({ id }) => id === walk));
    }
    const inChild: Picture = { ...found, model: child.id, model_blend: null, edits: [] };
    return {
      photo: artifactUrl(job, "photo.png"),
      parent: { ...found, edits: [] },
      child: inChild,
      edited: { ...inChild, edits },
    };
  }

  private async isOfFamily(shown: string, parent: string, child: string): Promise<boolean> {
    if (shown === parent || shown === child) return true;
    const relatives: readonly KinSummary[] = (await this.context.kin.learn(parent))?.kin ?? [];
    return relatives.some(({ model, has_one_synthesis }) => model === shown && has_one_synthesis);
  }
}

/** Why a photo cannot be shown in models that were made of its own, with the next step; null: it can. */
function whyNot(
  parent: ModelSummary,
  children: readonly ModelSummary[],
  space: string | undefined,
): Told | null {
  if (space !== undefined) {
    return {
      code: "code_behind_mapping",
      sentence: `It was found in ${space} of ${parent.title}. A model made of it by drawings differs in its way from z to w alone, which a latent in w never goes: nothing would change.`,
      hint: "Find it in z: open the photo once more and choose “In z”.",
    };
  }
  if (children.length > 0) return null;
  return {
    code: "no_children",
    sentence: `No model here was made of ${parent.title} by training its way from z to w alone.`,
    hint: "Make one from drawings; it opens this photo at once.",
  };
}
