"""Painted pictures for surveys: greys are classes, so that a segmenter is exact without being trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from wend.methods.survey.eye import PIXELS, SurveyEye
from wend.methods.survey.model_side import Subject
from wend.methods.survey.source import Batch, Skipped
from wend.methods.survey.study import SurveyStudy

NAMES = ("sky", "tree", "cow", "-", "ghost")
SIDE = 32
_LEVELS = torch.tensor([-0.8, -0.4, 0.0, 0.4, 0.8])


class LevelSegmenter:
    """Label network: every pixel is of the class whose grey it is nearest to."""

    @property
    def labels(self) -> tuple[str, ...]:
        return NAMES

    def logits(self, images: Tensor) -> Tensor:
        return -(images[:, :1] - _LEVELS.view(1, -1, 1, 1)).square()


@dataclass
class Painted:
    """Pictures of sky with a tree, in some of which stands a cow. broken: places that cannot be read."""

    name: str
    total: int
    cows: float
    seed: int
    broken: tuple[int, ...] = ()
    fetches: int = 0

    @property
    def title(self) -> str:
        return self.name

    @property
    def count(self) -> int:
        return self.total

    def fetch(self, places: Sequence[int]) -> Batch:
        self.fetches += 1
        good = [place for place in places if place not in self.broken]
        skipped = tuple(Skipped(f"{place}.png", "it is broken") for place in places if place in self.broken)
        images = (
            torch.stack([self._paint(place) for place in good]) if good else torch.zeros(0, 3, SIDE, SIDE)
        )
        return Batch(images, tuple(good), skipped)

    def _paint(self, place: int) -> Tensor:
        rng = np.random.RandomState(self.seed * 1000 + place)
        labels = torch.zeros(SIDE, SIDE, dtype=torch.long)
        labels[-int(rng.randint(4, 12)) :] = 1
        if rng.rand() < self.cows:
            left = int(rng.randint(0, 20))
            labels[10:16, left : left + int(rng.randint(4, 10))] = 2
        return _LEVELS[labels].expand(3, -1, -1)


EYE = SurveyEye(LevelSegmenter(), None, "levels/labels", PIXELS)


def _itself(painted: Painted) -> Painted:
    return painted


def study(
    *subjects: Painted, real: Painted | None = None, count: int = 24, has_examples: bool = True
) -> SurveyStudy:
    """A survey of painted pictures."""
    against = real or Painted("meadow", 48, 0.5, 1)
    opened = tuple(Subject(each.title, partial(_itself, each)) for each in subjects)
    return SurveyStudy(against, opened, EYE, count, 4, SIDE, has_examples=has_examples)
