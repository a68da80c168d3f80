"""Sample: what one eye sees in many pictures, of a world or of a model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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


def batches(count: int, batch: int = BATCH) -> int:
    """Slices that `look` takes for `count` pictures, before the one in which it ends."""
    return -(-count // batch)


def see(images: Tensor, eye: Eye) -> Sample:
    """One batch of images float32 [n, 3, H, W] in [-1, 1], at least one; `shown` holds all of them."""
    with torch.no_grad():
        vectors = eye.features.vector(images).float().cpu().numpy()
        pixels = picture_statistics(images).float().numpy()
    return Sample(
        vectors, pixels, of_factors(eye.factors, images), of_labels(eye.labels, images), images.cpu()
    )


def join(parts: Sequence[Sample]) -> Sample:
    """Samples of one eye, one after another, at least one; the first pictures of all are shown."""
    return Sample(
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.pixels for part in parts]),
        concatenate([part.factors for part in parts]),
        concatenate([part.areas for part in parts]),
        torch.cat([part.shown for part in parts if len(part.shown)])[:SHOWN],
    )


def look(pictures: Iterator[Tensor], eye: Eye, seen: list[Sample] | None = None) -> Sliced[Sample]:
    """Look at batches of images float32 [n, 3, H, W] in [-1, 1] until there are no more.

    A slice is a batch. Networks may live on another device than the pictures came from. seen: what was
    seen before of the same sample, to which every batch is added; with none, there must be a batch.
    """
    parts: list[Sample] = [] if seen is None else seen
    shown = sum(len(part.shown) for part in parts)
    for images in pictures:
        part = see(images, eye)
        if shown >= SHOWN:
            part = replace(part, shown=part.shown[:0])
        shown += len(part.shown)
        parts.append(part)
        yield
    return join(parts)


def world_pictures(
    world: World,
    count: int,
    seed: int,
    size: int,
    device: torch.device,
    shift: tuple[str, float] | None = None,
    first: int = 0,
    batch: int = BATCH,
) -> Iterator[Tensor]:
    """Pictures of a world by seed, in batches; picture k depends on (seed, k) alone.

    shift: a continuous factor and how far it is moved in every picture, in its unit, to the end of its
    range at most; first: the picture to begin with.
    """
    values = sample_factors(world, count, seed)
    if shift is not None:
        values = shifted(world, values, *shift)
    for start in range(first, count, batch):
        part = {name: value[start : start + batch].to(device) for name, value in values.items()}
        with torch.no_grad():
            images = world.render(part, size).images
        yield images


def shifted(world: World, values: dict[str, Tensor], name: str, amount: float) -> dict[str, Tensor]:
    """Factor values with one of them moved by `amount` of its unit, within its range."""
    factor = next(f for f in world.factors if f.name == name)
    return values | {name: (values[name] + amount).clamp(factor.low, factor.high)}


def model_pictures(
    generator: Generator, seeds: Sequence[int], psi: float, batch: int = BATCH
) -> Iterator[Tensor]:
    """Pictures of a generator by seeds, in batches, clamped: as the page shows a new picture of a seed.

    Noise maps are those of noise seed 0; a generator with classes shows class seed mod c_dim.
    """
    for start in range(0, len(seeds), batch):
        part = list(seeds[start : start + batch])
        with torch.no_grad():
            images = Probe(generator, psi, part).render(slice(0, len(part)))
        yield images
