"""Frechet distance can be trusted: a world lies at its floor, and further off the more it is moved."""

import pytest
import torch

from tests.measure.test_model_truth import EYE
from wend.errors import InvalidFactor, InvalidInput
from wend.measure.sample import Sample, look, world_pictures
from wend.measure.shift import ShiftResponse, shift_response, shiftable
from wend.measure.slices import finish
from wend.worlds.disc import Disc
from wend.worlds.portraits import Portraits

N = 500
STEPS = (0.0, 0.25, 0.5, 1.0, 2.0)


def _sample(count: int, seed: int, shift: float = 0.0) -> Sample:
    pictures = world_pictures(Disc(), count, seed, 16, torch.device("cpu"), ("x", shift))
    return finish(look(pictures, EYE))


@pytest.fixture(scope="module")
def response() -> ShiftResponse:
    sd = shiftable(Disc(), "x")[1]
    moved = {step: _sample(N, 0, step * sd) for step in STEPS}
    return shift_response(Disc(), "x", _sample(2 * N, 1), moved)


def test_a_world_lies_near_its_floor(response: ShiftResponse) -> None:
    still = response.steps[0]
    assert still.frechet < 2.0 * response.floor.high
    assert response.count == N


def test_a_moved_world_lies_above_it_and_further_the_more_it_is_moved(response: ShiftResponse) -> None:
    distances = [step.frechet for step in response.steps]
    assert distances == sorted(distances)
    assert response.is_monotone
    assert distances[1] > response.floor.high
    assert distances[2] > 3.0 * response.floor.high
    assert response.clear_from is not None
    assert response.clear_from <= 0.25
    # Small shifts act through the mean, so the distance grows about as their square.
    assert distances[3] / distances[2] == pytest.approx(4.0, rel=0.35)


def test_the_eye_sees_the_shift(response: ShiftResponse) -> None:
    assert response.steps[3].amount == pytest.approx(shiftable(Disc(), "x")[1])
    assert response.steps[3].measured == pytest.approx(response.steps[3].amount, rel=0.15)
    assert response.table().columns == ("sd", "amount (of width)", "frechet", "measured")
    assert response.chart().lines[1].y[-1] == response.steps[-1].frechet


def test_what_cannot_be_moved() -> None:
    with pytest.raises(InvalidFactor, match="is a choice"):
        shiftable(Portraits(), "hat")
    with pytest.raises(InvalidFactor, match="not a factor"):
        shiftable(Disc(), "hat")
    with pytest.raises(InvalidInput, match="needs 20 pictures"):
        shift_response(Disc(), "x", _sample(40, 1), {0.0: _sample(30, 0)})
