"""Placing: heads of the bundled world found and set upright, faces by points, squares, and what cannot be."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.methods.steer_bench import CPU, SHIPPED, bench_of
from wend.errors import InvalidInput, InvalidParams
from wend.imaging.alignment import Square
from wend.imaging.codec import encode
from wend.imaging.pixels import to_uint8
from wend.library.images import ImageStore
from wend.library.perception import PerceptionStore
from wend.methods.invert.params import InvertParams
from wend.methods.invert.placing import by_factors, by_landmarks, eyes_and_mouth, find_square, placed
from wend.methods.workbench import Workbench
from wend.perception.alignment import POSE
from wend.perception.network import Attribute, Choice, Measurement
from wend.worlds.registry import open_world
from wend.worlds.world import sample_factors


def _portrait(**pose: float) -> Tensor:
    """One head at 96 px, everything but its pose as in seed 5."""
    world = open_world("portraits")
    values = {name: value[:1] for name, value in sample_factors(world, 1, 5).items()}
    values |= {name: torch.tensor([value]) for name, value in pose.items()}
    return world.render(values, 96).images


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    folder = tmp_path_factory.mktemp("placing")
    return replace(bench_of("analytic-portraits", folder), images=ImageStore(folder / "images"))


def _params(bench: Workbench, photo: Tensor, **how: object) -> InvertParams:
    assert bench.images is not None
    kept = bench.images.put(encode(to_uint8(photo)[0].numpy(), "png"), "photo").id
    return InvertParams.model_validate({"model": bench.model, "photo": kept, **how})


def test_a_head_of_the_world_is_set_upright_in_the_middle(bench: Workbench) -> None:
    photo = _portrait(head_x=0.09, head_y=-0.04, head_scale=0.85, tilt=14.0)
    eye = PerceptionStore([SHIPPED / "perception"]).factors("portraits", CPU, which=1)
    found = placed(photo, _params(bench, photo, align="auto"), bench, 64)
    assert found.square is not None
    assert found.square.turn == pytest.approx(14.0, abs=5.0)
    assert found.square.side == pytest.approx(0.85 * 96, rel=0.08)
    # Judged by the regressor that was trained apart from the one that placed it.
    told = {name: float(value[0]) for name, value in eye.measure(found.target).values.items()}
    assert abs(told["head_x"]) < 0.03
    assert abs(told["head_y"]) < 0.03
    assert told["head_scale"] == pytest.approx(1.0, abs=0.08)
    assert abs(told["tilt"]) < 5.0


class Blind:
    """Reads nothing off anything."""

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        return ()

    def measure(self, images: Tensor) -> Measurement:
        return Measurement({name: torch.full((len(images),), torch.nan) for name in POSE}, {})


def test_a_photo_that_nothing_can_be_read_off_stays_where_it_is() -> None:
    square = by_factors(torch.zeros(1, 3, 40, 60), Blind(), (0.0, 0.0, 1.0, 0.0))
    assert square == Square((30.0, 20.0), 40.0)


def test_a_head_in_its_place_stays_there(bench: Workbench) -> None:
    photo = _portrait(head_x=0.0, head_y=0.0, head_scale=1.0, tilt=0.0)
    square = find_square(photo, bench.shelf.store, bench.perception, bench.model)
    assert square.middle == pytest.approx((48.0, 48.0), abs=4.0)
    assert square.side == pytest.approx(96.0, rel=0.06)


def test_the_same_square_gives_the_same_picture(bench: Workbench) -> None:
    photo = _portrait(head_x=0.05, tilt=-8.0)
    found = placed(photo, _params(bench, photo, align="auto"), bench, 32)
    assert found.square is not None
    told = found.square
    again = placed(photo, _params(bench, photo, square=(*told.middle, told.side, told.turn)), bench, 32)
    assert torch.equal(found.target, again.target)
    assert found.told == again.told


def test_three_points_give_the_published_square(bench: Workbench) -> None:
    photo = torch.zeros(1, 3, 96, 96)
    found = placed(photo, _params(bench, photo, points=(38, 40, 58, 40, 48, 60)), bench, 32)
    assert found.square == Square((48.0, 42.0), 80.0, 0.0)
    assert found.target.shape == (1, 3, 32, 32)


def test_a_landmark_network_needs_no_clicks() -> None:
    class Points:
        points = ("nose", "eye_right", "eye_left", "mouth_left", "mouth_right")

        def locate(self, images: Tensor) -> Tensor:
            assert images.shape[2] == images.shape[3]
            places = [(0.5, 0.5), (0.6, 0.4), (0.4, 0.4), (0.45, 0.6), (0.55, 0.6)]
            return torch.tensor(places)[None].expand(len(images), -1, -1)

    # The middle square of a photo of 200 x 100 begins 50 px from its left edge.
    assert by_landmarks(torch.zeros(1, 3, 100, 200), Points()).middle == pytest.approx((100.0, 42.0))
    assert eyes_and_mouth(Points.points) == ((2,), (1,), (3, 4))
    assert eyes_and_mouth(("nose", "mouth")) is None


def test_what_cannot_be_placed_is_said(bench: Workbench, tmp_path: Path) -> None:
    small = bench_of("small", tmp_path)
    photo = torch.zeros(1, 3, 32, 32)
    with pytest.raises(InvalidInput, match="click both eyes"):
        find_square(photo, small.shelf.store, small.perception, "small")
    with pytest.raises(InvalidParams, match="outside of the photo"):
        placed(photo, _params(bench, photo, square=(500, 500, 10, 0)), bench, 16)
    with pytest.raises(ValueError, match="four ways"):
        _params(bench, photo, square=(5, 5, 10, 0), crop=(0, 0, 1))
