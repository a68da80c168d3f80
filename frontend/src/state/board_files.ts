/** Board files: drawings and files of strokes that people bring, put onto the board; photographs are told apart. */

import { decodeGreyPng, GreyPngInvalid } from "../protocol/grey_png";
import { WendProblem } from "../protocol/http";
import type { ImagesClient } from "../protocol/images";
import type { SketchesClient } from "../protocol/sketches";
import {
  activeOf,
  areLines,
  atBoardSize,
  type BoardStore,
  drawnOf,
  isBlank,
  MAX_SKETCHES,
  withActive,
  withAdded,
  withContent,
} from "./board";
import { Observable } from "./observable";

/** What went wrong with a file, and what may be done about it. */
export interface BroughtTold {
  readonly code: string;
  readonly sentence: string;
  readonly hint: string;
  readonly file: File | null;
}

export interface BoardFilesContext {
  readonly board: BoardStore;
  readonly images: Pick<ImagesClient, "keepSketch" | "read">;
  readonly client: Pick<SketchesClient, "readStrokes">;
  /** Of the lines that strokes are drawn with, a share of the side. */
  readonly width: () => number;
}

/** So much of a file of strokes is looked at for its first drawings. */
const FIRST_BYTES = 2 ** 20;
const STROKES = /\.(ndjson|jsonl)$/i;

export class BoardFiles {
  /** Of what was brought last, all that is no drawing. */
  readonly told = new Observable<readonly BroughtTold[]>([]);
  readonly isBusy = new Observable(false);

  constructor(private readonly context: BoardFilesContext) {}

  /** Puts drawings onto the board, each behind the last. */
  async bring(files: readonly File[]): Promise<void> {
    this.told.set([]);
    await this.take(files, false);
  }

  /** Puts what was taken for a photograph onto the board all the same. */
  async bringAgain(told: BroughtTold): Promise<void> {
    this.forget(told);
    if (told.file) await this.take([told.file], true);
  }

  forget(told: BroughtTold): void {
    this.told.set(this.told.get().filter((each) => each !== told));
  }

  /** `surely`: also what looks like a photograph. */
  private async take(files: readonly File[], surely: boolean): Promise<void> {
    const state = this.context.board.getState();
    if (!areLines(state.kind)) {
      this.say("drawings_invalid", "Only line drawings can be brought.", "Choose “Lines” first.", null);
      return;
    }
    const room = MAX_SKETCHES - drawnOf(state).length;
    if (files.length > room) {
      this.say(
        "sketches_too_many",
        `${files.length} drawings are too many: a set holds at most ${MAX_SKETCHES}${room < MAX_SKETCHES ? `, and ${room} more fit` : ""}.`,
        "Choose those that show one pose best: a model learns one pose, and a few sketches say it.",
        null,
      );
      return;
    }
    this.isBusy.set(true);
    try {
      for (const file of files) await this.takeOne(file, surely);
    } finally {
      this.isBusy.set(false);
    }
  }

  /** The first drawings of a file of strokes that holds more than a set does. */
  async bringFirst(file: File): Promise<void> {
    const lines = (await file.slice(0, FIRST_BYTES).text()).split("\n").filter((line) => line.trim() !== "");
    const room = MAX_SKETCHES - drawnOf(this.context.board.getState()).length;
    // The last line may have been cut.
    const first = lines.slice(0, Math.min(room, file.size > FIRST_BYTES ? lines.length - 1 : lines.length));
    await this.bring([new File([first.join("\n")], file.name)]);
  }

  private async takeOne(file: File, surely: boolean): Promise<void> {
    try {
      let left = 0;
      for (const id of await this.idsOf(file, surely)) if (!(await this.put(id))) left += 1;
      if (left > 0) this.sayLeft(file, left);
    } catch (error) {
      if (error instanceof GreyPngInvalid) {
        this.say("image_invalid", `${file.name} came back damaged.`, "Bring it once more.", file);
        return;
      }
      if (!(error instanceof WendProblem)) throw error;
      const { code, sentence, hint } = error;
      this.say(code, `${file.name}: ${sentence}`, hint, file);
    }
  }

  /** The drawings of a file, as the server keeps them. */
  private async idsOf(file: File, surely: boolean): Promise<readonly string[]> {
    const { client, images, width } = this.context;
    if (!STROKES.test(file.name)) return [(await images.keepSketch(file, surely ? "surely" : "clean")).id];
    const found = await client.readStrokes(file, width());
    return found.images.map(({ id }) => id);
  }

  /** Puts a drawing onto the board; false: there is no place for it. */
  private async put(id: string): Promise<boolean> {
    const { board, images } = this.context;
    const { height, width, grey } = await decodeGreyPng(await images.read(id));
    const alpha = grey.map((value) => 255 - value);
    const image = atBoardSize({ height, width, alpha }, "lines");
    const before = board.getState();
    // Another kind may have been chosen meanwhile.
    if (!areLines(before.kind)) return false;
    board.setState((state) =>
      isBlank(activeOf(state), state.kind)
        ? withActive(state, (sketch) => withContent(sketch, { image }))
        : withAdded(state, { image, pose: [] }),
    );
    return board.getState().sketches !== before.sketches;
  }

  private sayLeft({ name }: File, count: number): void {
    this.say(
      "sketches_too_many",
      `${count === 1 ? "A drawing" : `${count} drawings`} of ${name} found no place: a set holds at most ${MAX_SKETCHES}, blank ones too.`,
      "Delete some, or begin new sketches.",
      null,
    );
  }

  private say(code: string, sentence: string, hint: string, file: File | null): void {
    this.told.set([...this.told.get(), { code, sentence, hint, file }]);
  }
}
