"""Training pictures of a world with their whole truth, drawn once into a folder, resumable after a kill."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from wend.errors import DatasetInvalid
from wend.imaging.pixels import to_uint8
from wend.measure.sample_cache import world_digest
from wend.worlds.factor import Categorical, Law, Uniform, WorldConfig
from wend.worlds.registry import open_world
from wend.worlds.world import World, sample_factors

Progress = Callable[[int, int], None]

CHUNK = 64
DONE_FILE = "done.json"
# Far from the small seeds that pictures are shown, measured and compared with.
TRAINING_SEED = 40_961
_FILES = {"images": np.uint8, "labels": np.uint8, "lines": np.uint8, "factors": np.float32}


def widen(world: World) -> World:
    """The same world with every continuous factor uniform over its range and every choice equally likely.

    A network that has only seen the world's own laws guesses their means where it should look.
    """
    laws: list[tuple[str, Law]] = [
        (f.name, Categorical((1.0,) * len(f.choices)) if f.is_discrete else Uniform()) for f in world.factors
    ]
    return open_world(world.name, WorldConfig("widened", tuple(laws)))


def mixed_factors(world: World, count: int, seed: int) -> dict[str, torch.Tensor]:
    """Factors of `count` pictures, name -> float32 [count]: even ones by the world's laws, odd ones widened.

    Item k depends on (seed, k) alone.
    """
    half = (count + 1) // 2
    own, wide = sample_factors(world, half, seed), sample_factors(widen(world), half, seed + 1)
    return {name: torch.stack([own[name], wide[name]], dim=1).flatten()[:count] for name in own}


@dataclass(frozen=True)
class Pictures:
    """M pictures of S x S pixels on disk and what is true of them.

    images uint8 [M, S, S, 3]; labels uint8 [M, S, S]; lines uint8 [M, S, S], 255 is ink; factors
    float32 [M, F] in the order of `names`.
    """

    names: tuple[str, ...]
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    lines: NDArray[np.uint8]
    factors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.images)

    @property
    def size(self) -> int:
        return int(self.images.shape[1])


def draw_pictures(
    folder: Path, world: World, count: int, size: int, seed: int, progress: Progress
) -> Pictures:
    """Draw the pictures into `folder`, going on where an earlier call was cut off, and open them.

    progress: called with (drawn, count). Raises: DatasetInvalid when the folder holds other pictures, be it
    that the world's laws or its painter have changed since.
    """
    names = tuple(factor.name for factor in world.factors)
    shapes = {
        "images": (count, size, size, 3),
        "labels": (count, size, size),
        "lines": (count, size, size),
        "factors": (count, len(names)),
    }
    what = {"world": world.name, "count": count, "size": size, "seed": seed, "factors": list(names)}
    what["digest"] = world_digest(world, count, seed, size)
    done = _begin(folder, what, shapes)
    arrays = {name: open_memmap(folder / f"{name}.npy", mode="r+") for name in _FILES}
    values = mixed_factors(world, count, seed)
    for start in range(done, count, CHUNK):
        part = {name: value[start : start + CHUNK] for name, value in values.items()}
        with torch.no_grad():
            scene = world.render(part, size)
        stop = start + len(scene.images)
        arrays["images"][start:stop] = to_uint8(scene.images).numpy()
        arrays["labels"][start:stop] = scene.labels.numpy()
        arrays["lines"][start:stop] = (scene.lines[:, 0] * 255.0).round().to(torch.uint8).numpy()
        arrays["factors"][start:stop] = torch.stack([part[name] for name in names], dim=1).numpy()
        # What is mapped outlives a killed process without being forced to the disk, which costs more than
        # the drawing does once the files are large.
        _write(folder, {**what, "done": stop})
        progress(stop, count)
    return open_pictures(folder)


def open_pictures(folder: Path) -> Pictures:
    """Pictures that were drawn to the end. Raises: DatasetInvalid."""
    state = _read(folder)
    if state is None or state["done"] != state["count"]:
        raise DatasetInvalid(folder.name, "holds no finished set of pictures")
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _FILES}
    names = state["factors"]
    assert isinstance(names, list)
    return Pictures(tuple(names), arrays["images"], arrays["labels"], arrays["lines"], arrays["factors"])


def _begin(folder: Path, what: Mapping[str, object], shapes: Mapping[str, tuple[int, ...]]) -> int:
    """How many pictures are there already; new files where there are none."""
    state = _read(folder)
    if state is not None:
        if "digest" not in state and state["done"] == state["count"]:
            # Finished before the digest was kept: nothing is drawn beside what nobody can compare.
            state["digest"] = what["digest"]
        if {name: state.get(name) for name in what} != what:
            raise DatasetInvalid(folder.name, "was drawn for another recipe; another folder begins anew")
        done = state["done"]
        assert isinstance(done, int)
        return done
    folder.mkdir(parents=True, exist_ok=True)
    for name, dtype in _FILES.items():
        open_memmap(folder / f"{name}.npy", mode="w+", dtype=dtype, shape=shapes[name]).flush()
    _write(folder, {**what, "done": 0})
    return 0


def _read(folder: Path) -> dict[str, object] | None:
    path = folder / DONE_FILE
    if not path.exists():
        return None
    state = json.loads(path.read_text())
    assert isinstance(state, dict)
    return state


def _write(folder: Path, state: Mapping[str, object]) -> None:
    partial = folder / f"{DONE_FILE}.partial"
    partial.write_text(json.dumps(state))
    partial.replace(folder / DONE_FILE)
