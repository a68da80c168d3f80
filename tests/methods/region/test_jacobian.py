"""The derivatives are those of the generator, row by row, whichever way they are found."""

import pytest
import torch
from torch import Tensor

from wend.generators.analytic import AnalyticGenerator
from wend.generators.generator import Generator, SynthesisState, synthesize
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.latents.seed import z_of_seeds
from wend.measure.slices import finish
from wend.methods.region.jacobian import Linearization
from wend.methods.region.space import row_groups, spread_over_rows
from wend.worlds.registry import open_world

CONFIG = StyleGAN2Config(resolution=32, z_dim=8, w_dim=8, mapping_layers=2, channel_base=128, channel_max=8)


@pytest.fixture
def network() -> StyleGAN2Generator:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return StyleGAN2Generator(CONFIG).eval().requires_grad_(False)


def rows_of(generator: Generator) -> Tensor:
    w = generator.mapping(z_of_seeds([4], generator.spec.z_dim))
    return w[:, None].repeat(1, generator.spec.num_ws, 1)


def pulled_back(generator: Generator, ws: Tensor, probe: Tensor) -> Tensor:
    """The gradient [L, D] of a picture's product with a probe, by reverse mode."""
    leaf = ws.clone().requires_grad_()
    with torch.enable_grad():
        (synthesize(generator, leaf, None) * probe).sum().backward()
    assert leaf.grad is not None
    return leaf.grad[0]


@pytest.mark.parametrize("rows", [(0, 8), (0, 2), (3, 5), (7, 8)])
def test_forward_products_are_the_slopes_of_the_picture(
    network: StyleGAN2Generator, rows: tuple[int, int]
) -> None:
    ws = rows_of(network)
    directions = torch.randn(3, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        at = finish(Linearization.at(network, ws, None))
        found = finish(at.push(directions, rows))
        assert at.mode == "forward"
    assert found.shape == (3, 3, 32, 32)
    for seed in range(3):
        probe = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(seed))
        gradient = pulled_back(network, ws, probe)[rows[0] : rows[1]].sum(dim=0)
        expected = directions @ gradient
        torch.testing.assert_close((found * probe).sum(dim=(1, 2, 3)), expected, rtol=1e-3, atol=1e-2)


def test_differences_stand_in_where_there_is_no_forward_mode(network: StyleGAN2Generator) -> None:
    ws = rows_of(network)
    directions = 0.1 * torch.randn(2, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        exact = finish(finish(Linearization.at(network, ws, None)).push(directions, (2, 6)))
        at = finish(Linearization.at(Undifferentiable(network), ws, None))
        assert at.mode == "difference"
        found = finish(at.push(directions, (2, 6)))
    assert float((found - exact).norm() / exact.norm()) < 0.02


class Undifferentiable:
    """A generator whose steps leave torch on their way."""

    def __init__(self, generator: StyleGAN2Generator) -> None:
        self._generator = generator
        self.spec = generator.spec
        self.w_avg, self.device, self.size_bytes = generator.w_avg, generator.device, generator.size_bytes
        self.mapping, self.center, self.start = generator.mapping, generator.center, generator.start
        self.constant_noise, self.style_matrices = generator.constant_noise, generator.style_matrices

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        return self._generator.step(state, torch.from_numpy(w.numpy()), noise)


def test_the_disc_moves_as_its_world_says() -> None:
    generator = AnalyticGenerator(open_world("disc"))
    ws = torch.zeros(1, 1, generator.spec.w_dim)
    with torch.no_grad():
        at = finish(Linearization.at(generator, ws, None))
        found = finish(at.push(torch.eye(generator.spec.w_dim), (0, 1)))
        for index, change in enumerate(found):
            direction = torch.eye(generator.spec.w_dim)[index] * 0.01
            there, back = (generator.step(at.states[0], ws[:, 0] + s * direction, None).rgb for s in (1, -1))
            assert there is not None
            assert back is not None
            torch.testing.assert_close(change, ((there - back) / 0.02)[0], atol=0.05, rtol=0.05)


def test_pictures_drawn_from_the_kept_states_are_those_of_the_full_path(network: StyleGAN2Generator) -> None:
    ws = rows_of(network)
    moved = ws.repeat(3, 1, 1)
    moved[:, 5:] += torch.randn(3, 3, 8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        at = finish(Linearization.at(network, ws, None))
        torch.testing.assert_close(finish(at.draw(moved)), synthesize(network, moved, None))


def test_a_preview_stops_where_the_picture_is_large_enough() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        large = StyleGAN2Generator(StyleGAN2Config(128, 8, 8, 0, 2, 128, 4)).eval().requires_grad_(False)
    with torch.no_grad():
        at = finish(Linearization.at(large, rows_of(large), None, is_preview_wanted=True))
        assert at.is_preview
        assert at.image.shape == (1, 3, 64, 64)
        assert finish(at.push(torch.eye(8), (10, 12))).abs().max() == 0.0


def test_rows_fall_into_groups_that_leave_none_out() -> None:
    for rows in range(1, 19):
        groups = row_groups(rows)
        assert [row for start, end in groups for row in range(start, end)] == list(range(rows))
        assert len(groups) == min(4, rows)
    assert row_groups(10) == ((0, 2), (2, 4), (4, 6), (6, 10))
    assert row_groups(10, (4, 6)) == ((4, 5), (5, 6))


def test_what_groups_move_is_spread_over_their_rows() -> None:
    moved = spread_over_rows(torch.tensor([[1.0], [2.0]]), ((1, 2), (2, 4)), 5)
    assert moved[:, 0].tolist() == [0.0, 1.0, 2.0, 2.0, 0.0]
