"""Order: two distances of the same pictures, hand-made so that they agree, and so that they do not."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.attributes import AttributeColumn, Attributes
from wend.measure.frechet import frechet_distance
from wend.measure.moments import Moments
from wend.measure.order import order_of, percent_areas
from wend.measure.sample import Sample

N = 300


def _sample(rng: np.random.Generator, count: int, hat: float, blur: float) -> Sample:
    """Pictures of which a share near `hat` is hat, and whose features lie `blur` away from the world's."""
    hats = np.clip(rng.normal(hat, 0.02, count), 0.0, 1.0)
    shares = {"ground": 1.0 - hats, "hat": hats}
    columns = tuple(AttributeColumn(name, "of the picture", values) for name, values in shares.items())
    vectors: NDArray[np.float32] = (rng.normal(0.0, 1.0, (count, 3)) + blur).astype(np.float32)
    nothing = np.zeros((count, 1), np.float32)
    return Sample(vectors, nothing, Attributes(), Attributes(columns), torch.zeros(0, 3, 8, 8))


def test_both_agree_where_what_looks_worse_also_lacks_more() -> None:
    rng = np.random.default_rng(0)
    world = _sample(rng, 2 * N, 0.2, 0.0)
    models = [("worst", 0.05, 2.0), ("best", 0.19, 0.1), ("middle", 0.12, 1.0)]
    order = order_of(world, [(name, _sample(rng, N, hat, blur)) for name, hat, blur in models])
    assert [row.name for row in order.rows] == ["best", "middle", "worst"]
    assert order.is_same
    assert order.agreement == pytest.approx(1.0)
    assert order.count == N
    assert order.fsd_floor.mean < order.rows[1].fsd.total
    assert order.frechet_floor.mean < order.rows[1].frechet.total
    assert order.table().rows[0][0] == "best"
    assert [row[6] for row in order.table().rows] == [1, 2, 3]
    assert order.as_dict()["is_same"] is True


def test_they_disagree_where_a_sharp_generator_lacks_a_class() -> None:
    rng = np.random.default_rng(1)
    world = _sample(rng, 2 * N, 0.2, 0.0)
    order = order_of(world, [("blurred", _sample(rng, N, 0.2, 2.0)), ("no hats", _sample(rng, N, 0.0, 0.1))])
    assert [row.name for row in order.rows] == ["no hats", "blurred"]
    assert not order.is_same
    assert order.agreement is None
    assert [row[6] for row in order.table().rows] == [2, 1]


def test_fsd_is_of_areas_in_percent() -> None:
    rng = np.random.default_rng(2)
    world, model = _sample(rng, 2 * N, 0.2, 0.0), _sample(rng, N, 0.1, 0.0)
    areas = percent_areas(world)
    assert areas.sum(axis=1) == pytest.approx(np.full(2 * N, 100.0))
    found = order_of(world, [("a", model), ("b", model)]).rows[0].fsd
    assert found == frechet_distance(Moments.of(areas[:N]), Moments.of(percent_areas(model)))
    # Ten percentage points of hat less, and as many of ground more.
    assert found.mean_part == pytest.approx(2 * 10.0**2, rel=0.1)


def test_what_cannot_be_ordered() -> None:
    rng = np.random.default_rng(3)
    world, model = _sample(rng, 8, 0.2, 0.0), _sample(rng, 4, 0.2, 0.0)
    with pytest.raises(InvalidInput, match="two models"):
        order_of(world, [("a", model)])
    with pytest.raises(InvalidInput, match="needs 4 pictures"):
        order_of(world, [("a", model), ("b", _sample(rng, 5, 0.2, 0.0))])
