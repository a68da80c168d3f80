"""Running floor: halves of a stream, whatever its batches, that shrink with more pictures."""

import numpy as np
import pytest

from wend.errors import InvalidShape
from wend.measure.frechet import noise_floor
from wend.measure.running_floor import RunningFloor


def vectors(count: int) -> np.ndarray:
    return np.random.RandomState(5).randn(count, 3)


def floor_of(whole: np.ndarray, batch: int) -> RunningFloor:
    floor = RunningFloor(seed=1)
    for start in range(0, len(whole), batch):
        floor.add(whole[start : start + batch])
    return floor


def test_it_does_not_depend_on_batches_or_breaks() -> None:
    whole = vectors(41)
    at_once, cut = floor_of(whole, 41).result(), floor_of(whole, 3).result()
    assert at_once.count == cut.count == 20
    assert at_once.distances == pytest.approx(cut.distances)
    half = floor_of(whole[:21], 3)  # odd: one waits for its partner
    again = RunningFloor(seed=1)
    again.load_state_dict(half.state_dict())
    again.add(whole[21:])
    assert again.result().distances == pytest.approx(at_once.distances)


def test_it_says_what_splitting_kept_vectors_says() -> None:
    whole = vectors(400)
    kept, streamed = noise_floor(whole, 200), floor_of(whole, 16).result()
    assert streamed.count == 200
    assert streamed.mean == pytest.approx(kept.mean, rel=0.6)
    assert streamed.high == max(streamed.distances)
    assert floor_of(vectors(4000), 64).result().mean < streamed.mean / 4


def test_too_few() -> None:
    with pytest.raises(InvalidShape, match="2 or more"):
        floor_of(vectors(3), 3).result()
