"""Area tally: a stream gives what the whole gives, and takes no more memory the longer it is."""

import numpy as np
import pytest
import torch
from torch import Tensor

from wend.measure.area_tally import AreaTally
from wend.measure.label_areas import LabelAreas

NAMES = ("sky", "tree", "cow")


def areas(count: int, seed: int = 0) -> LabelAreas:
    shares = np.random.RandomState(seed).dirichlet((5.0, 2.0, 0.05), count)
    return LabelAreas(shares, np.sqrt(shares))


def part(whole: LabelAreas, start: int, stop: int) -> LabelAreas:
    return LabelAreas(whole.shares[start:stop], whole.outlines[start:stop])


def size_of(state: object) -> int:
    """Numbers that a state holds."""
    if isinstance(state, Tensor):
        return state.numel()
    if isinstance(state, dict):
        return sum(size_of(value) for value in state.values())
    return 1


def test_a_stream_gives_what_the_whole_gives() -> None:
    whole = areas(101)
    tally = AreaTally(NAMES)
    for start in range(0, 101, 7):
        tally.add(part(whole, start, start + 7))
    assert tally.count == 101
    assert tally.moments().mean == pytest.approx(100.0 * whole.shares.mean(axis=0))
    assert tally.moments().covariance == pytest.approx(1e4 * np.cov(whole.shares.T))
    assert tally.frequency() == pytest.approx((whole.shares >= 4 / 4096).mean(axis=0))
    assert tally.outline() == pytest.approx(whole.outlines.mean(axis=0))


def test_two_streams_merge_into_one() -> None:
    whole = areas(40)
    tallies = [AreaTally(NAMES) for _ in range(3)]
    for tally, ends in zip(tallies, ((0, 40), (0, 13), (13, 40)), strict=True):
        tally.add(part(whole, *ends))
    both = tallies[1].merged(tallies[2])
    assert both.count == 40
    assert both.moments().covariance == pytest.approx(tallies[0].moments().covariance)
    assert both.frequency() == pytest.approx(tallies[0].frequency())
    assert tallies[1].count == 13


def test_memory_is_flat_and_a_state_goes_on() -> None:
    short, long = AreaTally(NAMES), AreaTally(NAMES)
    short.add(areas(8))
    for seed in range(50):
        long.add(areas(8, seed))
    assert size_of(long.state_dict()) == size_of(short.state_dict())
    again = AreaTally(NAMES)
    again.load_state_dict(long.state_dict())
    for tally in (long, again):
        tally.add(areas(3, 99))
    assert np.array_equal(again.moments().covariance, long.moments().covariance)
    assert torch.equal(torch.tensor(again.outline()), torch.tensor(long.outline()))
