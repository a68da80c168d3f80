"""A recipe of a perception set small enough to train in a test, and pictures for it."""

from pathlib import Path

import pytest

from wend.training.perception.pictures import Pictures, draw_pictures
from wend.training.perception.recipe import PerceptionRecipe
from wend.worlds.registry import open_world


@pytest.fixture(scope="session")
def tiny() -> PerceptionRecipe:
    """Both sizes 32 px, two steps of every network."""
    return PerceptionRecipe(
        large_pictures=12,
        small_pictures=8,
        large_size=48,
        small_size=32,
        residual_images=8,
        plain_images=8,
        point_images=8,
        unet_images=8,
        distance_triples=4,
        distance_epochs=2,
        batch=4,
        map_batch=4,
        precision="float32",
    )


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    """Sixteen pictures of 32 px."""
    folder: Path = tmp_path_factory.mktemp("pictures")
    return draw_pictures(folder, open_world("portraits"), 16, 32, 5, lambda _done, _total: None)
