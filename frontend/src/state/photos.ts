/** Photos: a picture that was brought, looked for inside the model on the stage, and shown once it is found. */

import { WendProblem } from "../protocol/http";
import type { ImagesClient } from "../protocol/images";
import type { PicturesClient } from "../protocol/pictures";
import type { Params, Picture } from "../protocol/wire";
import type { Beginning } from "./beginning";
import { type CatalogStore, findModel } from "./catalog";
import { type DocumentStore, homeOf } from "./document";
import type { Editor } from "./editor";
import { DocumentInvalid, readNumber } from "./foreign";
import type { Jobs } from "./jobs";
import type { Live } from "./live";
import { normalizePicture } from "./normalize_picture";
import { Observable } from "./observable";
import { type FacePoints, type PhotoSquare, placingParams } from "./placing";

export const INVERT_KIND = "invert";
/** Looks for a photo, then tunes a copy of the model to it, which is a model of its own. */
export const PIVOTAL_KIND = "pivotal";
/** What a finished job leaves: how far the picture is from the photo, and the picture. */
export const FOUND_FILE = "found.json";

/** Of a pixel. */
const MAX_DIFFERENCE = 255;

const THOROUGHLY = "What it lacks, the model may not be able to draw.";
const QUICKLY = "A thorough search may find a nearer one.";

/**
 * Where a photo is looked for; "encoder": where the model's encoder says, "layers": near that, behind early layers;
 * "tuned": in w, and then the model is tuned to it.
 */
export type Place = "w+" | "w" | "z" | "encoder" | "layers" | "tuned";
/** Presets of the recipe by name; null: as it is. */
export type Effort = "Quick" | "Thorough" | null;

/** A photo as it is sent. */
export interface Measured {
  readonly file: File;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Its width and height before it was made small enough for the server; null: it was. */
  readonly from: readonly [number, number] | null;
}

export interface AskedPhoto extends Measured {
  readonly model: string;
  /** Which question this is: another photo may have the same name. */
  readonly question: number;
}

export interface Wanted {
  readonly square: PhotoSquare;
  /** Eyes and mouth of a face, where these say which square it is. */
  readonly points: FacePoints | null;
  readonly place: Place;
  readonly effort: Effort;
}

export interface Found {
  readonly picture: Picture;
  /** Mean absolute difference of a pixel, 0 to 255. */
  readonly error: number;
}

/** What is on the stage, as far as a photo that is found later may be put in its place. */
interface Opened {
  /** The first moment of its line. */
  readonly moment: number | null;
  readonly model: string | null;
}

export interface PhotosContext {
  readonly images: Pick<ImagesClient, "keepPhoto">;
  readonly pictures: Pick<PicturesClient, "place">;
  readonly jobs: Jobs;
  readonly catalog: CatalogStore;
  readonly document: DocumentStore;
  readonly editor: Pick<Editor, "isInHand">;
  readonly beginning: Pick<Beginning, "show">;
  readonly live: Live;
  /** Width and height in pixels; rejects what is no picture. */
  readonly measure: (file: File) => Promise<Measured>;
}

export class Photos {
  /** The photo whose place is being chosen. */
  readonly asked = new Observable<AskedPhoto | null>(null);
  private questions = 0;
  /** Jobs of this page, whose pictures go onto the stage by themselves, and what was open when each was asked for. */
  private readonly awaited = new Map<string, Opened>();

  constructor(private readonly context: PhotosContext) {
    context.jobs.store.subscribe(() => this.showAwaited());
  }

  /** Asks which part of a photo to look for. */
  async ask(file: File): Promise<void> {
    const { document, live, measure } = this.context;
    const model = document.getState().picture?.model;
    if (model === undefined) return;
    try {
      const measured = await measure(file);
      this.questions += 1;
      this.asked.set({ ...measured, model, question: this.questions });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      live.notice.set({
        kind: "error",
        about: "file",
        code: "photo_undecodable",
        sentence: `${file.name} is no picture that this browser reads.`,
        hint: "Save it as PNG or JPEG and drop that.",
      });
    }
  }

  cancel(): void {
    this.asked.set(null);
  }

  /** Where the photo that was asked about shows what the model draws. Throws WendProblem. */
  async placeAlike(): Promise<PhotoSquare | null> {
    const asked = this.asked.get();
    if (!asked) return null;
    const { id } = await this.context.images.keepPhoto(asked.file);
    return this.context.pictures.place(id, asked.model);
  }

  /**
   * Starts the search for the photo that was asked about; the job's id, or null where that was called off meanwhile.
   * The question stays until the search has begun. Throws WendProblem.
   */
  async find({ square, points, place, effort }: Wanted): Promise<string | null> {
    const asked = this.asked.get();
    if (!asked) return null;
    const { images, jobs } = this.context;
    const opened = this.opened();
    const { id: photo } = await images.keepPhoto(asked.file);
    if (this.asked.get() !== asked) return null;
    const recipe = place === "tuned" ? PIVOTAL_KIND : INVERT_KIND;
    const preset = jobs.store.getState().recipes?.find(({ kind }) => kind === recipe)?.presets;
    const params: Params = {
      ...(effort !== null && preset?.[effort]),
      model: asked.model,
      photo,
      title: asked.file.name.slice(0, 200),
      ...placingParams(square, points, asked),
      place: place === "tuned" ? "w" : place,
    };
    const job = await jobs.start({ kind: recipe, params, title: "" });
    if (this.asked.get() === asked) this.asked.set(null);
    this.awaited.set(job.id, opened);
    // It may have ended before the answer to its start was here.
    this.showAwaited();
    return job.id;
  }

  /** What this page waited for and is done by now is shown, however that was heard. */
  private showAwaited(): void {
    const { document, jobs } = this.context;
    for (const [id, opened] of [...this.awaited]) {
      const job = jobs.find(id);
      if (job?.state !== "done") continue;
      this.awaited.delete(id);
      if (document.getState().picture?.model === job.model) void this.show(id, opened);
    }
  }

  /** What a job found. Throws WendProblem; DocumentInvalid for what another version wrote. */
  async read(job: string): Promise<Found> {
    const said = await this.context.jobs.artifact(job, FOUND_FILE);
    const { error, picture } = (said ?? {}) as { readonly error?: unknown; readonly picture?: unknown };
    return {
      error: readNumber(error, "difference", 0, MAX_DIFFERENCE),
      picture: normalizePicture(picture, FOUND_FILE),
    };
  }

  /** What a job found, to be put somewhere; null where that cannot be read, which is told. */
  async pictureOf(job: string): Promise<Picture | null> {
    try {
      return (await this.read(job)).picture;
    } catch (error) {
      if (!(error instanceof WendProblem) && !(error instanceof DocumentInvalid)) throw error;
      this.tell(error);
      return null;
    }
  }

  /**
   * Puts what a job found onto the stage, in one step, with the masks that are there. With `asked`: by itself only
   * where that is still open and no hand holds anything; else it is told, with a way to do it.
   */
  async show(job: string, asked: Opened | null = null): Promise<void> {
    const { beginning, catalog, editor, live } = this.context;
    try {
      const { picture, error } = await this.read(job);
      const isThorough = await this.isThorough(job);
      // From here on nothing is waited for before it is laid over what is open.
      if (asked !== null && (editor.isInHand || !isSameOpened(asked, this.opened()))) {
        this.offer(job);
        return;
      }
      const title = findModel(catalog.getState(), picture.model)?.title ?? picture.model;
      const begun = await beginning.show("Open photo", ({ masks }) => ({ ...picture, masks }));
      if (begun === null) return;
      live.notice.set({
        kind: "info",
        about: "file",
        code: "photo_found",
        sentence: `The nearest picture that was found in ${title} differs by ${error.toFixed(1)} of 255 a pixel.`,
        hint: `${begun.sentence} ${isThorough ? THOROUGHLY : QUICKLY}`.trim(),
        actions: begun.back ? [begun.back] : [],
      });
    } catch (error) {
      if (!(error instanceof WendProblem) && !(error instanceof DocumentInvalid)) throw error;
      this.tell(error);
    }
  }

  /** Whether a job looked as long and as widely as the preset of that name. */
  private async isThorough(id: string): Promise<boolean> {
    const { jobs } = this.context;
    const kind = jobs.find(id)?.kind;
    const recipe = jobs.store.getState().recipes?.find((each) => each.kind === kind);
    const preset = Object.entries(recipe?.presets.Thorough ?? {});
    // Where nobody can say, it is not claimed.
    const params = preset.length > 0 ? await jobs.paramsOf(id).catch(() => null) : null;
    return params !== null && preset.every(([name, value]) => params[name] === value);
  }

  private offer(job: string): void {
    this.context.live.notice.set({
      kind: "info",
      about: "file",
      code: "photo_waits",
      sentence: "The picture nearest to the photo is found.",
      hint: "It was not put in place of what is in hand now.",
      actions: [{ label: "Show it", run: () => void this.show(job) }],
    });
  }

  private tell(error: WendProblem | DocumentInvalid): void {
    const { code, sentence, hint } =
      error instanceof WendProblem
        ? error
        : {
            code: "photo_unreadable",
            sentence: `What the search found cannot be read. ${error.message}`,
            hint: "Another version of Wend may have written it: restart the job.",
          };
    this.context.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
  }

  private opened(): Opened {
    const state = this.context.document.getState();
    return { moment: homeOf(state), model: state.picture?.model ?? null };
  }
}

function isSameOpened(a: Opened, b: Opened): boolean {
  return a.moment === b.moment && a.model === b.model;
}
