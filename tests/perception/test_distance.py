"""Distances: by hand, symmetric, zero for the same picture, differentiable."""

from collections.abc import Sequence

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.perception.heads import CODE, pictures
from wend.errors import InvalidShape
from wend.perception.distance import PerceptualDistance, PixelDistance, compare_maps
from wend.perception.network import Distance
from wend.perception.residual_regressor import ResidualRegressor


class Colors:
    """Features that are the pixels themselves, with weights of red alone."""

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        return [images]

    def vector(self, images: Tensor) -> Tensor:
        return images.mean(dim=(2, 3))

    @property
    def channel_weights(self) -> Sequence[Tensor]:
        return [torch.tensor([1.0, 0.0, 0.0])]


class Deep:
    """Features of 70 levels without weights of their own; only the last two differ between pictures."""

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        return [torch.ones_like(images)] * 68 + [images, images]

    def vector(self, images: Tensor) -> Tensor:
        return images.mean(dim=(2, 3))


class Forgetful(Colors):
    """Two levels, and weights of one."""

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        return [images, images]


class Pooled:
    """Two levels whose sizes divide few pictures' sizes."""

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        return [F.avg_pool2d(images, 7, stride=4), F.avg_pool2d(images, 11, stride=8)]

    def vector(self, images: Tensor) -> Tensor:
        return images.mean(dim=(2, 3))


DISTANCES: tuple[Distance, ...] = (
    PixelDistance(),
    PixelDistance(1.0 / 64.0),
    PerceptualDistance(ResidualRegressor(CODE).eval()),
    PerceptualDistance(Colors()),
)


@pytest.mark.parametrize("distance", DISTANCES)
def test_every_distance_is_zero_symmetric_and_the_mean_of_its_map(distance: Distance) -> None:
    a, b = pictures(2, seed=1), pictures(2, seed=2)
    with torch.no_grad():
        assert distance.distance(a, a).tolist() == [0.0, 0.0]
        there, back = distance.distance(a, b), distance.distance(b, a)
        where = distance.map(a, b)
    assert bool((there > 0).all())
    assert there.tolist() == pytest.approx(back.tolist(), rel=1e-4)
    assert where.shape == (2, 64, 64)
    assert where.mean(dim=(1, 2)).tolist() == pytest.approx(there.tolist(), rel=1e-5)


@pytest.mark.parametrize("distance", DISTANCES)
def test_every_distance_has_a_gradient(distance: Distance) -> None:
    a, b = pictures(1, seed=1), pictures(1, seed=2).requires_grad_(True)
    distance.distance(a, b).sum().backward()
    assert b.grad is not None
    assert bool(torch.isfinite(b.grad).all())
    assert float(b.grad.abs().sum()) > 0


@pytest.mark.parametrize("size", [(37, 51), (64, 64), (110, 43)])
def test_levels_are_averaged_at_their_own_size_and_the_map_agrees(size: tuple[int, int]) -> None:
    rng = torch.Generator().manual_seed(4)
    a = torch.rand(2, 3, *size, generator=rng) * 2.0 - 1.0
    b = a.clone()
    b[:, :, : size[0] // 3] = -a[:, :, : size[0] // 3]
    distance = PerceptualDistance(Pooled())
    levels = zip(Pooled().maps(a), Pooled().maps(b), strict=True)
    expected = torch.stack([compare_maps(x, y, None).mean(dim=(1, 2)) for x, y in levels]).sum(dim=0)
    assert distance.distance(a, b).tolist() == pytest.approx(expected.tolist(), rel=1e-6)
    assert distance.map(a, b).mean(dim=(1, 2)).tolist() == pytest.approx(expected.tolist(), rel=1e-5)


def test_equal_pictures_have_a_finite_gradient() -> None:
    a = torch.zeros(1, 3, 32, 32, requires_grad=True)
    PerceptualDistance(Colors()).distance(a, torch.zeros(1, 3, 32, 32)).sum().backward()
    assert a.grad is not None
    assert bool(torch.isfinite(a.grad).all())


def test_features_of_unit_length_by_hand() -> None:
    x = torch.tensor([3.0, 4.0]).view(1, 2, 1, 1)
    y = torch.tensor([4.0, 3.0]).view(1, 2, 1, 1)
    # (0.6, 0.8) and (0.8, 0.6): squares 0.04 and 0.04.
    assert float(compare_maps(x, y, torch.tensor([1.0, 3.0]))) == pytest.approx(0.16, abs=1e-5)
    assert float(compare_maps(x, 7.0 * y, torch.tensor([1.0, 3.0]))) == pytest.approx(0.16, abs=1e-5)
    assert float(compare_maps(x, y, None)) == pytest.approx(0.04, abs=1e-5)


def test_every_level_counts_and_none_may_lack_its_weights() -> None:
    a, b = pictures(1, seed=1), pictures(1, seed=2)
    expected = 2.0 * float(compare_maps(a, b, None).mean())
    assert float(PerceptualDistance(Deep()).distance(a, b)) == pytest.approx(expected, rel=1e-4)
    with pytest.raises(ValueError, match="zip"):
        PerceptualDistance(Forgetful()).distance(a, b)


def test_l2_by_hand() -> None:
    a, b = torch.zeros(1, 3, 32, 32), torch.zeros(1, 3, 32, 32)
    b[:, 0] = 0.6
    assert PixelDistance().distance(a, b).tolist() == pytest.approx([0.12])


def test_blurred_l2_minds_small_shifts_less() -> None:
    a = torch.zeros(1, 3, 64, 64)
    a[..., 32] = 1.0
    near = a.roll(1, dims=3)
    sharp, soft = PixelDistance(), PixelDistance(2.0 / 64.0)
    far = a.roll(20, dims=3)
    assert float(sharp.distance(a, near) / sharp.distance(a, far)) == pytest.approx(1.0)
    assert float(soft.distance(a, near) / soft.distance(a, far)) < 0.2


def test_pictures_of_different_sizes_are_refused() -> None:
    with pytest.raises(InvalidShape):
        PixelDistance().distance(torch.zeros(1, 3, 32, 32), torch.zeros(1, 3, 64, 64))
