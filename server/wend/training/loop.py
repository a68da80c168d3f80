"""The loop every training run goes round: steps, progress, checkpoints on a clock, a clean stop."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

INTERVAL_S = 180.0
_MARKS = 200


class Steps(Protocol):
    """A trainer, as the loop sees it."""

    @property
    def images_seen(self) -> int: ...

    @property
    def is_done(self) -> bool: ...

    def step(self) -> object:
        """One update; its losses, whose str() is for people."""
        ...


@dataclass(frozen=True)
class TrainingProgress:
    """Where a run stands; `seconds_left` is None until the speed is known."""

    images_seen: int
    total_images: int
    images_per_s: float
    seconds_left: float | None
    losses: object


def run_steps(
    trainer: Steps,
    total_images: int,
    save: Callable[[], None],
    report: Callable[[TrainingProgress], None],
    should_stop: Callable[[], bool],
    interval_s: float = INTERVAL_S,
) -> None:
    """Step until the trainer is done or asked to stop; `save` every `interval_s` and at the end."""
    last_saved = time.monotonic()
    marks: deque[tuple[float, int]] = deque([(last_saved, trainer.images_seen)], maxlen=_MARKS)
    while not trainer.is_done and not should_stop():
        losses = trainer.step()
        now = time.monotonic()
        marks.append((now, trainer.images_seen))
        elapsed, seen = now - marks[0][0], trainer.images_seen - marks[0][1]
        speed = seen / elapsed if elapsed > 0 else 0.0
        to_go = total_images - trainer.images_seen
        left = to_go / speed if len(marks) > 5 and speed > 0 else None
        report(TrainingProgress(trainer.images_seen, total_images, speed, left, losses))
        if now - last_saved > interval_s:
            save()
            last_saved = now
    save()
