/** The timeline desk: what a hand does to the timeline, as steps of the document, and what it is only trying. */

import { MAX_EDITS, MAX_KEYFRAMES, type Picture, type Sound, type Timeline } from "../protocol/wire";
import { type Act, commitContent, type DocumentStore } from "./document";
import type { Editor } from "./editor";
import type { Live } from "./live";
import { Observable } from "./observable";
import type { Player } from "./player";
import {
  findKeyframe,
  isTooBlended,
  startOf,
  type TimelineChange,
  withMoved,
  withoutKeyframe,
  withPictures,
  withReplaced,
  withSound,
  withSplit,
} from "./timeline";
import { placeAt, walksOf } from "./timeline_sampling";
import type { TimelineViewStore } from "./timeline_view";

export interface TimelineDeskContext {
  readonly document: DocumentStore;
  readonly editor: Editor;
  readonly live: Live;
  readonly view: TimelineViewStore;
  readonly player: Player;
  /** The sound that was chosen here; null: none. */
  readonly sound: () => Sound | null;
}

/** Going from keyframe to keyframe is one step back, however far it went. */
const GOING: Act = Symbol("going along the timeline");

export class TimelineDesk {
  /** What the hand is trying; null: nothing. */
  readonly draft = new Observable<Timeline | null>(null);

  constructor(private readonly context: TimelineDeskContext) {
    const { document, player } = context;
    document.subscribe((state, before) => {
      if (state.timeline === before.timeline) return;
      this.draft.set(null);
      player.refresh();
    });
  }

  /** The timeline as the hand has it now. */
  get timeline(): Timeline | null {
    return this.draft.get() ?? this.context.document.getState().timeline;
  }

  /** The keyframe that is chosen and there. */
  get chosen(): number | null {
    const { chosen } = this.context.view.getState();
    const count = this.timeline?.keyframes.length ?? 0;
    return chosen !== null && chosen < count ? chosen : null;
  }

  /** The hand moves: shows a change without making it. */
  preview(change: TimelineChange): void {
    this.draft.set(change(this.context.document.getState().timeline));
    this.context.player.refresh();
  }

  /** The hand gives up. */
  cancel(): void {
    if (this.draft.get() === null) return;
    this.draft.set(null);
    this.context.player.refresh();
  }

  /** Makes one step of a change; returns whether it was made. */
  change(label: string, change: TimelineChange, act: Act | null = null): boolean {
    const { document, player } = this.context;
    const { picture, timeline } = document.getState();
    const hadDraft = this.draft.get() !== null;
    this.draft.set(null);
    if (picture === null) return false;
    const next = change(timeline);
    const isMade = this.isSound(next) && commitContent(document, label, { picture, timeline: next }, act);
    if (!isMade && hadDraft) player.refresh();
    return isMade;
  }

  /**
   * Makes a keyframe of what the stage shows: between two, where the timeline is shown; else of the picture, after
   * the keyframe that is chosen or at the end.
   */
  add(): void {
    const { document, editor, player } = this.context;
    const { picture, timeline } = document.getState();
    if (picture === null) return;
    if (timeline === null || !editor.isPresenting.get()) {
      this.put([picture], this.chosen === null ? null : this.chosen + 1);
      return;
    }
    const { start, share } = placeAt(timeline, player.seconds.get());
    const here = timeline.keyframes[start];
    if (share === 0 && here) this.put([here.picture], start + 1);
    else if (this.change("Add keyframe", withSplit(player.seconds.get()))) this.choose(start + 1);
  }

  /** Puts pictures onto the timeline before a place, at the end for null. */
  put(pictures: readonly Picture[], place: number | null, duration?: number): boolean {
    const { picture, timeline } = this.context.document.getState();
    if (picture === null) return false;
    const count = timeline?.keyframes.length ?? 0;
    const at = place ?? count;
    if (count + pictures.length > MAX_KEYFRAMES) {
      this.refuse(
        "too_many_keyframes",
        `A timeline has at most ${MAX_KEYFRAMES} keyframes.`,
        "Remove some first.",
      );
      return false;
    }
    const label = pictures.length === 1 ? "Add keyframe" : `Add ${pictures.length} keyframes`;
    // A sound that was chosen before there was a timeline goes with it from now on.
    const sound = timeline === null ? this.context.sound() : null;
    const made = withPictures(pictures, at, duration);
    const change: TimelineChange = sound ? (now) => withSound(sound.id)(made(now)) : made;
    if (!this.change(label, change)) return false;
    this.choose(at + pictures.length - 1);
    return true;
  }

  /** Gives the chosen keyframe the picture on the stage. */
  replace(): void {
    const { picture } = this.context.document.getState();
    const { chosen } = this;
    if (picture !== null && chosen !== null) this.change("Replace keyframe", withReplaced(chosen, picture));
  }

  remove(index: number): void {
    if (!this.change("Remove keyframe", withoutKeyframe(index))) return;
    const count = this.timeline?.keyframes.length ?? 0;
    this.context.view.setState({ chosen: count === 0 ? null : Math.min(index, count - 1) });
  }

  move(index: number, place: number): void {
    const last = (this.timeline?.keyframes.length ?? 1) - 1;
    const to = Math.min(Math.max(place, 0), last);
    if (this.change("Move keyframe", withMoved(index, to))) this.choose(to);
  }

  /** Brings a keyframe onto the stage, and its sliders with it. */
  goTo(index: number): void {
    const { document, editor } = this.context;
    const { timeline } = document.getState();
    const keyframe = timeline?.keyframes[index];
    if (!timeline || !keyframe) return;
    commitContent(document, `Keyframe ${index + 1}`, { picture: keyframe.picture, timeline }, GOING);
    editor.presentNothing();
    this.choose(index);
  }

  /** To the next keyframe, or the one before; around the ends. */
  step(by: 1 | -1): void {
    const { document, editor, player } = this.context;
    const { timeline, picture } = document.getState();
    if (timeline === null || picture === null) return;
    const count = timeline.keyframes.length;
    const shown = editor.isPresenting.get() ? placeAt(timeline, player.seconds.get()).start : null;
    const from = shown ?? this.chosen ?? findKeyframe(timeline, picture, null) ?? (by === 1 ? -1 : count);
    this.goTo((from + by + count) % count);
  }

  /** Makes what is shown of the timeline the picture that the sliders move. */
  take(): void {
    const { document, editor } = this.context;
    const { timeline } = document.getState();
    const { picture } = editor;
    if (picture === null || !editor.isPresenting.get()) return;
    this.context.view.setState({ chosen: null });
    commitContent(document, "Take the picture", { picture, timeline });
    editor.presentNothing();
  }

  /** Chooses a keyframe, and puts the playhead there; the stage is left as it is. */
  choose(index: number): void {
    const { view, player } = this.context;
    const { timeline } = this;
    view.setState({ chosen: index });
    if (timeline !== null && !this.context.editor.isPresenting.get()) player.place(startOf(timeline, index));
  }

  /** Says why a timeline cannot be, if it cannot. */
  private isSound(timeline: Timeline | null): boolean {
    if (timeline === null) return true;
    if (timeline.keyframes.some(({ picture }) => isTooBlended(picture))) {
      this.refuse(
        "keyframe_too_blended",
        "This picture lies between too many others to be a keyframe.",
        "Choose one that is nearer to a keyframe, or begin with a seed.",
      );
      return false;
    }
    if (walksOf(timeline).length > MAX_EDITS) {
      this.refuse(
        "too_many_edits",
        `The keyframes of a timeline move at most ${MAX_EDITS} sliders together.`,
        "Bring some back to zero in one of them.",
      );
      return false;
    }
    return true;
  }

  private refuse(code: string, sentence: string, hint: string): void {
    this.context.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
  }
}
