/** Speaker: the sound heard while the timeline plays. */

import { soundUrl } from "../protocol/audio";
import type { DocumentStore } from "./document";
import type { Player } from "./player";
import type { Sounds } from "./sounds";

/** What makes sound: a browser's audio element, or a test's. */
export interface Speaker {
  /** Plays a file from a time, in seconds. */
  play(url: string, seconds: number): void;
  stop(): void;
}

/** Further apart than this, in seconds, sound and picture are brought together again: a round has begun anew. */
const APART_S = 0.25;

/** Lets the sound be heard with the pictures, from the start of each round. */
export function keepSounding(
  player: Player,
  sounds: Sounds,
  document: DocumentStore,
  speaker: Speaker,
  now: () => number,
): void {
  let begun: { readonly at: number; readonly seconds: number } | null = null;
  const follow = () => {
    const sound = sounds.sound.get();
    const seconds = player.seconds.get();
    const isHeard = player.isPlaying.get() && sound !== null && document.getState().timeline !== null;
    if (!isHeard) {
      if (begun) speaker.stop();
      begun = null;
      return;
    }
    const expected = begun && begun.seconds + (now() - begun.at) / 1000;
    if (expected !== null && Math.abs(expected - seconds) < APART_S) return;
    begun = { at: now(), seconds };
    if (seconds < sound.seconds) speaker.play(soundUrl(sound.id), seconds);
    else speaker.stop();
  };
  for (const live of [player.isPlaying, player.seconds, sounds.sound]) live.subscribe(follow);
}

export class BrowserSpeaker implements Speaker {
  private readonly element = new Audio();
  private url = "";

  play(url: string, seconds: number): void {
    if (url !== this.url) this.element.src = url;
    this.url = url;
    this.element.currentTime = seconds;
    // A page that nobody has touched yet may not make sound: it then plays without.
    this.element.play().catch((error: unknown) => {
      if (!(error instanceof DOMException)) throw error;
    });
  }

  stop(): void {
    this.element.pause();
  }
}
