"""Toys of the sketch tests: a style-based model of 32 px with random weights, drawings, settings."""

from pathlib import Path

import torch
from torch import Tensor, nn

from tests.methods.steer_bench import CPU
from wend.generators.build import build_discriminator, build_generator
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import CardText, publish_model
from wend.library.shelf import Shelf
from wend.methods.process_bench import ProcessBench
from wend.methods.sketch.params import SketchParams
from wend.methods.sketch.training import SketchTraining

CONFIG: dict[str, bool | int | float | str] = {
    "resolution": 32, "z_dim": 8, "w_dim": 8, "mapping_layers": 2, "channel_base": 128, "channel_max": 8,
}  # fmt: skip
QUICK: dict[str, object] = {
    "model": "small", "sketches": "0" * 12, "name": "mine", "extractor": "edges", "pictures": "samples",
    "picture_count": 16, "batch": 2, "image_weight": 0.2, "iterations": 4, "look_every": 2, "patience": 0,
    "precision": "float32", "gradient": "pictures", "slowing": 0,
}  # fmt: skip


def small_bench(folder: Path, has_judge: bool = True) -> ProcessBench:
    """A model 'small' in `folder`/models, and a bench on it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        generator = build_generator("stylegan2", CONFIG)
        judge = build_discriminator(generator)
    assert isinstance(generator, nn.Module)
    own = judge.state_dict() if judge is not None and has_judge else None
    text = CardText("Small", "A toy.", "MIT", "stylegan2", CONFIG)
    publish_model(folder / "models" / "small", text, generator.state_dict(), own, None, None)
    store = ModelStore([folder / "shipped", folder / "models"])
    return ProcessBench(Shelf(store, folder / "shelf"), PerceptionStore([]), folder, CPU, 1)


def drawing(radius: float = 0.6, side: int = 32) -> Tensor:
    """A circle on paper, float32 [1, side, side]: white 1, ink -1."""
    places = (torch.arange(side) + 0.5) / side * 2.0 - 1.0
    far = (places[None, :].square() + places[:, None].square()).sqrt()
    return torch.where((far - radius).abs() < 0.1, -1.0, 1.0)[None]


def drawings(count: int) -> list[Tensor]:
    """Circles of several sizes."""
    return [drawing(0.4 + 0.4 * k / max(count, 2)) for k in range(count)]


def settings(**changes: object) -> SketchParams:
    """Those of the toys, with changes."""
    return SketchParams.model_validate({**QUICK, **changes})


def small_training(folder: Path, count: int = 3, **changes: object) -> SketchTraining:
    """A training on `count` drawings."""
    return SketchTraining(small_bench(folder), settings(**changes), drawings(count))
