"""Real side: the real pictures of a survey, gone through once: areas, noise floor, gallery."""

from typing import cast

from wend.measure.area_tally import AreaTally, percent_of
from wend.measure.frechet import NoiseFloor
from wend.measure.running_floor import RunningFloor
from wend.methods.survey.eye import SurveyEye
from wend.methods.survey.gallery import Gallery
from wend.methods.survey.source import Batch, Skipped, Source

MOST_SKIPPED = 100
"""Files named in the answer; all are counted."""


class RealSide:
    """The first `count` pictures are what models are held against, `count` more make the noise floor with
    them.

    Where there are fewer than twice `count`, models are held against all, and the floor is that of their
    halves.
    """

    def __init__(self, source: Source, eye: SurveyEye, count: int, seed: int) -> None:
        self.source = source
        self._eye, self._count = eye, count
        self._at = 0  # the next place
        self._first, self._rest = AreaTally(eye.names), AreaTally(eye.names)
        self._floor = RunningFloor(seed)
        self.gallery = Gallery()
        self.skipped: list[Skipped] = []
        self.skipped_count = 0

    @property
    def count(self) -> int:
        """Pictures looked at."""
        return self._first.count + self._rest.count

    @property
    def total(self) -> int:
        """Pictures there are to look at, as far as is known."""
        return min(2 * self._count, self.source.count)

    @property
    def is_done(self) -> bool:
        return self.count >= 2 * self._count or self._at >= self.source.count

    def take(self, batch: int) -> None:
        """Look at the next pictures, `batch` at most."""
        # A batch ends where the first sample does, so that each belongs to one.
        room = (self._count if self.count < self._count else 2 * self._count) - self.count
        stop = min(self._at + min(batch, room), self.source.count)
        fetched = self.source.fetch(range(self._at, stop))
        self._at = stop
        self._note(fetched)
        if not fetched.places:
            return
        areas = self._eye.areas(fetched.images)
        if not self.gallery.is_full:
            self.gallery.add(fetched.places, areas, self._eye.vectors(fetched.images))
        (self._first if self.count < self._count else self._rest).add(areas)
        self._floor.add(percent_of(areas))

    def _note(self, fetched: Batch) -> None:
        self.skipped_count += len(fetched.skipped)
        self.skipped += fetched.skipped[: MOST_SKIPPED - len(self.skipped)]

    def tally(self) -> AreaTally:
        """What models are held against."""
        return self._first if self.count >= 2 * self._count else self._first.merged(self._rest)

    def floor(self) -> NoiseFloor:
        """Raises: InvalidShape below four pictures."""
        return self._floor.result()

    def state_dict(self) -> dict[str, object]:
        return {
            "at": self._at,
            "first": self._first.state_dict(),
            "rest": self._rest.state_dict(),
            "floor": self._floor.state_dict(),
            "gallery": self.gallery.state_dict(),
            "skipped": [[each.name, each.why] for each in self.skipped],
            "skipped_count": self.skipped_count,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError for a state of something else."""
        self._at = int(cast("int", state["at"]))
        for part, name in (
            (self._first, "first"), (self._rest, "rest"), (self._floor, "floor"), (self.gallery, "gallery"),
        ):  # fmt: skip
            part.load_state_dict(cast("dict[str, object]", state[name]))
        self.skipped = [Skipped(name, why) for name, why in cast("list[list[str]]", state["skipped"])]
        self.skipped_count = int(cast("int", state["skipped_count"]))
