"""Our own looking networks: shapes, sizes, gradients, errors."""

from itertools import combinations
from typing import cast

import pytest
import torch

from tests.perception.heads import CODE, WORLD, pictures
from wend.errors import InvalidInput, InvalidShape
from wend.perception.alignment import Pose
from wend.perception.build import BUILDERS, build_network
from wend.perception.factor_code import FactorCode
from wend.perception.plain_regressor import PlainRegressor
from wend.perception.point_regressor import PointRegressor, mean_places
from wend.perception.regressor import HeadRegressor
from wend.perception.residual_regressor import ResidualRegressor
from wend.perception.sizes import resize, working_size
from wend.perception.unet import UNet

REGRESSORS = ("residual-regressor", "plain-regressor", "point-regressor")


@pytest.mark.parametrize("kind", REGRESSORS)
@pytest.mark.parametrize("size", [(32, 32), (64, 64), (150, 100)])
def test_a_regressor_measures_pictures_of_any_size(kind: str, size: tuple[int, int]) -> None:
    network = cast("HeadRegressor", build_network(kind, CODE.as_config())).eval()
    measured = network.measure(torch.rand(2, 3, *size) * 2.0 - 1.0)
    assert set(measured.values) == {f.name for f in WORLD.factors if not f.is_discrete}
    assert all(value.shape == (2,) for value in measured.values.values())
    assert measured.chances["hair_style"].sum(dim=1).tolist() == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("kind", REGRESSORS)
def test_what_a_regressor_measures_has_a_gradient_at_the_picture(kind: str) -> None:
    network = cast("HeadRegressor", build_network(kind, CODE.as_config())).eval()
    images = pictures(1).requires_grad_(True)
    network.measure(images).values["smile"].sum().backward()
    assert images.grad is not None
    assert float(images.grad.abs().sum()) > 0


def test_a_learners_look_is_not_taught_through_the_place_it_looks_at() -> None:
    network = ResidualRegressor(CODE).train()
    network.stages(pictures(1))[1].sum().backward()
    assert network.first.weight.grad is None
    network.eval().stages(pictures(1))[1].sum().backward()
    assert network.first.weight.grad is not None


def test_the_regressors_are_of_different_make() -> None:
    networks: list[HeadRegressor] = [ResidualRegressor(CODE), PlainRegressor(CODE), PointRegressor(CODE)]
    shapes = [{tuple(p.shape) for p in n.parameters() if p.ndim == 4} for n in networks]
    for first, second in combinations(shapes, 2):
        assert len(first & second) <= min(len(first), len(second)) / 2  # what looks at the pixels, perhaps
    assert len({network.reach for network in networks}) == 3


def test_the_mass_of_a_map_lies_where_its_one_bright_place_is() -> None:
    logits = torch.zeros(1, 2, 4, 8)
    logits[0, 0, 0, 7] = 50.0
    places = mean_places(logits)[0].tolist()
    assert places == pytest.approx([0.875, 0.0, -0.75, 0.0], abs=1e-6)  # x of both maps, then y


def test_a_point_regressor_answers_for_the_place_it_was_told() -> None:
    network = PointRegressor(CODE).eval()
    image = pictures(1)
    here, there = (
        network.stages(image, Pose(torch.tensor([x]), torch.zeros(1), torch.ones(1), torch.zeros(1)))[1]
        for x in (0.0, 0.1)
    )
    assert not torch.allclose(here, there)
    assert torch.equal(network.stages(image)[0], network.stages(image, Pose(*torch.zeros(4, 1)))[0])


def test_features_have_four_maps_finest_first_and_a_vector() -> None:
    network = ResidualRegressor(CODE).eval()
    assert [tuple(m.shape) for m in network.maps(pictures())] == [
        (2, 16, 32, 32), (2, 32, 16, 16), (2, 48, 8, 8), (2, 64, 1, 1),
    ]  # fmt: skip
    assert network.vector(pictures()).shape == (2, 320)
    assert [len(w) for w in network.channel_weights] == [16, 32, 48, 64]


def test_regressors_need_heads() -> None:
    bodiless = FactorCode(CODE.attributes[4:], CODE.centers[4:], CODE.scales[4:], CODE.choices)
    with pytest.raises(InvalidInput, match="head_x"):
        build_network("residual-regressor", bodiless.as_config())


@pytest.mark.parametrize("size", [(32, 32), (64, 64), (128, 128), (200, 120)])
def test_the_u_net_answers_at_the_pictures_own_size(size: tuple[int, int]) -> None:
    network = UNet(WORLD.labels).eval()
    images = torch.rand(1, 3, *size) * 2.0 - 1.0
    assert network.logits(images).shape == (1, len(WORLD.labels), *size)
    lines = network.draw(images)
    assert lines.shape == (1, 1, *size)
    assert bool(((lines >= 0) & (lines <= 1)).all())


def test_lines_have_a_gradient_at_the_picture() -> None:
    images = pictures(1).requires_grad_(True)
    UNet(("a", "b")).draw(images).sum().backward()
    assert images.grad is not None
    assert float(images.grad.abs().sum()) > 0


def test_pictures_of_another_shape_are_refused() -> None:
    for images in (torch.zeros(3, 64, 64), torch.zeros(1, 1, 64, 64), torch.zeros(1, 3, 64, 31)):
        with pytest.raises(InvalidShape, match="images"):
            UNet(("a",)).logits(images)
        with pytest.raises(InvalidShape, match="images"):
            ResidualRegressor(CODE).measure(images)


def test_unknown_kinds_are_refused_by_name() -> None:
    assert {"residual-regressor", "plain-regressor", "point-regressor", "unet"} <= set(BUILDERS)
    with pytest.raises(InvalidInput, match="crystal-ball"):
        build_network("crystal-ball", {})


def test_working_sizes_keep_the_shape_within_bounds() -> None:
    assert working_size(32, 32, 64, 128, 16) == (64, 64)
    assert working_size(90, 90, 64, 128, 16) == (96, 96)
    assert working_size(512, 256, 64, 128, 16) == (128, 64)
    assert working_size(1024, 32, 64, 128, 16) == (128, 16)


def test_resizing_keeps_the_mean_and_what_has_the_size_already() -> None:
    images = torch.rand(1, 3, 64, 64)
    assert resize(images, 64, 64) is images
    assert float(resize(images, 16, 16).mean()) == pytest.approx(float(images.mean()), abs=1e-3)
