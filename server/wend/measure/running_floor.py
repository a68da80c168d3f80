"""Running floor: the Frechet distance of a stream of pictures from itself, without keeping them."""

from typing import cast

import numpy as np

from wend.measure.frechet import NoiseFloor, frechet_distance
from wend.measure.moments import RunningMoments, Vectors, as_float64

SPLITS = 8


class RunningFloor:
    """The stream is dealt out, pair by pair, into two halves of equal size, at random in each of `splits`
    ways.

    The two halves of a split share no picture. Memory: 2 splits covariances [F, F].
    Source: Bau et al. 2019, released code, compares two samples of one set; here each is a half of one
    stream, so that neither is drawn again.
    """

    def __init__(self, seed: int, splits: int = SPLITS) -> None:
        self._seed, self._splits = seed, splits
        self._pairs = 0
        self._odd: list[list[float]] = []  # a picture that waits for its partner
        self._halves = [(RunningMoments(), RunningMoments()) for _ in range(splits)]

    @property
    def count(self) -> int:
        """Pictures in each half."""
        return self._pairs

    def add(self, vectors: Vectors) -> None:
        """Take more vectors [N, F]. Raises: InvalidShape for another F."""
        part = as_float64(vectors)
        if self._odd and len(part):
            part = np.concatenate([np.array(self._odd), part])
        whole = len(part) - len(part) % 2
        self._odd = part[whole:].tolist()
        if not whole:
            return
        pairs = part[:whole].reshape(whole // 2, 2, -1)
        # Which of a pair goes left depends on its number alone, however the stream is cut into batches.
        first = self._seed * 1_000_003 + self._pairs
        sides = np.stack(
            [
                np.random.RandomState((first + k) % 2**32).randint(0, 2, self._splits)
                for k in range(len(pairs))
            ]
        )
        self._pairs += len(pairs)
        rows = np.arange(len(pairs))
        for split, (left, right) in enumerate(self._halves):
            left.add(pairs[rows, sides[:, split]])
            right.add(pairs[rows, 1 - sides[:, split]])

    def result(self) -> NoiseFloor:
        """Raises: InvalidShape with fewer than four vectors."""
        distances = tuple(frechet_distance(a.result(), b.result()).total for a, b in self._halves)
        return NoiseFloor(self.count, float(np.mean(distances)), max(distances), distances)

    def state_dict(self) -> dict[str, object]:
        return {
            "pairs": self._pairs,
            "odd": self._odd,
            "halves": [[left.state_dict(), right.state_dict()] for left, right in self._halves],
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError for a state of something else."""
        self._pairs = int(cast("int", state["pairs"]))
        self._odd = [list(row) for row in cast("list[list[float]]", state["odd"])]
        for (left, right), kept in zip(
            self._halves, cast("list[list[dict[str, object]]]", state["halves"]), strict=True
        ):
            left.load_state_dict(kept[0])
            right.load_state_dict(kept[1])
