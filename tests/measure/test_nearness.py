"""Nearness: blurred pictures of a world are told by plain pixels where the trained features forgive them."""

import numpy as np
import pytest
import torch

from wend.errors import InvalidInput
from wend.imaging.blur import gaussian_blur
from wend.library.perception import PerceptionStore
from wend.measure.likeness import picture_statistics
from wend.measure.nearness import Nearness, nearness
from wend.measure.sample import world_pictures
from wend.settings import ROOT
from wend.worlds.portraits import Portraits

N = 200
SIGMA = 1.0


@pytest.fixture(scope="module")
def found() -> dict[str, Nearness]:
    """Portraits of 64 px against others that are sharp, or blurred a little, by features and by pixels."""
    cpu = torch.device("cpu")
    eye = PerceptionStore([ROOT / "models" / "perception"]).features("portraits", cpu)
    world = torch.cat(list(world_pictures(Portraits(), 2 * N, 1, 64, cpu)))
    sharp = torch.cat(list(world_pictures(Portraits(), N, 2, 64, cpu)))
    drawn = {"sharp": sharp, "blurred": gaussian_blur(sharp, SIGMA)}
    with torch.no_grad():
        seen = eye.vector(world)
        features = {name: nearness(seen, eye.vector(images)) for name, images in drawn.items()}
    plain = picture_statistics(world)
    pixels = {name: nearness(plain, picture_statistics(images)) for name, images in drawn.items()}
    return {f"features {n}": f for n, f in features.items()} | {f"pixels {n}": f for n, f in pixels.items()}


def test_sharp_pictures_lie_at_the_floor_of_either(found: dict[str, Nearness]) -> None:
    for kind in ("features", "pixels"):
        sharp = found[f"{kind} sharp"]
        assert sharp.frechet.total < 1.5 * sharp.floor.high
        assert sharp.manifold.precision > sharp.ceiling.precision - 0.1


def test_a_blur_that_features_forgive_is_told_by_pixels(found: dict[str, Nearness]) -> None:
    features, pixels = found["features blurred"], found["pixels blurred"]
    assert features.frechet.total < 1.1 * features.floor.high
    assert features.manifold.precision > features.ceiling.precision - 0.1
    assert pixels.frechet.total > 2.5 * pixels.floor.high
    assert pixels.manifold.precision < pixels.ceiling.precision - 0.15


def test_the_world_must_be_twice_as_many() -> None:
    vectors = np.random.default_rng(0).normal(size=(30, 4))
    with pytest.raises(InvalidInput, match="20 pictures of a model need 40"):
        nearness(vectors, vectors[:20])
