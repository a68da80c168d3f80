"""Sketch sight: what the eye and F see of pictures of a task, of a model or of a world, kept on disk."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wend.generators.generator import Generator
from wend.library.weights import generator_hash
from wend.measure.attributes import AttributeColumn, Attributes, ChoiceColumn, concatenate
from wend.measure.line_score import f_scores
from wend.measure.sample import BATCH, Eye, Sample, look, model_pictures, world_pictures
from wend.measure.sample_cache import SampleCache, SampleKey, world_digest
from wend.measure.sketch_tasks import task_pictures
from wend.measure.slices import Sliced
from wend.perception.network import LineNetwork
from wend.worlds.region import Region
from wend.worlds.world import World

_LAYOUT = 1


@dataclass(frozen=True)
class Sight:
    """N pictures as an eye sees them, and as F draws them: ink uint8 [N, 1, S, S], 0 paper to 255."""

    sample: Sample
    ink: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.sample)

    def take(self, rows: NDArray[np.int64]) -> "Sight":
        """Some of the pictures; `shown` stays as it was where the first are taken, else it is left empty."""
        sample = self.sample
        is_first = np.array_equal(rows, np.arange(len(rows)))
        return Sight(
            Sample(
                sample.vectors[rows],
                sample.pixels[rows],
                _rows(sample.factors, rows),
                _rows(sample.areas, rows),
                sample.shown if is_first else sample.shown[:0],
            ),
            self.ink[rows],
        )

    def first(self, count: int) -> "Sight":
        """The first `count` pictures."""
        return self.take(np.arange(count))

    def drawings(self, rows: slice) -> Tensor:
        """float32 [n, 1, S, S], 0 paper to 1 ink."""
        return torch.from_numpy(self.ink[rows]).float() / 255.0

    def match(self, sketches: Tensor, tolerance: int) -> float:
        """Mean over pictures of the line F-score with the sketch [M, 1, S, S] that it lies best on, 0..1."""
        best = [
            f_scores(sketches, self.drawings(slice(k, k + BATCH)), tolerance).max(dim=1).values
            for k in range(0, len(self), BATCH)
        ]
        return float(torch.cat(best).mean())


def _rows(attributes: Attributes, rows: NDArray[np.int64]) -> Attributes:
    return Attributes(
        tuple(AttributeColumn(c.name, c.unit, c.values[rows], c.period) for c in attributes.columns),
        tuple(ChoiceColumn(c.name, c.options, c.chances[rows]) for c in attributes.choices),
    )


def joined(parts: Sequence[Sight]) -> Sight:
    """One after another, all seen by the same onlooker."""
    samples = [part.sample for part in parts]
    return Sight(
        Sample(
            np.concatenate([sample.vectors for sample in samples]),
            np.concatenate([sample.pixels for sample in samples]),
            concatenate([sample.factors for sample in samples]),
            concatenate([sample.areas for sample in samples]),
            samples[0].shown,
        ),
        np.concatenate([part.ink for part in parts]),
    )


def tolerance_at(size: int) -> int:
    """Pixels that ink may lie beside ink: one of 64."""
    return max(1, round(size / 64))


class Onlooker:
    """Eye and F together, and the folder of what they have seen; on one device."""

    def __init__(self, eye: Eye, lines: LineNetwork, folder: Path, device: torch.device) -> None:
        assert isinstance(lines, nn.Module)
        self.eye, self.lines, self.device = eye, lines, device
        self._cache = SampleCache(folder)
        self._lines_hash = generator_hash(lines.state_dict())

    def of_task(self, world: World, task: Region, count: int, seed: int, size: int) -> Sliced[Sight]:
        """Pictures of a region. Slices: a batch each; none where they were seen before."""
        told: list[object] = [
            "region", world_digest(world, 4, 0, size), sorted(task.ranges.items()),
            sorted(task.options.items()), count, seed, size,
        ]  # fmt: skip
        return self._see(told, task_pictures(world, task, count, seed, size, self.device))

    def of_world(self, world: World, count: int, seed: int, size: int) -> Sliced[Sight]:
        """Pictures of a whole world."""
        return self._see(
            ["world", world_digest(world, count, seed, size)],
            world_pictures(world, count, seed, size, self.device),
        )

    def of_model(self, generator: Generator, weights: str, count: int, first: int = 0) -> Sliced[Sight]:
        """Pictures of seeds `first` on, without truncation; weights: the model's hash."""
        seeds = range(first, first + count)
        return self._see(["model", weights, count, first], model_pictures(generator, seeds, 1.0))

    def of_generator(self, generator: Generator, count: int, first: int = 0) -> Sliced[Sight]:
        """The same of a generator that is no model on disk: nothing is kept."""
        return self._look(model_pictures(generator, range(first, first + count), 1.0))

    def _see(self, told: list[object], pictures: Iterator[Tensor]) -> Sliced[Sight]:
        text = json.dumps([_LAYOUT, self._lines_hash, *told])
        key = SampleKey.of(text.encode(), self.eye)
        path = self._cache.folder / f"{key.digest[:40]}.lines.npz"
        kept = self._cache.get(key)
        if kept is not None:
            try:
                with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                    return Sight(kept, file["ink"])
            except (OSError, ValueError, KeyError, EOFError, BadZipFile):
                pass  # as good as not there
        sight = yield from self._look(pictures)
        self._cache.put(key, sight.sample)
        partial = path.with_name(f".{path.name}.{os.getpid()}.npz")
        np.savez_compressed(partial, ink=sight.ink)
        partial.replace(path)
        return sight

    def _look(self, pictures: Iterator[Tensor]) -> Sliced[Sight]:
        ink: list[NDArray[np.uint8]] = []
        sample = yield from look(self._drawn(pictures, ink), self.eye)
        return Sight(sample, np.concatenate(ink))

    def _drawn(self, pictures: Iterator[Tensor], ink: list[NDArray[np.uint8]]) -> Iterator[Tensor]:
        """The pictures, each batch drawn by F as it passes."""
        for images in pictures:
            with torch.no_grad():
                drawn = self.lines.draw(images).mul(255.0).round().clamp(0.0, 255.0)
            ink.append(drawn.to(torch.uint8).cpu().numpy())
            yield images
