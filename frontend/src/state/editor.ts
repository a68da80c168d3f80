/** The editor: turns what the hand does into pictures to show, and what it meant into steps of the document. */

import type { Quality } from "../protocol/frame";
import { MAX_EDITS, type Picture } from "../protocol/wire";
import { type Act, commit, type DocumentStore, onPictureChange } from "./document";
import { Observable } from "./observable";
import { asBegun, type Change } from "./picture";
import { withoutIdleMasks } from "./picture_masks";

/** Where pictures go to be shown. */
export type Show = (picture: Picture, quality: Quality) => void;

/**
 * While a drag is under way its picture lives here, outside the document; letting go makes it one step.
 * The document's own picture is shown in `final` quality whenever it changes.
 */
export class Editor {
  private draft: Picture | null = null;
  /** A picture that is shown in place of the document's, from its timeline. */
  private presented: Picture | null = null;
  private isComparing = false;
  /** What the stage was last asked to show in `final` quality; null once it was asked for something else. */
  private finalSight: string | null = null;
  /** Whether the stage shows the timeline, not the picture that the sliders move. */
  readonly isPresenting = new Observable(false);

  /** `onTooMany`: a change was refused because it would need more than `MAX_EDITS` edits. */
  constructor(
    private readonly document: DocumentStore,
    private readonly show: Show,
    private readonly onTooMany: () => void,
  ) {
    onPictureChange(document, () => {
      // Undo in the middle of a drag wins over the drag; sliders let go of theirs by the same news.
      this.draft = null;
      this.endPresenting();
      // Painting a mask draws nothing anew.
      if (sightOf(this.picture) !== this.finalSight) this.showFinal();
    });
  }

  /** What the stage should show now. */
  get picture(): Picture | null {
    const picture = this.draft ?? this.presented ?? this.document.getState().picture;
    return picture && this.isComparing ? asBegun(picture) : picture;
  }

  /** Whether a hand holds something that it has not let go of. */
  get isInHand(): boolean {
    return this.draft !== null;
  }

  /** The hand moves: shows a change of the document's picture without making it. */
  preview(change: Change): void {
    const { picture } = this.document.getState();
    if (picture === null) return;
    const draft = change(picture);
    if (draft.edits.length > MAX_EDITS) return;
    this.endPresenting();
    this.draft = draft;
    this.showOther(this.picture ?? draft, "live");
  }

  /** The hand lets go: the change becomes one step of the document, in place of an earlier one of the same act. */
  commit(label: string, change: Change, act: Act | null = null): void {
    const { picture } = this.document.getState();
    if (picture === null) return;
    const wasPreviewing = this.draft !== null || this.presented !== null;
    this.draft = null;
    this.endPresenting();
    const next = change(picture);
    if (next.edits.length > MAX_EDITS) this.onTooMany();
    const isMade = next.edits.length <= MAX_EDITS && commit(this.document, label, next, act);
    // A drag that ended where it began made no step, yet the stage still shows its last live frame.
    if (!isMade && wasPreviewing) this.showFinal();
  }

  /** Takes back what was only previewed. */
  cancel(): void {
    if (this.draft === null) return;
    this.draft = null;
    this.showFinal();
  }

  /** Shows a picture of the timeline, until the hand changes the document's own or it is asked for. */
  present(picture: Picture, quality: Quality): void {
    this.draft = null;
    this.presented = picture;
    this.isPresenting.set(true);
    this.showOther(this.picture ?? picture, quality);
  }

  /** Shows the document's own picture again. */
  presentNothing(): void {
    if (this.presented === null) return;
    this.endPresenting();
    this.showFinal();
  }

  /** Holds up the picture without edits. */
  compare(isComparing: boolean): void {
    if (this.isComparing === isComparing) return;
    this.isComparing = isComparing;
    this.showFinal();
  }

  private endPresenting(): void {
    this.presented = null;
    this.isPresenting.set(false);
  }

  /** Shows the picture again, after something it depends on has changed. */
  showFinal(): void {
    const { picture } = this;
    if (picture === null) return;
    this.finalSight = sightOf(picture);
    this.show(picture, "final");
  }

  private showOther(picture: Picture, quality: Quality): void {
    this.finalSight = null;
    this.show(picture, quality);
  }
}

/** What of a picture can be seen, for comparison. */
function sightOf(picture: Picture | null): string | null {
  return picture && JSON.stringify(withoutIdleMasks(picture));
}
