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

from wend.imaging.pixels import to_uint8
from wend.library.weights import generator_hash
from wend.measure.sample import Eye, Sample, world_pictures
from wend.measure.sample_arrays import ARRAYS, sample_of, told_of
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


def network_hashes(eye: Eye) -> tuple[str, ...]:
    """Of the weights of an eye's networks."""
    hashes: list[str] = []
    for network in (eye.features, eye.factors, eye.labels):
        assert isinstance(network, nn.Module)
        hashes.append(generator_hash(network.state_dict()))
    return tuple(hashes)


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
        for network_hash in network_hashes(eye):
            digest.update(network_hash.encode())
        return cls(digest.hexdigest())


class SampleCache:
    """A folder of samples by key. What cannot be read is as good as not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, data_dir: Path) -> "SampleCache":
        """The one that commands and jobs share."""
        return cls(data_dir / "measure" / "samples")

    def _path(self, key: SampleKey) -> Path:
        return self.folder / f"{key.digest[:40]}.npz"

    def get(self, key: SampleKey) -> Sample | None:
        """The kept sample of this key."""
        try:
            with self._path(key).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                return sample_of(str(file["layout"]), {name: file[name] for name in ARRAYS})
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def put(self, key: SampleKey, sample: Sample) -> None:
        """Keep a sample, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        partial = path.with_name(f".{path.stem}.{os.getpid()}.npz")
        layout, arrays = told_of(sample)
        np.savez(partial, layout=np.array(layout), **arrays)  # type: ignore[arg-type]  # none is allow_pickle
        partial.replace(path)
