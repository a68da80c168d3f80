"""Looking inside and outside of a region: how a rectangle is cut, and what a mask weighs."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from wend.methods.manifold.sight import MaskSight, Rectangle, StripSight, strips
from wend.perception.distance import PerceptualDistance, PixelDistance


class Edges:
    """Features of two levels: differences of neighbours, and the mean of the whole picture as one cell."""

    def maps(self, images: Tensor) -> tuple[Tensor, Tensor]:
        return images.diff(dim=2), images.mean(dim=(2, 3), keepdim=True)

    def vector(self, images: Tensor) -> Tensor:
        return images.mean(dim=(2, 3))


def _images(count: int = 2, side: int = 64) -> Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(0)) * 2.0 - 1.0


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.integers(0, 24)] * 4), st.integers(25, 40), st.integers(25, 40))
def test_a1_rectangle_and_strips_tile_the_picture(
    sides: tuple[int, int, int, int], height: int, width: int
) -> None:
    top, bottom = sorted(sides[:2])
    left, right = sorted(sides[2:])
    inside = Rectangle(top, bottom + 1, left, right + 1)
    covered = inside.mask(height, width)
    for strip in strips(inside, height, width):
        assert strip.area > 0
        covered += strip.mask(height, width)
    assert covered.tolist() == torch.ones(height, width).tolist()


def test_a1_strips_are_weighed_by_their_area() -> None:
    """Plain squared pixels: the weighted mean over the strips is the mean over all pixels outside."""
    start, images = _images(1), _images(3)
    inside = Rectangle(10, 50, 20, 60)
    found_in, found_out = StripSight(PixelDistance(), start, inside).look(images)
    mask = inside.mask(64, 64)
    squares = (images - start).square().mean(dim=1)
    assert found_in.tolist() == pytest.approx(((squares * mask).sum((1, 2)) / mask.sum()).tolist())
    outside = (squares * (1.0 - mask)).sum((1, 2)) / (1.0 - mask).sum()
    assert found_out.tolist() == pytest.approx(outside.tolist(), rel=1e-5)


@pytest.mark.parametrize("place", [(0, 20, 0, 64), (0, 1, 0, 1), (30, 64, 40, 64), (63, 64, 5, 9)])
def test_a1_a_rectangle_on_the_border_works(place: tuple[int, int, int, int]) -> None:
    """Thin strips are below what networks take; they are continued, and empty ones left out."""
    distance = PerceptualDistance(Edges())
    sight = StripSight(distance, _images(1), Rectangle(*place))
    inside, outside = sight.look(_images(3)[1:])
    assert bool(torch.isfinite(inside).all())
    assert bool((outside > 0.0).all())


@pytest.mark.parametrize("is_cut", [True, False])
@pytest.mark.parametrize("distance", [PixelDistance(), PerceptualDistance(Edges())])
def test_a2_the_picture_itself_is_no_change_at_all(
    distance: PixelDistance | PerceptualDistance, is_cut: bool
) -> None:
    start, place = _images(1), Rectangle(10, 30, 20, 50)
    sight = StripSight(distance, start, place) if is_cut else MaskSight(distance, start, place.mask(64, 64))
    inside, outside = sight.look(start.expand(2, -1, -1, -1))
    assert inside.tolist() == [0.0, 0.0]
    assert outside.tolist() == [0.0, 0.0]


def test_a_soft_mask_counts_pixels_in_part() -> None:
    start = torch.zeros(1, 3, 32, 32)
    images = start.clone()
    images[:, :, 4, 5] = 0.5
    mask = torch.zeros(32, 32)
    mask[4, 5], mask[20, 20] = 0.25, 0.75
    inside, outside = MaskSight(PixelDistance(), start, mask).look(images)
    assert inside.item() == pytest.approx(0.25 * 0.25)
    assert outside.item() == pytest.approx(0.75 * 0.25 / (32 * 32 - 1.0))


def test_a_cell_that_spans_the_picture_says_nothing_of_where() -> None:
    """A change of the mean alone would else be seen everywhere, outside of every mask as well."""
    start = _images(1)
    mask = Rectangle(0, 32, 0, 64).mask(64, 64)
    shifted = start.clone()
    shifted[:, :, :32] += 0.1
    distance = PerceptualDistance(Edges())
    _, outside = MaskSight(distance, start, mask).look(shifted)
    plain = (distance.map(shifted, start) * (1.0 - mask)).sum() / (1.0 - mask).sum()
    assert outside.item() < 0.2 * float(plain)


class Strided:
    """Two levels whose sizes divide no crop of the test, with weights by channel, as LPIPS has them."""

    channel_weights = (torch.tensor([1.0, 0.2, 3.0]), torch.tensor([0.5, 2.0, 0.1]))

    def maps(self, images: Tensor) -> tuple[Tensor, Tensor]:
        fine = 10.0 * F.avg_pool2d(images, 7, stride=4)
        return fine, F.max_pool2d(fine, 3, stride=2)

    def vector(self, images: Tensor) -> Tensor:
        return images.mean(dim=(2, 3))


def _lpips(network: Strided, a: Tensor, b: Tensor) -> Tensor:
    """Equation 1 of Zhang et al. 2018, written down once more: [N]."""
    total = torch.zeros(len(a))
    for x, y, weights in zip(network.maps(a), network.maps(b), network.channel_weights, strict=True):
        square = (F.normalize(x, dim=1) - F.normalize(y, dim=1)).square()
        total += (weights.view(1, -1, 1, 1) * square).sum(dim=1).mean(dim=(1, 2))
    return total


def test_a1_each_cut_out_is_looked_at_as_lpips_looks_at_a_picture_of_its_own() -> None:
    """Levels are averaged at their own sizes: stretched to the cut-out first, their means would shift."""
    start, images = _images(1, 128), _images(3, 128)[1:]
    # The change is uneven, so that it matters which cells count.
    images[:, :, :44, :60] = start[:, :, :44, :60]
    place, network = Rectangle(40, 77, 41, 92), Strided()
    inside, outside = StripSight(PerceptualDistance(network), start, place).look(images)
    expected = _lpips(network, place.cut(images), place.cut(start).expand(2, -1, -1, -1))
    assert inside.tolist() == pytest.approx(expected.tolist(), rel=1e-4)
    around = strips(place, 128, 128)
    area = sum(strip.area for strip in around)
    parts = [
        strip.area / area * _lpips(network, strip.cut(images), strip.cut(start).expand(2, -1, -1, -1))
        for strip in around
    ]
    assert outside.tolist() == pytest.approx(torch.stack(parts).sum(dim=0).tolist(), rel=1e-4)


def test_looking_is_differentiable() -> None:
    images = _images(1).requires_grad_()
    for sight in (
        MaskSight(PerceptualDistance(Edges()), _images(1) * 0.5, Rectangle(8, 20, 8, 20).mask(64, 64)),
        StripSight(PixelDistance(), _images(1) * 0.5, Rectangle(8, 20, 8, 20)),
    ):
        inside, outside = sight.look(images)
        (gradient,) = torch.autograd.grad((inside + outside).sum(), images)
        assert bool((gradient != 0.0).any())
