"""Sample cache: what an eye has seen of a world, kept on disk so that it need not be drawn again."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from torch import nn

from wend.imaging.pixels import to_images, to_uint8
from wend.library.weights import generator_hash
from wend.measure.attributes import AttributeColumn, Attributes, ChoiceColumn
from wend.measure.sample import Eye, Sample, world_pictures
from wend.worlds.registry import describe_laws
from wend.worlds.world import World

_LAYOUT = 2  # of the files
_TOLD = 1  # of what is told of a world; runs keep digests of it, which a new layout must not change
_PROBED = 4


def _told(world: World, count: int, seed: int, size: int) -> bytes:
    """A world's laws and its first pictures, which change with its painter."""
    said = [_TOLD, world.name, describe_laws(world), world.config.correlations, count, seed, size]
    probed = next(world_pictures(world, _PROBED, seed, size, torch.device("cpu")))
    return json.dumps(said, sort_keys=True).encode() + to_uint8(probed).numpy().tobytes()


def world_digest(world: World, count: int, seed: int, size: int) -> str:
    """One hash of all that decides which pictures a world draws."""
    return hashlib.sha256(_told(world, count, seed, size)).hexdigest()


@dataclass(frozen=True)
class SampleKey:
    """All that decides what a sample holds, as one hash."""

    digest: str

    @classmethod
    def of_world(cls, world: World, count: int, seed: int, size: int, eye: Eye) -> "SampleKey":
        """Of a world's laws, its first pictures (they change with its painter), and the eye's weights."""
        return cls.of(_told(world, count, seed, size), eye)

    @classmethod
    def of(cls, told: bytes, eye: Eye) -> "SampleKey":
        """Of anything whose pictures `told` decides, and the eye's weights."""
        digest = hashlib.sha256(told)
        digest.update(bytes([_LAYOUT]))
        for network in (eye.features, eye.factors, eye.labels):
            assert isinstance(network, nn.Module)
            digest.update(generator_hash(network.state_dict()).encode())
        return cls(digest.hexdigest())


class SampleCache:
    """A folder of samples by key. What cannot be read is as good as not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: SampleKey) -> Path:
        return self.folder / f"{key.digest[:40]}.npz"

    def get(self, key: SampleKey) -> Sample | None:
        """The kept sample of this key."""
        try:
            with self._path(key).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                layout = json.loads(str(file["layout"]))
                return Sample(
                    file["vectors"],
                    file["pixels"],
                    _unpack(layout["factors"], file["factors"], file["chances"]),
                    _unpack(layout["areas"], file["areas"], np.zeros((len(file["areas"]), 0))),
                    to_images(file["shown"]),
                )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def put(self, key: SampleKey, sample: Sample) -> None:
        """Keep a sample, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        partial = path.with_name(f".{path.stem}.{os.getpid()}.npz")
        layout = {"factors": _layout(sample.factors), "areas": _layout(sample.areas)}
        count = len(sample)
        chances = [np.zeros((count, 0)), *(c.chances for c in sample.factors.choices)]
        np.savez(
            partial,
            layout=np.array(json.dumps(layout)),
            vectors=sample.vectors,
            pixels=sample.pixels,
            factors=_values(sample.factors),
            chances=np.concatenate(chances, axis=1),
            areas=_values(sample.areas),
            shown=to_uint8(sample.shown).numpy(),
        )
        partial.replace(path)


Layout = dict[str, list[list[object]]]


def _layout(attributes: Attributes) -> Layout:
    return {
        "columns": [[c.name, c.unit, c.period] for c in attributes.columns],
        "choices": [[c.name, *c.options] for c in attributes.choices],
    }


def _values(attributes: Attributes) -> np.ndarray:
    return np.stack([c.values for c in attributes.columns], axis=1)


def _unpack(layout: Layout, values: np.ndarray, chances: np.ndarray) -> Attributes:
    columns = tuple(
        AttributeColumn(str(name), str(unit), values[:, i], None if period is None else float(str(period)))
        for i, (name, unit, period) in enumerate(layout["columns"])
    )
    choices: list[ChoiceColumn] = []
    start = 0
    for name, *options in layout["choices"]:
        stop = start + len(options)
        choices.append(ChoiceColumn(str(name), tuple(str(o) for o in options), chances[:, start:stop]))
        start = stop
    return Attributes(columns, tuple(choices))
