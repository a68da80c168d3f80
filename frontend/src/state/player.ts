/** The player: moves along the timeline by the clock and shows the picture of the newest time, never of one gone by. */

import type { Clock } from "../protocol/clock";
import type { Quality } from "../protocol/frame";
import type { Picture, Sound, Timeline } from "../protocol/wire";
import { Observable } from "./observable";
import { pictureAt, secondsOf } from "./timeline_sampling";

/** Where the player shows its pictures: the editor, which gives way to the hand. */
export interface Screen {
  present(picture: Picture, quality: Quality): void;
  presentNothing(): void;
  readonly isPresenting: Observable<boolean>;
}

/** How well the last second kept up. */
export interface PlayFigures {
  /** Pictures of the timeline shown in the last second. */
  readonly rate: number;
  /** Times of the grid that passed without a new picture on the stage, since play began. */
  readonly late: number;
}

const NO_FIGURES: PlayFigures = { rate: 0, late: 0 };

/**
 * Times lie on a grid of `fps` a second, as those of an export do. What the socket has not sent yet is replaced by
 * what is newer; a server that is slow makes frames late, and play no slower.
 */
export class Player {
  readonly isPlaying = new Observable(false);
  /** Where the playhead stands, from 0 to the length of one round. */
  readonly seconds = new Observable(0);
  readonly figures = new Observable<PlayFigures>(NO_FIGURES);
  /** Counts the runs, so that an animation frame of one that has ended does nothing. */
  private run = 0;
  private tick = -1;
  /** Whether a picture came since the last time of the grid; null: none has come since play began. */
  private hasShown: boolean | null = null;
  private shownAt: number[] = [];
  private late = 0;

  constructor(
    private readonly screen: Screen,
    private readonly timeline: () => Timeline | null,
    private readonly sound: () => Sound | null,
    private readonly fps: () => number,
    private readonly clock: Clock,
  ) {
    screen.isPresenting.subscribe(() => {
      // The hand has taken hold of the picture itself.
      if (!screen.isPresenting.get()) this.stop();
    });
  }

  /** From where the playhead stands; at the end of what plays once, from the start. */
  play(): void {
    const timeline = this.timeline();
    if (timeline === null || this.isPlaying.get()) return;
    const total = secondsOf(timeline);
    if (total === 0) return;
    const from = this.seconds.get() >= total - 1 / this.fps() ? 0 : this.seconds.get();
    this.run += 1;
    this.tick = -1;
    this.late = 0;
    this.hasShown = null;
    this.shownAt = [];
    this.figures.set(NO_FIGURES);
    this.isPlaying.set(true);
    this.advance(this.run, this.clock.now() - from * 1000);
  }

  /** Stays where it is, and shows that in full quality. */
  pause(): void {
    if (!this.isPlaying.get()) return;
    this.stop();
    this.show("final");
  }

  toggle(): void {
    if (this.isPlaying.get()) this.pause();
    else this.play();
  }

  /** Moves the playhead by hand: `live` while it moves, `final` when the hand lets go. */
  seek(seconds: number, quality: Quality): void {
    const timeline = this.timeline();
    if (timeline === null) return;
    this.stop();
    this.seconds.set(Math.min(Math.max(seconds, 0), secondsOf(timeline)));
    this.show(quality);
  }

  /** Puts the playhead somewhere and shows nothing of it. */
  place(seconds: number): void {
    this.stop();
    this.seconds.set(seconds);
  }

  /** The stage shows the picture of the document again. */
  leave(): void {
    this.stop();
    this.screen.presentNothing();
  }

  /** The timeline has changed: what is shown of it follows. */
  refresh(): void {
    const timeline = this.timeline();
    if (timeline === null) {
      this.seconds.set(0);
      this.leave();
      return;
    }
    this.seconds.set(Math.min(this.seconds.get(), secondsOf(timeline)));
    if (this.screen.isPresenting.get() && !this.isPlaying.get()) this.show("final");
  }

  /** A picture came onto the stage. */
  noteShown(): void {
    if (!this.isPlaying.get()) return;
    this.hasShown = true;
    const now = this.clock.now();
    this.shownAt = [...this.shownAt.filter((at) => now - at < 1000), now];
  }

  private stop(): void {
    this.run += 1;
    this.isPlaying.set(false);
  }

  private advance(run: number, startedAt: number): void {
    if (run !== this.run) return;
    const timeline = this.timeline();
    const total = timeline === null ? 0 : secondsOf(timeline);
    if (timeline === null || total === 0) {
      this.pause();
      return;
    }
    const passed = (this.clock.now() - startedAt) / 1000;
    if (timeline.repeat === "once" && passed >= total) {
      this.seconds.set(total);
      this.pause();
      return;
    }
    const tick = Math.floor(passed * this.fps());
    if (tick !== this.tick) this.turn(tick, total);
    this.clock.onAnimationFrame(() => this.advance(run, startedAt));
  }

  /** A time of the grid has come. */
  private turn(tick: number, total: number): void {
    // Until the first picture has come there is nothing to be late against.
    if (this.hasShown !== null) {
      this.late += Math.max(0, tick - this.tick - (this.hasShown ? 1 : 0));
      this.hasShown = false;
    }
    this.tick = tick;
    this.seconds.set((tick / this.fps()) % total);
    const now = this.clock.now();
    this.figures.set({ rate: this.shownAt.filter((at) => now - at < 1000).length, late: this.late });
    this.show("live");
  }

  private show(quality: Quality): void {
    const timeline = this.timeline();
    if (timeline !== null)
      this.screen.present(pictureAt(timeline, this.seconds.get(), this.sound()), quality);
  }
}
