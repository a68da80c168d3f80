"""Owner of what is known of a kind without its network: it holds of the networks that are built."""

import pytest

from wend.generators.build import BUILDERS, NOISY_KINDS, Config, build_generator

CONFIGS: dict[str, Config] = {
    "stylegan2": {"resolution": 8, "z_dim": 8, "w_dim": 8, "channel_max": 8},
    "stylegan3": {"resolution": 16, "z_dim": 8, "w_dim": 8, "channel_max": 8, "num_layers": 3},
    "stylegan1": {"resolution": 8, "z_dim": 8, "w_dim": 8, "channel_max": 8},
    "biggan": {"c_dim": 3},
    "biggan-original": {"c_dim": 3, "widths": "8,8,8", "z_dim": 6, "embed_dim": 4, "attention": "16"},
    "dcgan": {"c_dim": 3, "dense": 8, "maps": 4, "discriminator_maps": 4},
    "analytic": {"world": "disc"},
    "vae": {"resolution": 32, "channels": 4, "hidden": 8},
    "vae-dense": {"resolution": 8, "hidden": 8},
    "deconvolution": {"widths": "8,4"},
    "dense": {"resolution": 8, "widths": "8"},
    "progressive": {"z_dim": 4, "widths": "8,4"},
    "residual": {"z_dim": 4, "widths": "8,4"},
    "program": {"size": 4, "z_dim": 4, "resolution": 8},
}


def test_every_kind_is_tried() -> None:
    assert set(CONFIGS) == set(BUILDERS)


@pytest.mark.parametrize("kind", CONFIGS)
def test_a_kind_is_noisy_where_its_synthesis_reads_noise(kind: str) -> None:
    classes = ("a", "b", "c") if "c_dim" in CONFIGS[kind] else ()
    generator = build_generator(kind, CONFIGS[kind], classes)
    assert any(generator.spec.noise_sizes) == (kind in NOISY_KINDS)
