/** Sounds: the audio file that the timeline follows, as far as the server has listened to it. */

import type { AudioClient } from "../protocol/audio";
import { WendProblem } from "../protocol/http";
import type { Sound } from "../protocol/wire";
import type { DocumentStore } from "./document";
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
      if (state.timeline?.drive?.audio !== before.timeline?.drive?.audio) this.follow();
    });
  }

  /** Fetches the sound of the document, if it has one that is not known here. */
  follow(): void {
    const id = this.document.getState().timeline?.drive?.audio;
    if (id === undefined) this.drop();
    else if (id !== this.sound.get()?.id) void this.take("", () => this.client.fetch(id));
  }

  /** Sends a file for the server to listen to. */
  async send(file: File): Promise<void> {
    await this.take(file.name, () => this.client.send(file));
  }

  /** The timeline follows no sound any more. */
  drop(): void {
    this.wanted += 1;
    this.isLoading.set(false);
    this.sound.set(null);
    this.name.set("");
  }

  private async take(name: string, ask: () => Promise<Sound>): Promise<void> {
    this.wanted += 1;
    const wish = this.wanted;
    this.isLoading.set(true);
    try {
      const sound = await ask();
      if (wish !== this.wanted) return;
      this.sound.set(sound);
      this.name.set(name);
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      const { code, sentence, hint } = error;
      if (wish === this.wanted) this.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
    } finally {
      if (wish === this.wanted) this.isLoading.set(false);
    }
  }
}
