/** The foreign desk: photos, latents and directions of other programs, taken in for the model on the stage. */

import type { CodesClient } from "../protocol/codes";
import { WendProblem } from "../protocol/http";
import type { ImagesClient } from "../protocol/images";
import type { WalkAnswers, WalksClient } from "../protocol/walks";
import type { CodesBrought, ModelSummary, WalkSummary } from "../protocol/wire";
import type { Beginning, Begun } from "./beginning";
import { type CatalogStore, findModel } from "./catalog";
import type { Desk } from "./desk";
import type { DocumentStore } from "./document";
import type { Live, NoticeAction } from "./live";
import { Observable } from "./observable";
import { namePicture, pictureOfCode } from "./picture";

/** A file that may mean two things, and what is to be answered. */
export interface Question {
  readonly file: File;
  readonly model: string;
  readonly isLatent: boolean;
  readonly why: string;
  /** What the file leaves open; a space may have to be said beside an axis. */
  readonly asks: "space" | "axis";
}

export interface ForeignDeskContext {
  readonly codes: CodesClient;
  readonly images: ImagesClient;
  readonly walks: WalksClient;
  readonly catalog: CatalogStore;
  readonly document: DocumentStore;
  readonly beginning: Pick<Beginning, "show" | "tell">;
  readonly live: Live;
  readonly desk: Desk;
}

/** Problems that are questions. */
const ASKS: Readonly<Record<string, Question["asks"]>> = {
  format_space_unknown: "space",
  format_axis_unknown: "axis",
};

/** Problems that say that a file is of another kind. */
const OF_ANOTHER_KIND: readonly string[] = ["format_unknown", "format_unsupported"];

/** Directions whose program sets values along them, where a slider adds. */
const MAY_BE_SET = "e4e components";

export class ForeignDesk {
  /** What has to be answered before a file can be taken in. */
  readonly question = new Observable<Question | null>(null);

  constructor(private readonly context: ForeignDeskContext) {}

  /** Opens a photo as the latent that the model's encoder finds for it; `nearer` asks how to look further. */
  async openPhoto(file: File, nearer: () => void): Promise<void> {
    const model = this.model();
    if (!model) return;
    await this.attempt(async () => {
      const { codes, images, live } = this.context;
      const { id } = await live.during(`Sending ${file.name}…`, images.keepPhoto(file));
      const found = codes.ofPhoto(model.id, id, file.name);
      const answered = await live.during(`Looking for ${file.name} in the model…`, found);
      const begun = await this.show(model, answered, `Open ${file.name}`);
      if (begun === null) return;
      const sentence = `This is what the encoder of ${model.title} says of ${file.name}.`;
      this.say("photo_encoded", sentence, `${begun.sentence} A search comes nearer.`.trim(), [
        { label: "Look for it", run: nearer },
        ...(begun.back ? [begun.back] : []),
      ]);
    });
  }

  /** Takes in an array file: a latent if it is one, else directions; returns whether it is neither. */
  async bringNumbers(file: File): Promise<boolean> {
    const model = this.model();
    return model ? this.take(file, model, true, {}, true) : true;
  }

  /** Shows a latent that is kept. */
  async openCode(model: ModelSummary, code: CodesBrought["codes"][number], label: string): Promise<void> {
    await this.show(model, { model: model.id, codes: [code] }, label);
  }

  /** Finds out in which space a latent lies; one that is gone is told of when it is drawn. */
  async learnSpace(code: string): Promise<void> {
    const { codes, catalog } = this.context;
    if (catalog.getState().codeSpaces[code] !== undefined) return;
    try {
      noteCodes(catalog, [await codes.read(code)]);
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
    }
  }

  /** Takes in directions; returns whether the file is of another kind, which is then not told. */
  async bringDirections(file: File, mayBeOther: boolean): Promise<boolean> {
    const model = this.model();
    if (!model) return true;
    return this.take(file, model, false, {}, mayBeOther);
  }

  /** Goes on with the file that was asked about. */
  async answer(answers: WalkAnswers): Promise<void> {
    const asked = this.question.get();
    const model = asked && findModel(this.context.catalog.getState(), asked.model);
    this.question.set(null);
    if (asked && model) await this.take(asked.file, model, asked.isLatent, answers);
  }

  /** Saves the latent of the picture as a file that other programs read. */
  async download(): Promise<void> {
    const { picture } = this.context.document.getState();
    if (!picture) return;
    await this.attempt(async () => {
      const { codes, desk } = this.context;
      desk.save(await codes.exported(picture), `${namePicture(picture)}.npz`);
    });
  }

  private model(): ModelSummary | undefined {
    const { document, catalog } = this.context;
    const id = document.getState().picture?.model;
    return id === undefined ? undefined : findModel(catalog.getState(), id);
  }

  /** Returns whether it is of another kind, where it may be. */
  private async take(
    file: File,
    model: ModelSummary,
    isLatent: boolean,
    answers: WalkAnswers,
    mayBeOther = false,
  ): Promise<boolean> {
    try {
      if (!isLatent) {
        await this.takeDirections(file, model.id, answers);
        return false;
      }
      const { codes, live } = this.context;
      const reading = codes.ofFile(model.id, file, file.name, answers.space ?? null);
      const found = await live.during(sayReading(file), reading);
      await this.show(model, found, `Open ${file.name}`);
    } catch (error) {
      const isOther = error instanceof WendProblem && OF_ANOTHER_KIND.includes(error.code);
      if (isLatent && isOther) return this.take(file, model, false, {}, mayBeOther);
      if (mayBeOther && isOther) return true;
      this.tell(error, file, model.id, isLatent);
    }
    return false;
  }

  private async takeDirections(file: File, model: string, answers: WalkAnswers): Promise<void> {
    const { live, walks: client } = this.context;
    const bringing = client.bring(model, file, { name: file.name, ...answers });
    const { walks } = await live.during(sayReading(file), bringing);
    const telling = walks.find(({ is_foreign }) => is_foreign) ?? walks[0];
    const names =
      walks.length > 3 ? `${walks.length} sliders` : walks.map(({ title }) => `“${title}”`).join(", ");
    const are = walks.length === 1 ? "is" : "are";
    const hint = telling ? sayOrigin(telling) : "";
    const { layout } = telling?.settings ?? {};
    const isOffered = answers.sets === undefined && layout === MAY_BE_SET;
    const set = () => void this.attempt(() => this.takeDirections(file, model, { ...answers, sets: "true" }));
    this.say("walks_brought", `${names} ${are} on the shelf of ${model}.`, hint, [
      ...(isOffered ? [{ label: "As values to set, too", run: set }] : []),
    ]);
  }

  /** Null: nothing was shown. */
  private async show(model: ModelSummary, { codes }: CodesBrought, label: string): Promise<Begun | null> {
    const [first, ...others] = codes;
    if (!first) return null;
    const { catalog, beginning } = this.context;
    noteCodes(catalog, codes);
    if (this.model()?.id !== model.id) {
      // It took a while, and a hand was quicker.
      const hint = `Choose ${model.title} and open it again.`;
      this.say("model_changed", "Another model is on the stage by now.", hint);
      return null;
    }
    const begun = await beginning.show(label, ({ masks }) => ({ ...pictureOfCode(model, first.id), masks }));
    if (begun === null) return null;
    beginning.tell(begun);
    if (others.length > 0) {
      const hint = `A file of one latent alone shows that one. ${begun.sentence}`.trim();
      this.say(
        "latents_brought",
        `The first of ${codes.length} latents is shown.`,
        hint,
        begun.back ? [begun.back] : [],
      );
    }
    return begun;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.tell(error, null, "", false);
    }
  }

  /** Asks where a file may mean two things; tells anything else. */
  private tell(error: unknown, file: File | null, model: string, isLatent: boolean): void {
    if (!(error instanceof WendProblem)) throw error;
    const { code, sentence, hint } = error;
    const asks = ASKS[code];
    if (asks && file) this.question.set({ file, model, isLatent, why: sentence, asks });
    else this.context.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
  }

  private say(code: string, sentence: string, hint: string, actions: readonly NoticeAction[] = []): void {
    this.context.live.notice.set({ kind: "info", about: "file", code, sentence, hint, actions });
  }
}

function sayReading({ name }: File): string {
  return `Reading ${name}…`;
}

function noteCodes(catalog: CatalogStore, codes: CodesBrought["codes"]): void {
  const titles = Object.fromEntries(codes.map(({ id, title }) => [id, title]));
  const spaces = Object.fromEntries(codes.map(({ id, space }) => [id, space]));
  catalog.setState(({ codeSpaces, codeTitles }) => ({
    codeSpaces: { ...codeSpaces, ...spaces },
    codeTitles: { ...codeTitles, ...titles },
  }));
}

/** On what a walk was found, where that matters. */
function sayOrigin({ is_foreign, settings, space }: WalkSummary): string {
  if (is_foreign) return "Learned on another generator: how well it works here is not known.";
  const { found_on } = settings;
  return typeof found_on === "string" ? `Moves ${space}. Found on: ${found_on}.` : "";
}
