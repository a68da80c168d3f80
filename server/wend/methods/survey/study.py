"""Study: a survey as work in slices: the real pictures, every generator's, and examples of every class."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.chart import ClassChart
from wend.measure.class_areas import LEAST_PICTURES, AreaComparison, compare_areas
from wend.measure.slices import Sliced
from wend.methods.survey.eye import SurveyEye
from wend.methods.survey.figure import class_chart
from wend.methods.survey.model_side import ModelSide, Subject
from wend.methods.survey.real_side import RealSide
from wend.methods.survey.source import Source

SHOWN = 30
"""Classes in the figure. Source: Bau et al. 2019, released code."""
NO_CLASS = frozenset({"", "-", "nothing", "no prediction", "unlabeled", "unlabelled", "unknown", "void"})
"""Labels that say that there is none: counted in every statistic, never shown. Source: as above."""


class SurveyStudy:
    """Memory does not grow with `count`: moments are summed up, galleries are bounded."""

    def __init__(
        self,
        real: Source,
        subjects: tuple[Subject, ...],
        eye: SurveyEye,
        count: int,
        batch: int,
        size: int,
        seed: int = 0,
        has_examples: bool = True,
        real_batch: int | None = None,
    ) -> None:
        """count: pictures of every subject; batch: of a slice, real_batch: where they are real; size: side of
        all of them.

        Raises: InvalidInput where the real side cannot have enough.
        """
        if real.count < LEAST_PICTURES:
            raise InvalidInput(
                f"{real.title} holds {real.count} picture{'' if real.count == 1 else 's'}, and a "
                "covariance needs "
                f"{LEAST_PICTURES} at least."
            )
        self.eye, self.count = eye, count
        self.real = RealSide(real, eye, count, seed)
        self.models = tuple(ModelSide(subject, eye, count, size) for subject in subjects)
        self._batch, self._has_examples = batch, has_examples
        self._real_batch = real_batch or batch
        self._shown: tuple[str, ...] | None = None

    # -- slices -----------------------------------------------------------------------------------

    @property
    def shown(self) -> tuple[str, ...]:
        """Classes that are real, the largest first; () until all real pictures are seen."""
        if not self.real.is_done:
            return ()
        if self._shown is None:
            self._shown = figure_classes(self.eye.names, self.real.tally().moments().mean)
        return self._shown

    def step(self) -> bool:
        """One slice; True when nothing is left.

        Raises: InvalidInput for too few pictures that can be read.
        """
        if not self.real.is_done:
            self.real.take(self._real_batch)
            if self.real.is_done and self.real.count < LEAST_PICTURES:
                raise InvalidInput(
                    f"Of {self.real.source.count} files of {self.real.source.title}, "
                    f"{self.real.skipped_count} cannot "
                    f"be read as pictures; {self.real.count} are left, and a covariance needs "
                    f"{LEAST_PICTURES}."
                )
            return False
        side = self._current
        if side is None:
            return True
        if not side.has_seen_all:
            side.take(self._batch)
        else:
            side.show(self._unshown(side)[0], self.real)
        if self._is_over(side):
            side.close()
        return self._current is None

    def slices(self) -> Sliced[None]:
        """All that is left, for who runs it at once. Raises: as `step`."""
        while not self.step():
            yield

    @property
    def _current(self) -> ModelSide | None:
        return next((side for side in self.models if not self._is_over(side)), None)

    def _is_over(self, side: ModelSide) -> bool:
        return side.has_seen_all and not self._unshown(side)

    def _unshown(self, side: ModelSide) -> list[str]:
        return [name for name in self.shown if name not in side.sheets] if self._has_examples else []

    @property
    def fraction(self) -> float:
        """Share done, 0..1."""
        seen = self.real.count + sum(side.tally.count for side in self.models)
        total = self.real.total + self.count * len(self.models)
        sheets = sum(len(side.sheets) for side in self.models)
        most = len(self.models) * len(self.shown) if self._has_examples else 0
        # Of a sheet 24 pictures are fetched, hardly any looked at.
        extra = 12 * len(self.models) * SHOWN if self._has_examples else 0
        done = seen + (extra * sheets / most if most else 0.0)
        return min(1.0, done / (total + extra))

    @property
    def label(self) -> str:
        """What is being done."""
        if not self.real.is_done:
            return f"Looking at {self.real.source.title}"
        side = self._current
        if side is None:
            return "Summing up"
        return f"Looking at {side.title}" if not side.has_seen_all else f"Examples of {side.title}"

    # -- what is found ----------------------------------------------------------------------------

    def compare(self) -> dict[str, AreaComparison]:
        """Title -> how it differs, of those that have pictures enough by now. Raises: InvalidInput."""
        real = self.real.tally()
        return {
            side.title: compare_areas(real, side.tally)
            for side in self.models
            if side.tally.count >= LEAST_PICTURES
        }

    def chart(self) -> ClassChart | None:
        """The figure as far as it is known; None before there is anything to hold against anything."""
        if not self.real.is_done:
            return None
        found = self.compare()
        return class_chart(self.real.source.title, self.shown, found) if found else None

    # -- state ------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        return {
            "batch": self._batch,
            "real": self.real.state_dict(),
            "models": [side.state_dict() for side in self.models],
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError for a state of something else; ValueError where batches were others."""
        if state["batch"] != self._batch:
            raise ValueError("it was begun on another device")
        self.real.load_state_dict(cast("dict[str, object]", state["real"]))
        for side, kept in zip(self.models, cast("list[dict[str, object]]", state["models"]), strict=True):
            side.load_state_dict(kept)
        self._shown = None


def figure_classes(names: Sequence[str], means: NDArray[np.float64]) -> tuple[str, ...]:
    """Of classes with mean real areas [K] those of the figure: by area, the largest first, `SHOWN` at most,
    without what is nowhere real and labels that say that there is none.

    Source: Bau et al. 2019, released code.
    """
    found = [names[k] for k in (-means).argsort(kind="stable").tolist() if means[k] > 0.0]
    return tuple(name for name in found if name.lower() not in NO_CLASS)[:SHOWN]
