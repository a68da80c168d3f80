"""A recipe small enough to train in a test."""

import pytest

from wend.training.recipe import GanRecipe


@pytest.fixture
def tiny() -> GanRecipe:
    """16 px, 32 images, all phases of growth."""
    return GanRecipe(
        resolution=16,
        batch=4,
        total_images=32,
        pictures=8,
        coarse_images=8,
        fade_images=12,
        r1_interval=2,
        precision="float32",
        z_dim=8,
        w_dim=8,
        mapping_layers=2,
        channel_base=128,
        channel_max=8,
    )
