"""Sketch truth: what became of factors, and distances from an exact target, on made-up samples."""

import numpy as np
import pytest
import torch

from wend.errors import InvalidInput
from wend.measure.attributes import AttributeColumn, Attributes, ChoiceColumn
from wend.measure.sample import Sample
from wend.measure.sketch_sight import Sight
from wend.measure.sketch_tasks import TASKS, task_named
from wend.measure.sketch_truth import distances_of, factor_moves
from wend.worlds.region import Region
from wend.worlds.registry import open_world

TASK = Region("t", "", {"tilt": (-20.0, -9.0)}, {"glasses": ("round", "square")})
N = 400


def _attributes(tilt: float, sd: float, hue: float, glasses: float, seed: int) -> Attributes:
    random = np.random.RandomState(seed)
    wears = random.rand(N) < glasses
    chances = np.stack([1.0 - wears, wears, np.zeros(N)], axis=1)
    return Attributes(
        (
            AttributeColumn("tilt", "degrees", tilt + sd * random.randn(N)),
            AttributeColumn("hue", "degrees", np.mod(hue + 20.0 * random.randn(N), 360.0), 360.0),
            AttributeColumn("skin", "0..1", 0.5 + 0.2 * random.randn(N)),
        ),
        (ChoiceColumn("glasses", ("none", "round", "square"), chances),),
    )


def _sample(shift: float, seed: int) -> Sample:
    random = np.random.RandomState(seed)
    vectors = (random.randn(N, 6) + shift).astype(np.float32)
    return Sample(vectors, vectors[:, :3], Attributes(), Attributes(), torch.zeros(2, 3, 4, 4))


def test_a_factor_half_way_has_moved_a_half() -> None:
    target = _attributes(-10.0, 1.0, 100.0, 1.0, 0)
    parent, child = _attributes(0.0, 4.0, 350.0, 0.2, 1), _attributes(-5.0, 2.0, 10.0, 0.6, 2)
    moves = factor_moves(TASK, target, parent, child)
    tilt, glasses = moves["tilt"], moves["glasses=round or square"]
    assert tilt.moved == pytest.approx(0.5, abs=0.05)
    assert tilt.kept == pytest.approx(0.5, abs=0.06)
    assert glasses.moved == pytest.approx(0.5, abs=0.1)
    assert glasses.is_sketched
    assert moves["hue"].moved is None
    assert moves["hue"].kept == pytest.approx(1.0, abs=0.1)
    assert moves["skin"].moved is None
    assert not moves["skin"].is_sketched


def test_distances_tell_who_is_nearer() -> None:
    target = _sample(0.0, 0)
    near, far = distances_of(target, _sample(0.1, 1)), distances_of(target, _sample(2.0, 2))
    assert near.frechet < 0.2 < far.frechet == pytest.approx(24.0, rel=0.15)
    assert near.manifold.precision > far.manifold.precision


def test_other_counts_are_refused() -> None:
    sample = _sample(0.0, 0)
    fewer = Sample(sample.vectors[:9], sample.pixels[:9], Attributes(), Attributes(), sample.shown)
    with pytest.raises(InvalidInput):
        distances_of(sample, fewer)


def test_match_is_with_the_sketch_it_lies_best_on() -> None:
    ink = np.zeros((2, 1, 16, 16), np.uint8)
    ink[0, :, :, 4] = ink[1, :, :, 12] = 255
    sketches = torch.zeros(2, 1, 16, 16)
    sketches[0, :, :, 4] = 1.0
    sketches[1, :, 8] = 1.0
    sight = Sight(_sample(0.0, 0), ink)
    first = Sight(sight.sample, ink[:1]).match(sketches, 1)
    assert first == pytest.approx(1.0)
    assert 0.5 < sight.match(sketches, 1) < 0.8


def test_tasks_are_neither_rare_nor_common() -> None:
    world = open_world("portraits")
    assert all(0.015 < task.share(world, 20_000) < 0.08 for task in TASKS)
    assert task_named("low").factors == ("head_scale", "head_y")
    with pytest.raises(InvalidInput, match="tilted, sideways"):
        task_named("upside-down")
