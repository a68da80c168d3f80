"""Moments: count, mean and covariance of feature vectors, gathered without keeping them."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidShape

Vectors = NDArray[np.floating] | Tensor
"""Feature vectors [N, F], of numpy or torch."""


@dataclass(frozen=True)
class Moments:
    """count N; mean float64 [F]; covariance float64 [F, F], divisor N - 1."""

    count: int
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def of(cls, vectors: Vectors) -> "Moments":
        """Of vectors [N, F], N >= 2. Raises: InvalidShape."""
        running = RunningMoments()
        running.add(vectors)
        return running.result()


class RunningMoments:
    """Moments of a stream: memory is that of one covariance, however long the stream.

    Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
    variances", 1979: two parts' sums of squares add up with a term of their means' difference,
    which loses no digits where the mean is large beside the spread.
    """

    def __init__(self) -> None:
        self._count = 0
        self._mean = np.zeros(0)
        self._scatter = np.zeros((0, 0))

    def add(self, vectors: Vectors) -> None:
        """Take more vectors [N, F]. Raises: InvalidShape for another F."""
        part = as_float64(vectors)
        if not len(part):
            return
        if not self._count:
            self._mean, self._scatter = np.zeros(part.shape[1]), np.zeros((part.shape[1], part.shape[1]))
        if part.shape[1] != len(self._mean):
            raise InvalidShape("vectors", f"[N, {len(self._mean)}]", str(list(part.shape)))
        mean = part.mean(axis=0)
        centred = part - mean
        self._take(len(part), mean, centred.T @ centred)

    def merge(self, other: "RunningMoments") -> None:
        """Take what another has gathered. Raises: InvalidShape for another F."""
        if not other._count:
            return
        if self._count and len(other._mean) != len(self._mean):
            raise InvalidShape("other", f"[N, {len(self._mean)}]", f"[N, {len(other._mean)}]")
        if not self._count:
            self._mean, self._scatter = np.zeros_like(other._mean), np.zeros_like(other._scatter)
        self._take(other._count, other._mean, other._scatter)

    def _take(self, count: int, mean: NDArray[np.float64], scatter: NDArray[np.float64]) -> None:
        total = self._count + count
        step = mean - self._mean
        self._scatter += scatter + np.outer(step, step) * (self._count * count / total)
        self._mean = self._mean + step * (count / total)
        self._count = total

    @property
    def count(self) -> int:
        """Vectors taken."""
        return self._count

    def state_dict(self) -> dict[str, object]:
        """All that has been gathered, to go on from."""
        return {
            "count": self._count,
            "mean": torch.from_numpy(self._mean.copy()),
            "scatter": torch.from_numpy(self._scatter.copy()),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError for a state of something else."""
        self._count = int(cast("int", state["count"]))
        self._mean = cast("Tensor", state["mean"]).numpy().copy()
        self._scatter = cast("Tensor", state["scatter"]).numpy().copy()

    def result(self) -> Moments:
        """What has been gathered so far. Raises: InvalidShape with fewer than two vectors."""
        if self._count < 2:
            raise InvalidShape("vectors", "[2 or more, F]", f"[{self._count}, F]")
        return Moments(self._count, self._mean.copy(), self._scatter / (self._count - 1))


def as_float64(vectors: Vectors) -> NDArray[np.float64]:
    """Vectors [N, F] as a float64 array. Raises: InvalidShape for another number of axes."""
    array = vectors.detach().cpu().numpy() if isinstance(vectors, Tensor) else vectors
    if array.ndim != 2:
        raise InvalidShape("vectors", "[N, F]", str(list(array.shape)))
    return array.astype(np.float64, copy=False)
