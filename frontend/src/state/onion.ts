/** Onion skin: the keyframes around the picture on the stage, drawn faintly over it while nothing moves. */

import type { Picture } from "../protocol/wire";
import { type DocumentStore, onPictureChange } from "./document";
import type { DrawerStore } from "./drawer";
import type { Editor } from "./editor";
import { isSamePicture } from "./picture";
import type { Player } from "./player";
import type { Thumbnails } from "./thumbnails";
import type { TimelineDesk } from "./timeline_desk";
import { placeAt } from "./timeline_sampling";
import type { TimelineViewStore } from "./timeline_view";

export interface OnionContext {
  readonly document: DocumentStore;
  readonly drawer: DrawerStore;
  readonly editor: Editor;
  readonly player: Player;
  readonly view: TimelineViewStore;
  readonly desk: TimelineDesk;
  readonly thumbnails: Thumbnails;
  /** Lays these over the stage, in place of those before. */
  readonly lay: (images: readonly Blob[]) => void;
}

export class Onion {
  private wanted = "[]";
  private stopOrders: (() => void)[] = [];

  constructor(private readonly context: OnionContext) {
    const { document, drawer, editor, player, view } = context;
    const look = () => this.look();
    onPictureChange(document, look);
    for (const store of [document, drawer, view]) store.subscribe(look);
    for (const live of [editor.isPresenting, player.isPlaying, player.seconds]) live.subscribe(look);
  }

  private look(): void {
    const skins = this.skins();
    const wanted = JSON.stringify(skins);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    for (const stop of this.stopOrders) stop();
    const { thumbnails, lay } = this.context;
    lay([]);
    const drawn: Blob[] = [];
    this.stopOrders = skins.map((picture) =>
      thumbnails.order(picture, (image) => {
        if (image) drawn.push(image);
        lay([...drawn]);
      }),
    );
  }

  /** The pictures that should lie over the stage. */
  private skins(): readonly Picture[] {
    const { document, drawer, editor, player, view, desk } = this.context;
    const { picture } = document.getState();
    const { timeline } = desk;
    const { isOpen, tab } = drawer.getState();
    const isShown = view.getState().isOnion && isOpen && tab === "timeline" && !player.isPlaying.get();
    if (!isShown || timeline === null || picture === null) return [];
    const { keyframes, repeat } = timeline;
    const at = (index: number) => {
      const count = keyframes.length;
      return keyframes[repeat === "loop" ? (index + count) % count : index]?.picture;
    };
    const { chosen } = desk;
    const own = chosen === null ? undefined : keyframes[chosen]?.picture;
    const [before, after] = editor.isPresenting.get()
      ? around(placeAt(timeline, player.seconds.get()))
      : // A picture that is no keyframe yet will come after the chosen one.
        around({ start: chosen ?? keyframes.length - 1, share: own && isSamePicture(own, picture) ? 0 : 1 });
    return [at(before), at(after)].filter((skin) => skin !== undefined);
  }
}

/** The places of the keyframes around a place of the timeline. */
function around({ start, share }: { readonly start: number; readonly share: number }): [number, number] {
  return share === 0 ? [start - 1, start + 1] : [start, start + 1];
}
