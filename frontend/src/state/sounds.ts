/** Sounds: the audio file that the timeline follows, as far as the server has listened to it. */

import type { AudioClient } from "../protocol/audio";
import { WendProblem } from "../protocol/http";
import type { Sound } from "../protocol/wire";
import { type DocumentStore, homeOf } from "./document";
import type { Live } from "./live";
import { Observable } from "./observable";

export class Sounds {
  /** The file whose beats the timeline shows. */
  readonly sound = new Observable<Sound | null>(null);
  /** What it was called here; empty for one that came with the document. */
  readonly name = new Observable("");
  readonly isLoading = new Observable(false);
  /** The newest wish: answers to older ones come too late. */
  private wanted = 0;

  constructor(
    private readonly client: AudioClient,
    private readonly document: DocumentStore,
    private readonly live: Live,
  ) {
    document.subscribe((state, before) => {
      const audio = state.timeline?.drive?.audio;
      const hadAudio = before.timeline?.drive?.audio;
      // A sound that was chosen, or is on its way, is for the document it was chosen in.
      if (homeOf(state) !== homeOf(before)) this.turnTo(audio);
      // Without a timeline it waits for the next first keyframe.
      else if (state.timeline !== null && audio !== hadAudio) this.follow();
      else if (state.timeline !== null && before.timeline === null && audio === undefined) this.forget();
    });
  }

  /** Fetches the sound of the document, if it has one that is not known here. */
  follow(): void {
    const id = this.document.getState().timeline?.drive?.audio;
    if (id === undefined) this.drop();
    else if (id !== this.sound.get()?.id) void this.take("", () => this.client.fetch(id));
  }

  /** Sends a file for the server to listen to; null where that failed, or nobody waits for it any more. */
  async send(file: File): Promise<Sound | null> {
    return await this.take(file.name, () => this.client.send(file));
  }

  /** The timeline follows no sound any more. */
  drop(): void {
    this.wanted += 1;
    this.isLoading.set(false);
    this.forget();
  }

  /** To the sound of another document. */
  private turnTo(audio: string | undefined): void {
    const sound = this.sound.get();
    const name = this.name.get();
    this.drop();
    if (sound?.id === audio) {
      this.sound.set(sound);
      this.name.set(name);
    } else this.follow();
  }

  private forget(): void {
    this.sound.set(null);
    this.name.set("");
  }

  private async take(name: string, ask: () => Promise<Sound>): Promise<Sound | null> {
    this.wanted += 1;
    const wish = this.wanted;
    this.isLoading.set(true);
    try {
      const sound = await ask();
      if (wish !== this.wanted) return null;
      this.sound.set(sound);
      this.name.set(name);
      return sound;
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      const { code, sentence, hint } = error;
      if (wish === this.wanted) this.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
      return null;
    } finally {
      if (wish === this.wanted) this.isLoading.set(false);
    }
  }
}
