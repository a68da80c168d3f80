"""Gallery: the first pictures of a source, by what is on them and how they look, to pick examples from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.measure.area_tally import PRESENT
from wend.measure.label_areas import LabelAreas

CAPACITY = 1024
"""Pictures of a side that examples are picked from: bounded, so that memory does not grow with the survey."""
EXAMPLES = 6
"""Of each kind, of a class."""


class Gallery:
    """shares float32 [n, K] and features float32 [n, F] of the first pictures, and their places in the
    source.
    """

    def __init__(self) -> None:
        self._places: list[int] = []
        self._shares: list[NDArray[np.float32]] = []
        self._vectors: list[NDArray[np.float32]] = []

    @property
    def is_full(self) -> bool:
        return len(self._places) >= CAPACITY

    def add(self, places: Sequence[int], areas: LabelAreas, vectors: NDArray[np.floating]) -> None:
        """Take the pictures of a batch."""
        self._places += places
        self._shares.append(areas.shares.astype(np.float32))
        self._vectors.append(vectors.astype(np.float32))

    @property
    def places(self) -> NDArray[np.int64]:
        return np.array(self._places, dtype=np.int64)

    @property
    def shares(self) -> NDArray[np.float32]:
        return np.concatenate(self._shares)

    @property
    def vectors(self) -> NDArray[np.float32]:
        return np.concatenate(self._vectors)

    def state_dict(self) -> dict[str, object]:
        if not self._places:
            return {"places": []}
        return {
            "places": list(self._places),
            "shares": torch.from_numpy(self.shares),
            "vectors": torch.from_numpy(self.vectors),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError for a state of something else."""
        self._places = list(cast("list[int]", state["places"]))
        self._shares, self._vectors = [], []
        if self._places:
            self._shares = [cast("Tensor", state["shares"]).numpy()]
            self._vectors = [cast("Tensor", state["vectors"]).numpy()]


@dataclass(frozen=True)
class ClassExamples:
    """Places of pictures, at most `EXAMPLES` each.

    there: real ones that show most of the class; missing: for each of them the generated one most alike that
    lacks the class, -1 where there is none; drawn: generated ones that show most of it; nearest: for each of
    these the real one most alike.
    """

    there: tuple[int, ...]
    missing: tuple[int, ...]
    drawn: tuple[int, ...]
    nearest: tuple[int, ...]


def pick_examples(real: Gallery, model: Gallery, label: int) -> ClassExamples:
    """Examples of one label. Both galleries hold a picture at least."""
    there = _most(real.shares[:, label])
    drawn = _most(model.shares[:, label])
    lacking = np.flatnonzero(model.shares[:, label] < PRESENT)
    missing: list[int] = []
    taken: set[int] = set()
    for k in there:
        order = lacking[np.argsort(_far(model.vectors[lacking], real.vectors[k]), kind="stable")]
        # A picture is shown once, so that a row tells of as many as it has room for.
        nearest = next((int(j) for j in order if int(j) not in taken), -1)
        taken.add(nearest)
        missing.append(-1 if nearest < 0 else int(model.places[nearest]))
    near = [int(real.places[int(_far(real.vectors, model.vectors[k]).argmin())]) for k in drawn]
    return ClassExamples(
        tuple(int(real.places[k]) for k in there),
        tuple(missing),
        tuple(int(model.places[k]) for k in drawn),
        tuple(near),
    )


def _most(shares: NDArray[np.float32]) -> list[int]:
    """The pictures that show most of a label, of those that show it."""
    order = np.argsort(-shares, kind="stable")[:EXAMPLES]
    return [int(k) for k in order if shares[k] >= PRESENT]


def _far(vectors: NDArray[np.float32], one: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared distances, [n]."""
    far: NDArray[np.float32] = np.square(vectors - one).sum(axis=1)
    return far
