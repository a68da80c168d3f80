/** Factors: the values that pictures have, and putting them at chosen ones, by prediction or by measuring. */

import type { FactorsClient } from "../protocol/factors";
import { WendProblem } from "../protocol/http";
import type { FactorReading, FactorSetAnswer, FactorTarget, Picture, Reading } from "../protocol/wire";
import type { Act, DocumentStore } from "./document";
import type { Editor } from "./editor";
import type { Told } from "./jobs";
import { Observable } from "./observable";
import { alphaOf, type Change, isSamePicture, withAlpha, withEdit } from "./picture";
import { withoutIdleMasks } from "./picture_masks";

/** What a picture has of a factor by itself, without the factor's own edit. */
export interface OwnValue {
  /** As it is measured in the picture, where something measures it, or else as the walk predicts it. */
  readonly value: number;
  /** As the walk predicts it. */
  readonly predicted: number;
  readonly isMeasured: boolean;
  /** Its value before any factor was moved, as far as that was seen: it stays where it is while others move. */
  readonly start: number;
  /** The picture it is of, without the edits of factors. */
  readonly of: string;
}

/** The last time that values were asked for by number. */
export type Setting =
  | { readonly state: "busy"; readonly targets: readonly FactorTarget[] }
  | { readonly state: "done"; readonly targets: readonly FactorTarget[]; readonly answer: FactorSetAnswer }
  | { readonly state: "failed"; readonly targets: readonly FactorTarget[]; readonly told: Told };

export interface FactorsContext {
  readonly client: FactorsClient;
  readonly document: DocumentStore;
  readonly editor: Editor;
  /** Ids of the walks that are factors of a model. */
  readonly walksOf: (model: string) => readonly string[];
}

/** Pictures that were sent to be drawn and may still be told of. */
const KEPT = 32;

export class Factors {
  /** By walk. */
  readonly own = new Observable<ReadonlyMap<string, OwnValue>>(new Map());
  /** Null once the picture is another than the one that was set. */
  readonly setting = new Observable<Setting | null>(null);
  private newest: Picture | null = null;
  private readonly sent = new Map<number, Picture>();
  private question: AbortController | null = null;
  private isCommitting = false;

  constructor(private readonly context: FactorsContext) {
    context.document.subscribe(({ picture }, before) => {
      if (picture === before.picture || this.isCommitting) return;
      // Whatever else the picture becomes, it is not what was being set.
      this.stop();
    });
  }

  /** A picture is to be drawn; the hand that moves one gives up what was being set. */
  noteShown(picture: Picture, isLive: boolean): void {
    this.newest = picture;
    if (isLive) this.stop();
  }

  /** The newest picture was sent under this number. */
  noteSent(revision: number): void {
    if (this.newest) this.sent.set(revision, this.newest);
    for (const old of [...this.sent.keys()].slice(0, -KEPT)) this.sent.delete(old);
  }

  handleReading(reading: Reading): void {
    const picture = this.sent.get(reading.revision);
    const readings = reading.factors;
    if (!picture || readings.length === 0) return;
    const own = new Map(this.own.get());
    for (const each of readings) this.note(own, picture, each);
    this.own.set(own);
  }

  /** Whether a value is of this picture, whatever its factors are moved to. */
  isOf(own: OwnValue, picture: Picture): boolean {
    return own.of === this.restOf(picture);
  }

  /** Moves factors to values as far as is known without asking; what is not known stays. */
  moveTo(targets: readonly FactorTarget[]): Change {
    const own = this.own.get();
    return targets.reduce<Change>(
      (change, { walk, value }) => {
        const known = own.get(walk);
        return known ? (picture) => withAlpha(walk, value - known.value)(change(picture)) : change;
      },
      (picture) => picture,
    );
  }

  /** The hand has let go at these values: a step of the document, by prediction alone. */
  commit(label: string, targets: readonly FactorTarget[], act: Act | null = null): void {
    this.stop();
    this.context.editor.commit(label, this.moveTo(targets), act);
  }

  /**
   * Puts the picture there: as the server finds it, by measuring where a network can. The prediction shows at once
   * where `isKnown`; what is found takes its place in the same step. A newer question ends an older one.
   */
  async set(
    label: string,
    targets: readonly FactorTarget[],
    how: { readonly loop: "closed" | "open"; readonly isKnown: boolean; readonly act?: Act | undefined },
  ): Promise<void> {
    const { client, document, editor } = this.context;
    const act = how.act ?? Symbol("set");
    this.stop();
    if (how.isKnown) this.commitOwn(() => editor.commit(label, this.moveTo(targets), act));
    else editor.cancel();
    const { picture } = document.getState();
    if (!picture) return;
    const question = new AbortController();
    this.question = question;
    this.setting.set({ state: "busy", targets });
    try {
      const body = { picture: withoutIdleMasks(picture), targets, loop: how.loop };
      const answer = await client.set(body, question.signal);
      if (this.question !== question) return;
      this.learn(targets, answer, picture);
      this.commitOwn(() => editor.commit(label, withEdits(answer.edits), act));
      this.setting.set({ state: "done", targets, answer });
    } catch (error) {
      if (this.question !== question) return;
      if (!(error instanceof WendProblem)) throw error;
      const { code, sentence, hint } = error;
      this.setting.set({ state: "failed", targets, told: { code, sentence, hint } });
    }
    this.question = null;
  }

  /** Gives up what is being set, and forgets what was set last. */
  stop(): void {
    this.question?.abort();
    this.question = null;
    this.setting.set(null);
  }

  /** What was found of the picture that was set; its reading says the same once it is shown. */
  private learn(targets: readonly FactorTarget[], answer: FactorSetAnswer, picture: Picture): void {
    const own = new Map(this.own.get());
    const found = withEdits(answer.edits)(picture);
    for (const [place, { walk }] of targets.entries()) {
      const [value, measured] = [answer.predicted[place], answer.measured[place] ?? null];
      if (value !== undefined && own.has(walk)) this.note(own, found, { walk, value, measured });
    }
    // What is read of an earlier picture, the predicted one above all, may come later, and is older.
    for (const [revision, sent] of this.sent) if (!isSamePicture(sent, found)) this.sent.delete(revision);
    this.own.set(own);
  }

  /** A factor of this picture, with all its edits. */
  private note(
    own: Map<string, OwnValue>,
    picture: Picture,
    { walk, value: predicted, measured }: Pick<FactorReading, "walk" | "value" | "measured">,
  ): void {
    const [of, alpha] = [this.restOf(picture), alphaOf(picture, walk)];
    const value = (measured ?? predicted) - alpha;
    const known = own.get(walk);
    const factors = this.context.walksOf(picture.model);
    const isMoved = factors.some((factor) => alphaOf(picture, factor) !== 0);
    const start = isMoved && known?.of === of ? known.start : value;
    own.set(walk, { value, predicted: predicted - alpha, isMeasured: measured !== null, start, of });
  }

  private commitOwn(work: () => void): void {
    this.isCommitting = true;
    try {
      work();
    } finally {
      this.isCommitting = false;
    }
  }

  /** A picture without the edits of factors, as a text to compare. */
  private restOf(picture: Picture): string {
    const factors = this.context.walksOf(picture.model);
    const edits = picture.edits.filter(({ walk }) => !factors.includes(walk));
    return JSON.stringify(withoutIdleMasks({ ...picture, edits }));
  }
}

function withEdits(edits: FactorSetAnswer["edits"]): Change {
  return (picture) => edits.reduce((changed, edit) => withEdit(edit)(changed), picture);
}
