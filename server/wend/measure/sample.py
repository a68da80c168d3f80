"""Sample: what one eye sees in many pictures, of a world or of a model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.generators.generator import Generator
from wend.measure.attributes import Attributes, concatenate, of_factors, of_labels
from wend.measure.likeness import picture_statistics
from wend.measure.probe import Probe
from wend.measure.slices import Sliced
from wend.perception.network import FactorNetwork, FeatureNetwork, LabelNetwork
from wend.worlds.world import World, sample_factors

BATCH = 16
"""Pictures drawn and looked at together: on two cores more of them are no faster."""

SHOWN = 32
"""The first pictures of a sample are kept, to be seen."""


@dataclass(frozen=True)
class Eye:
    """The networks that look at every picture of a comparison, on one device."""

    features: FeatureNetwork
    factors: FactorNetwork
    labels: LabelNetwork


@dataclass(frozen=True)
class Sample:
    """N pictures as an eye sees them.

    vectors: float32 [N, F], what the feature network sees; pixels: float32 [N, 208], colours and grain
    of the pictures themselves (`likeness.picture_statistics`), which no network saw; factors: what is
    measured, in units; areas: the share each label covers; shown: the first
    pictures themselves, float32 [min(N, 32), 3, H, W] in [-1, 1].
    """

    vectors: NDArray[np.float32]
    pixels: NDArray[np.float32]
    factors: Attributes
    areas: Attributes
    shown: Tensor

    def __len__(self) -> int:
        return len(self.vectors)


def batches(count: int) -> int:
    """Slices that `look` takes for `count` pictures, plus one in which it ends."""
    return -(-count // BATCH)


def look(pictures: Iterator[Tensor], eye: Eye) -> Sliced[Sample]:
    """Look at batches of images float32 [n, 3, H, W] in [-1, 1] until there are no more; at least one.

    A slice is a batch. Networks may live on another device than the pictures came from.
    """
    vectors: list[NDArray[np.float32]] = []
    pixels: list[NDArray[np.float32]] = []
    factors: list[Attributes] = []
    areas: list[Attributes] = []
    shown: list[Tensor] = []
    for images in pictures:
        with torch.no_grad():
            vectors.append(eye.features.vector(images).float().cpu().numpy())
            pixels.append(picture_statistics(images).float().numpy())
        factors.append(of_factors(eye.factors, images))
        areas.append(of_labels(eye.labels, images))
        if sum(len(part) for part in shown) < SHOWN:
            shown.append(images.cpu())
        yield
    return Sample(
        np.concatenate(vectors),
        np.concatenate(pixels),
        concatenate(factors),
        concatenate(areas),
        torch.cat(shown)[:SHOWN],
    )


def world_pictures(
    world: World,
    count: int,
    seed: int,
    size: int,
    device: torch.device,
    shift: tuple[str, float] | None = None,
) -> Iterator[Tensor]:
    """Pictures of a world by seed, in batches; picture k depends on (seed, k) alone.

    shift: a continuous factor and how far it is moved in every picture, in its unit, to the end of its
    range at most.
    """
    values = sample_factors(world, count, seed)
    if shift is not None:
        values = shifted(world, values, *shift)
    for start in range(0, count, BATCH):
        part = {name: value[start : start + BATCH].to(device) for name, value in values.items()}
        with torch.no_grad():
            images = world.render(part, size).images
        yield images


def shifted(world: World, values: dict[str, Tensor], name: str, amount: float) -> dict[str, Tensor]:
    """Factor values with one of them moved by `amount` of its unit, within its range."""
    factor = next(f for f in world.factors if f.name == name)
    return values | {name: (values[name] + amount).clamp(factor.low, factor.high)}


def model_pictures(generator: Generator, seeds: Sequence[int], psi: float) -> Iterator[Tensor]:
    """Pictures of a generator by seeds, in batches, clamped: as the page shows a new picture of a seed.

    Noise maps are those of noise seed 0; a generator with classes shows class seed mod c_dim.
    """
    for start in range(0, len(seeds), BATCH):
        part = list(seeds[start : start + BATCH])
        with torch.no_grad():
            images = Probe(generator, psi, part).render(slice(0, len(part)))
        yield images
