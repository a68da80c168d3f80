"""Owner of what lies between latents: sums, arcs, noise of one variance."""

import math

import pytest
import torch

from wend.latents.blend import blend_noise, blend_on_sphere, weighted_sum
from wend.latents.seed import noise_map, z_of_seeds


def test_shapes_and_types() -> None:
    z = z_of_seeds([1, 2, 3], 32)
    blended = blend_on_sphere(z, [0.2, 0.3, 0.5])
    assert blended.shape == (1, 32)
    assert blended.dtype == torch.float32


def test_of_two_it_is_slerp() -> None:
    a, b = z_of_seeds([1, 2], 64).double()
    theta = math.acos(float(torch.dot(a / a.norm(), b / b.norm())))
    for t in (0.1, 0.5, 0.9):
        on_arc = (math.sin((1 - t) * theta) * a / a.norm() + math.sin(t * theta) * b / b.norm()) / math.sin(
            theta
        )
        expected = on_arc * ((1 - t) * a.norm() + t * b.norm())
        got = blend_on_sphere(torch.stack([a, b]).float(), [1 - t, t])[0]
        assert torch.allclose(got.double(), expected, atol=1e-6)


def test_the_ends_are_the_codes() -> None:
    z = z_of_seeds([1, 2, 3], 64)
    for index in range(3):
        weights = [1.0 if k == index else 0.0 for k in range(3)]
        assert torch.allclose(blend_on_sphere(z, weights)[0], z[index], atol=1e-6)


def test_the_mean_of_three_is_as_far_from_each() -> None:
    """Orthogonal axes: by symmetry the mean is (1, 1, 1) / sqrt(3)."""
    got = blend_on_sphere(torch.eye(3), [1 / 3] * 3)
    assert torch.allclose(got, torch.full((1, 3), 3**-0.5), atol=1e-6)


def test_a_code_keeps_a_norm_that_generators_know() -> None:
    z = z_of_seeds([4, 5, 6, 7], 128)
    blended = blend_on_sphere(z, [-0.06, 0.56, 0.56, -0.06])
    assert abs(float(blended.norm()) / 128**0.5 - 1.0) < 0.15
    assert float(weighted_sum(list(z), [0.0, 0.5, 0.5, 0.0]).norm()) < 0.85 * 128**0.5


@pytest.mark.parametrize(
    "z", [torch.tensor([[1.0, 0.0], [-1.0, 0.0]]), torch.tensor([[0.0, 0.0], [1.0, 0.0]])]
)
def test_codes_that_no_arc_joins_blend_as_their_sum(z: torch.Tensor) -> None:
    assert torch.equal(blend_on_sphere(z, [0.5, 0.5])[0], z.mean(dim=0))


def test_equal_codes_stay() -> None:
    z = z_of_seeds([3, 3], 16)
    assert torch.allclose(blend_on_sphere(z, [0.3, 0.7]), z[:1], atol=1e-6)


@pytest.mark.parametrize("weights", [(0.5, 0.5), (0.9, 0.1), (0.25, 0.25, 0.5)])
def test_noise_keeps_its_variance(weights: tuple[float, ...]) -> None:
    maps = [noise_map(seed, 3, 256) for seed in range(len(weights))]
    assert abs(float(blend_noise(maps, weights).var()) - 1.0) < 0.02


def test_noise_fades_with_what_is_missing() -> None:
    own = noise_map(1, 0, 8)
    assert torch.allclose(blend_noise([own], [0.25]), 0.25 * own)
    assert torch.equal(blend_noise([own], [0.0]), torch.zeros_like(own))
    assert torch.equal(blend_noise([own, noise_map(2, 0, 8)], [1.0, 0.0]), own)


def test_one_of_weight_one_keeps_its_bits() -> None:
    z = z_of_seeds([1], 8)
    assert torch.equal(weighted_sum([z], [1.0]), z)
