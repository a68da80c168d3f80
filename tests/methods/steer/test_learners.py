"""Learners: where a walk lives, how it begins, and that what is learned is what the shelf's walk does."""

import pytest
import torch
from torch import Tensor

from wend.latents.steps import StepWalk
from wend.latents.walk import Direction
from wend.methods.edits.catalog import EDITS
from wend.methods.steer.learners import LinearLearner, Place, Site, Start, StepLearner

WIDTH, ROWS = 6, 5
CPU = torch.device("cpu")


def _rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def _site(place: Place, layers: tuple[int, int] = (1, 4)) -> Site:
    return Site(place, layers, WIDTH, ROWS)


def _latent(place: Place) -> Tensor:
    z = torch.randn(3, WIDTH, generator=torch.Generator().manual_seed(5))
    return z if place == "z" else z[:, None].expand(-1, ROWS, -1)


def _linear(edit: str, place: Place, sd: float = 0.1) -> LinearLearner:
    return LinearLearner(EDITS[edit], _site(place), 8.0, 0.25, sd, _rng(), CPU)


def _steps(place: Place, start: Start = "normal", pull: float = 1.0) -> StepLearner:
    center = torch.full((WIDTH,), 0.2)
    return StepLearner(EDITS["shift_x"], _site(place), 6.0, 5, start, _rng(), CPU, pull, center)


def test_a_line_begins_as_small_noise() -> None:
    site = Site("layers", (0, 40), 50, 40)
    learner = LinearLearner(EDITS["shift_x"], site, 8.0, 1.0, 0.1, _rng(), CPU)
    assert learner.w.shape == (1, 40, 50)
    assert float(learner.w.detach().std()) == pytest.approx(0.1, rel=0.05)
    assert float(learner.w.detach().mean()) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(("place", "shape"), [("z", (1, 1, 6)), ("w", (1, 1, 6)), ("layers", (1, 3, 6))])
def test_a_line_has_a_vector_where_it_lives(place: Place, shape: tuple[int, ...]) -> None:
    assert _linear("zoom", place).w.shape == shape
    assert _linear("color", place).w.shape == (3, *shape[1:])


@pytest.mark.parametrize("place", ["z", "w", "layers"])
@pytest.mark.parametrize("edit", ["shift_x", "color"])
def test_the_shelf_walk_does_what_was_learned(edit: str, place: Place) -> None:
    learner, latent = _linear(edit, place), _latent(place)
    for slider, (name, walk) in enumerate(learner.walks()):
        alphas = torch.zeros(3, len(EDITS[edit].sliders), dtype=torch.float64)
        alphas[:, slider] = -2.5
        assert isinstance(walk, Direction)
        assert name == EDITS[edit].sliders[slider]
        assert float(walk.vector.norm()) == pytest.approx(1.0, abs=1e-6)
        assert torch.allclose(walk.apply(latent, -2.5), learner.move(latent, alphas), atol=1e-6)


def test_sliders_add_up() -> None:
    learner, latent = _linear("color", "z"), _latent("z")
    alphas = torch.tensor([[0.2, -0.1, 0.4]], dtype=torch.float64).expand(3, -1)
    expected = latent + 0.25 * (0.2 * learner.w[0, 0] - 0.1 * learner.w[1, 0] + 0.4 * learner.w[2, 0])
    assert torch.allclose(learner.move(latent, alphas), expected, atol=1e-6)


@pytest.mark.parametrize("place", ["w", "layers"])
def test_rows_outside_the_range_keep_their_bits(place: Place) -> None:
    latent, alphas = _latent(place), torch.full((3, 1), 6.0, dtype=torch.float64)
    for learner in (_linear("shift_x", place), _steps(place)):
        moved = learner.move(latent, alphas)
        assert torch.equal(moved[:, [0, 4]], latent[:, [0, 4]])
        assert not torch.equal(moved[:, 1:4], latent[:, 1:4])


@pytest.mark.parametrize("place", ["z", "w", "layers"])
@pytest.mark.parametrize("count", [-5, -1, 3])
def test_the_shelf_step_walk_does_what_was_learned(place: Place, count: int) -> None:
    learner, latent = _steps(place, pull=0.9 if place != "z" else 1.0), _latent(place)
    ((_, walk),) = learner.walks()
    assert isinstance(walk, StepWalk)
    moved = learner.move(latent, torch.full((3, 1), 6.0 * count, dtype=torch.float64))
    assert torch.allclose(walk.apply(latent, 6.0 * count), moved, atol=1e-5)
    if place == "z":
        assert torch.allclose(moved.norm(dim=1), latent.norm(dim=1), atol=1e-5)


def test_step_networks_are_two_of_one_hidden_layer() -> None:
    learner = _steps("layers")
    wide = 3 * WIDTH
    shapes = [(wide, wide), (wide,), (wide, wide), (wide,)]
    assert [tuple(p.shape) for p in learner.parameters] == 2 * shapes
    assert sum(p.numel() for p in learner.parameters) == 4 * (wide * wide + wide)
    assert not torch.equal(learner.parameters[0], learner.parameters[4])
    alphas = torch.full((3, 1), 12.0, dtype=torch.float64)
    learner.move(_latent("layers"), alphas).square().sum().backward()
    assert all(p.grad is not None for p in learner.parameters[:4])
    assert all(p.grad is None for p in learner.parameters[4:])


@pytest.mark.parametrize(("start", "sd"), [("normal", 0.05), ("glorot", 0.1)])
def test_step_networks_begin_as_published(start: Start, sd: float) -> None:
    site = Site("z", (0, 1), 100, 1)
    learner = StepLearner(EDITS["zoom"], site, -0.5, 4, start, _rng(), CPU)
    for k in (0, 2, 4, 6):
        assert float(learner.parameters[k].detach().std()) == pytest.approx(sd, rel=0.03)
        assert float(learner.parameters[k + 1].detach().abs().max()) == 0.0


def test_a_still_start_goes_nowhere_and_can_learn() -> None:
    learner, latent = _steps("w", "still"), _latent("w")
    alphas = torch.full((3, 1), 18.0, dtype=torch.float64)
    moved = learner.move(latent, alphas)
    assert torch.allclose(moved, latent, atol=1e-6)
    moved.sum().backward()
    out = learner.parameters[2].grad
    assert out is not None
    assert float(out.abs().sum()) > 0.0


def test_steps_are_drawn_evenly_with_zero_among_them() -> None:
    learner, rng = _steps("z"), _rng()
    drawn = torch.stack([learner.draw(rng, 2) for _ in range(2200)])
    assert torch.equal(drawn[:, 0], drawn[:, 1])
    values, counts = (drawn[:, 0, 0] / 6.0).unique(return_counts=True)
    assert values.tolist() == [float(k) for k in range(-5, 6)]
    assert float(counts.double().min()) > 150.0
    assert float(counts.double().max()) < 250.0
