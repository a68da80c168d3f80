"""Leakage: edits whose side effects are known."""

import numpy as np
import pytest
import torch

from wend.errors import InvalidInput, InvalidShape
from wend.measure.attributes import AttributeColumn, Attributes
from wend.measure.leakage import factor_leakage, region_leakage, world_spreads

N = 4
ASKED = np.array([1.0, -1.0, 2.0, 0.0])


def _attributes(**values: np.ndarray) -> Attributes:
    return Attributes(
        tuple(AttributeColumn(k, "u", v, 360.0 if k == "hue" else None) for k, v in values.items())
    )


BEFORE = _attributes(x=np.zeros(N), y=np.zeros(N), noise=np.zeros(N), hue=np.full(N, 359.0))
SPREADS = {"x": 0.5, "y": 2.0, "noise": 1.0, "hue": 10.0}


def test_drift_and_size_by_hand() -> None:
    after = _attributes(
        x=ASKED, y=2.0 * ASKED, noise=np.array([1.0, 1.0, 0.0, 0.0]), hue=np.array([4.0, 354.0, 9.0, 359.0])
    )
    found = factor_leakage(BEFORE, after, "x", SPREADS)
    # Asked moves by 2 ASKED sd, y by ASKED sd: half a sd of y per sd asked.
    leaks = {leak.name: leak for leak in found.leaks}
    assert leaks["y"].drift == pytest.approx(0.5)
    assert leaks["y"].size == pytest.approx(0.5)
    # Orthogonal to what was asked: no drift, but sqrt(2 / 24) in size.
    assert leaks["noise"].drift == pytest.approx(0.0)
    assert leaks["noise"].size == pytest.approx((2.0 / 24.0) ** 0.5)
    # Hues went 5, -5, 10 and 0 degrees, through zero: a quarter of a sd per sd.
    assert leaks["hue"].drift == pytest.approx(0.25)
    assert [leak.name for leak in found.leaks] == ["y", "noise", "hue"]
    assert found.asked_sd == pytest.approx((24.0 / 4.0) ** 0.5)
    assert found.table().rows[0][0] == "y"


def test_pictures_without_the_attribute_do_not_count() -> None:
    after = _attributes(
        x=ASKED, y=np.array([2.0, np.nan, 4.0, 0.0]), noise=np.zeros(N), hue=np.full(N, 359.0)
    )
    found = factor_leakage(BEFORE, after, "x", SPREADS)
    assert next(leak for leak in found.leaks if leak.name == "y").drift == pytest.approx(0.5)


def test_what_never_varies_is_left_out_and_nothing_asked_is_refused() -> None:
    after = _attributes(x=ASKED, y=np.zeros(N), noise=np.zeros(N), hue=np.full(N, 359.0))
    found = factor_leakage(BEFORE, after, "x", {**SPREADS, "noise": 0.0})
    assert {leak.name for leak in found.leaks} == {"y", "hue"}
    with pytest.raises(InvalidInput, match="did not change"):
        factor_leakage(BEFORE, BEFORE, "x", SPREADS)
    with pytest.raises(InvalidInput, match="not measured"):
        factor_leakage(BEFORE, after, "z", SPREADS)


def test_spreads_of_a_world() -> None:
    world = _attributes(x=np.array([0.0, 2.0, np.nan]), hue=np.array([350.0, 10.0, 0.0]))
    found = world_spreads(world)
    assert found["x"] == 1.0
    assert found["hue"] == pytest.approx((200.0 / 3.0) ** 0.5)


def test_regions_by_hand() -> None:
    before = torch.zeros(1, 3, 2, 2)
    after = before.clone()
    after[..., 0, 0] = 1.0  # half the range, on one of two masked pixels
    after[..., 1, 1] = -0.1
    mask = torch.tensor([[1.0, 1.0], [0.0, 0.0]])[None, None]
    found = region_leakage(before, after, mask)
    assert found.inside == pytest.approx(0.25)
    assert found.outside == pytest.approx(0.025)
    assert found.leakage == pytest.approx(0.1)


def test_regions_weigh_by_soft_masks_and_count_all_pictures() -> None:
    before = torch.zeros(2, 3, 1, 2)
    after = torch.ones(2, 3, 1, 2)
    after[1] = 0.0
    found = region_leakage(before, after, torch.tensor([0.5, 0.25]).view(1, 1, 1, 2))
    assert found.inside == pytest.approx(0.25)
    assert found.leakage == pytest.approx(1.0)


def test_regions_at_their_limits() -> None:
    before = torch.zeros(1, 3, 2, 2)
    mask = torch.tensor([[1.0, 0.0], [0.0, 0.0]])[None, None]
    assert region_leakage(before, before, mask).leakage == 0.0
    assert region_leakage(before, before + (1.0 - mask), mask).leakage == float("inf")
    with pytest.raises(InvalidInput, match="everything or nothing"):
        region_leakage(before, before, torch.ones(1, 1, 2, 2))
    with pytest.raises(InvalidShape):
        region_leakage(before, before, torch.ones(1, 1, 3, 2))
