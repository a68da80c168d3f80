"""Samples: what an eye saw comes in order, is the same again, and is kept only while it is true."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from wend.generators.analytic import AnalyticGenerator
from wend.measure.likeness import picture_statistics
from wend.measure.sample import BATCH, Eye, Sample, batches, look, model_pictures, shifted, world_pictures
from wend.measure.sample_cache import SampleCache, SampleKey
from wend.measure.slices import finish
from wend.perception.network import Attribute, Choice, Measurement
from wend.worlds.disc import Disc
from wend.worlds.factor import Normal, WorldConfig
from wend.worlds.world import sample_factors

CPU = torch.device("cpu")
COUNT = BATCH + 5


class Glance(nn.Module):
    """An eye of one weight: every role looks at mean brightness."""

    labels = ("dark", "bright")
    attributes = (Attribute("level", "0..1", 0.0, 1.0), Attribute("hue", "degrees", 0.0, 360.0))
    choices = (Choice("side", ("left", "right")),)

    def __init__(self, gain: float = 1.0) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(gain))

    def maps(self, images: Tensor) -> list[Tensor]:
        return [images * self.gain]

    def vector(self, images: Tensor) -> Tensor:
        return self.gain * torch.nn.functional.adaptive_avg_pool2d(images[:, :1], 2).flatten(1)

    def measure(self, images: Tensor) -> Measurement:
        mean = images.mean(dim=(1, 2, 3))
        right = images[..., 16:].mean(dim=(1, 2, 3)) > images[..., :16].mean(dim=(1, 2, 3))
        side = torch.stack([1.0 - right.float(), right.float()], dim=1)
        return Measurement({"level": mean, "hue": 180.0 + 100.0 * mean}, {"side": side})

    def logits(self, images: Tensor) -> Tensor:
        return torch.cat([-images[:, :1], images[:, :1]], dim=1)


def _eye(gain: float = 1.0) -> Eye:
    glance = Glance(gain)
    return Eye(glance, glance, glance)


def _sample(count: int = COUNT, seed: int = 3) -> Sample:
    return finish(look(world_pictures(Disc(), count, seed, 32, CPU), _eye()))


def test_a_sample_holds_every_picture_in_order() -> None:
    sample = _sample()
    images = torch.cat(list(world_pictures(Disc(), COUNT, 3, 32, CPU)))
    assert len(sample) == len(images) == COUNT
    np.testing.assert_allclose(sample.vectors, Glance().vector(images).detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(sample.pixels, picture_statistics(images), rtol=1e-5, atol=1e-6)
    assert sample.pixels.shape == (COUNT, 208)
    np.testing.assert_allclose(sample.factors["level"].values, images.mean(dim=(1, 2, 3)), rtol=1e-6)
    assert sample.areas.names == ("dark", "bright")
    assert torch.equal(sample.shown, images[:32])
    assert batches(COUNT) == 2


def test_pictures_depend_on_their_number_alone() -> None:
    few = torch.cat(list(world_pictures(Disc(), 4, 3, 32, CPU)))
    many = torch.cat(list(world_pictures(Disc(), COUNT, 3, 32, CPU)))
    assert torch.equal(few, many[:4])
    generator = AnalyticGenerator(Disc())
    alone = torch.cat(list(model_pictures(generator, [7], 1.0)))
    among = torch.cat(list(model_pictures(generator, range(COUNT), 1.0)))
    assert torch.equal(alone[0], among[7])
    assert float(among.min()) >= -1.0
    assert float(among.max()) <= 1.0


def test_a_shift_moves_one_factor_within_its_range() -> None:
    values = sample_factors(Disc(), 100, 0)
    moved = shifted(Disc(), values, "x", 0.1)
    assert torch.allclose(moved["x"], (values["x"] + 0.1).clamp(-0.21, 0.21))
    assert torch.equal(moved["y"], values["y"])


def test_a_kept_sample_comes_back(tmp_path: Path) -> None:
    cache = SampleCache(tmp_path / "samples")
    key = SampleKey.of_world(Disc(), COUNT, 3, 32, _eye())
    assert cache.get(key) is None
    sample = _sample()
    cache.put(key, sample)
    kept = cache.get(key)
    assert kept is not None
    assert np.array_equal(kept.vectors, sample.vectors)
    assert np.array_equal(kept.pixels, sample.pixels)
    assert kept.factors.names == sample.factors.names
    assert np.array_equal(kept.factors["hue"].values, sample.factors["hue"].values)
    assert kept.factors["hue"].period == 360.0
    assert kept.factors["level"].period is None
    assert kept.factors.choices[0].options == ("left", "right")
    assert np.array_equal(kept.factors.choices[0].chances, sample.factors.choices[0].chances)
    assert np.array_equal(kept.areas["bright"].values, sample.areas["bright"].values)
    assert torch.allclose(kept.shown, sample.shown, atol=1.01 / 255.0)
    assert [path.suffix for path in cache.folder.iterdir()] == [".npz"]


def test_a_damaged_sample_is_as_good_as_none(tmp_path: Path) -> None:
    cache = SampleCache(tmp_path)
    key = SampleKey.of_world(Disc(), COUNT, 3, 32, _eye())
    cache.put(key, _sample())
    path = next(tmp_path.iterdir())
    path.write_bytes(path.read_bytes()[:200])
    assert cache.get(key) is None
    path.write_bytes(b"no sample")
    assert cache.get(key) is None


def test_a_key_tells_apart_all_that_matters() -> None:
    world = Disc()
    plain = SampleKey.of_world(world, 10, 0, 32, _eye())
    assert plain == SampleKey.of_world(Disc(), 10, 0, 32, _eye())
    other_law = Disc(WorldConfig(laws=(("x", Normal(0.05, 0.07)),)))
    others = {
        SampleKey.of_world(world, 11, 0, 32, _eye()),
        SampleKey.of_world(world, 10, 1, 32, _eye()),
        SampleKey.of_world(world, 10, 0, 16, _eye()),
        SampleKey.of_world(world, 10, 0, 32, _eye(2.0)),
        SampleKey.of_world(other_law, 10, 0, 32, _eye()),
    }
    assert len(others | {plain}) == 6


def test_a_key_sees_a_new_painter(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = SampleKey.of_world(Disc(), 10, 0, 32, _eye())
    monkeypatch.setattr("wend.worlds.disc.GROUND", 0.3)
    assert SampleKey.of_world(Disc(), 10, 0, 32, _eye()) != plain
