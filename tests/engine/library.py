"""Models on disk for the engine's tests: tiny generators, two walks, and one that breaks on demand."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from wend.generators.generator import Generator, GeneratorSpec, SynthesisState
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.library.models import ModelStore
from wend.library.publish import CardText, publish_model
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord

ROWS = 6
WIDTH = 16
SIZE = 16
MODELS = ("tiny", "other", "third", "faulty")
CLASSY = "classy"


def publish_tiny(root: Path, model_id: str, seed: int, classes: tuple[str, ...] = ()) -> None:
    """A random generator of 16 px whose noise shows."""
    settings = {
        "resolution": SIZE,
        "z_dim": WIDTH,
        "w_dim": WIDTH,
        "mapping_layers": 2,
        "channel_base": 256,
        "channel_max": 16,
        "c_dim": len(classes),
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config = StyleGAN2Config(**settings)  # type: ignore[arg-type]  # plain settings
        generator = StyleGAN2Generator(config, classes)
        for name, parameter in generator.named_parameters():
            if name.endswith("noise_strength"):
                parameter.data.fill_(0.2)
        generator.mapping.w_avg.copy_(torch.randn(WIDTH) * 0.3)
    text = CardText(
        title=model_id,
        summary="A random generator for tests.",
        licence="MIT",
        kind="stylegan2",
        config=settings,
        classes=classes,
    )
    publish_model(root / model_id, text, generator.state_dict(), None, None, None)


def build_library(folder: Path) -> tuple[ModelStore, Shelf]:
    """All test models below folder/models, and a shelf with the walks test/0 (w) and test/1 (z)."""
    root = folder / "models"
    for seed, model_id in enumerate(MODELS):
        publish_tiny(root, model_id, seed)
    publish_tiny(root, CLASSY, 9, ("round", "square", "star"))
    store = FaultyStore([root])
    shelf = Shelf(store, folder / "shelf")
    for model_id in (*MODELS, CLASSY):
        generator_hash = store.get(model_id).card.hash
        shelf.save(generator_hash, "test", _walks(generator_hash))
    return store, shelf


def _walks(generator_hash: str) -> list[WalkRecord]:
    rng = torch.Generator().manual_seed(3)
    records = []
    for index, space in enumerate(("w", "z")):
        vector = torch.randn(WIDTH, generator=rng)
        records.append(
            WalkRecord(
                id=f"test/{index}",
                title=f"test {index}",
                method="test",
                space=space,  # type: ignore[arg-type]  # w or z
                unit="sd",
                layers=(0, ROWS),
                low=-3.0,
                high=3.0,
                psi=0.8,
                strength=0.1,
                generator_hash=generator_hash,
                vector=vector / vector.norm(),
                unit_length=1.0,
            )
        )
    return records


class FaultyStore(ModelStore):
    """A store whose model 'faulty' breaks as the marker files beside the models' folder say."""

    def __init__(self, roots: Sequence[Path], default: str | None = None) -> None:
        super().__init__(roots, default)
        self.is_device_lost = False

    def load(self, model_id: str, device: torch.device) -> Generator:
        self.check_device()
        generator = super().load(model_id, device)
        return FaultyGenerator(generator, self) if model_id == "faulty" else generator

    def check_device(self) -> None:
        """A lost CUDA context fails every later call, until the process that holds this store ends."""
        if self.is_device_lost:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")


class FaultyGenerator:
    """A real generator that fails while a marker file is there; a file, so a child process sees it too.

    exhausted: every step; exhausted-once: one step, which removes the marker; exhausted-batches: steps
    of more than one sample; broken: a fault of ours; lost: the CUDA context, for good in this process;
    the marker goes, so that the next process is well.
    """

    def __init__(self, generator: Generator, store: FaultyStore) -> None:
        self._generator = generator
        self._store = store
        self._folder = store.roots[0].parent

    def _has(self, marker: str, once: bool = False) -> bool:
        path = self._folder / marker
        there = path.exists()
        if there and once:
            path.unlink()
        return there

    @property
    def spec(self) -> GeneratorSpec:
        return self._generator.spec

    @property
    def w_avg(self) -> Tensor:
        return self._generator.w_avg

    def center(self, c: Tensor | None) -> Tensor:
        return self._generator.center(c)

    @property
    def device(self) -> torch.device:
        return self._generator.device

    @property
    def size_bytes(self) -> int:
        return self._generator.size_bytes

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        return self._generator.mapping(z, c)

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        return self._generator.start(count, dtype)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        if self._has("exhausted") or self._has("exhausted-once", once=True):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        if len(w) > 1 and self._has("exhausted-batches"):
            # The words of torch's CPU allocator, which has no class of its own.
            raise RuntimeError(
                "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to 9 bytes"
            )
        if self._has("broken"):
            raise ValueError("a bug")
        self._store.is_device_lost |= self._has("lost", once=True)
        self._store.check_device()
        return self._generator.step(state, w, noise)

    def constant_noise(self) -> list[Tensor | None]:
        return self._generator.constant_noise()

    def style_matrices(self) -> list[Tensor]:
        return self._generator.style_matrices()
