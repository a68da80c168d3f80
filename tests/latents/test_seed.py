"""Owner of what a seed stands for: z as numpy draws it, noise maps that know only their row."""

import numpy as np
import torch

from wend.latents.seed import noise_map, z_of_seed, z_of_seeds


def test_z_is_numpys() -> None:
    expected = np.random.RandomState(7).randn(1, 5).astype(np.float32)
    assert z_of_seed(7, 5).numpy().tobytes() == expected.tobytes()


def test_z_of_seed_zero_starts_with_the_known_number() -> None:
    # numpy.random.RandomState(0).randn() as printed in numpy's own documentation of randn's stream.
    assert abs(float(z_of_seed(0, 3)[0, 0]) - 1.764052345967664) < 1e-7


def test_z_of_seeds_stacks_in_order() -> None:
    stacked = z_of_seeds([3, 1], 4)
    assert stacked.shape == (2, 4)
    assert torch.equal(stacked[1:], z_of_seed(1, 4))


def test_z_draws_from_no_global_state() -> None:
    np.random.seed(5)  # noqa: NPY002 - the global state is what must stay untouched
    torch.manual_seed(5)
    before = np.random.get_state()[1].copy(), torch.get_rng_state()  # type: ignore[index]  # noqa: NPY002
    z_of_seed(1, 8)
    noise_map(1, 2, 8)
    assert (np.random.get_state()[1] == before[0]).all()  # type: ignore[index]  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), before[1])


def test_noise_is_a_function_of_seed_and_row() -> None:
    assert torch.equal(noise_map(4, 2, 16), noise_map(4, 2, 16))
    assert not torch.equal(noise_map(4, 2, 16), noise_map(4, 3, 16))
    assert not torch.equal(noise_map(4, 2, 16), noise_map(5, 2, 16))
    assert noise_map(2**32 - 1, 17, 8).shape == (1, 1, 8, 8)


def test_noise_is_standard_normal() -> None:
    noise = noise_map(11, 0, 256)
    assert abs(float(noise.mean())) < 0.02
    assert abs(float(noise.std()) - 1.0) < 0.02
