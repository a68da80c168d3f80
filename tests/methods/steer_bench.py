"""Workbenches for steering: bundled analytic worlds and small networks, on a shelf of their own."""

from dataclasses import asdict
from pathlib import Path

import torch

from wend.generators.biggan import BigGANConfig, BigGANGenerator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import CardText, publish_model
from wend.library.shelf import Shelf
from wend.methods.workbench import Workbench

CPU = torch.device("cpu")
SHIPPED = Path(__file__).parents[2] / "models"
SMALL = StyleGAN2Config(resolution=16, z_dim=8, w_dim=8, mapping_layers=2, channel_base=64, channel_max=8)
CLASSED = BigGANConfig(
    widths="2,2,1", channel_width=8, z_dim=8, embed_dim=4, c_dim=3, attention_resolution=0, reduction=2
)


def bench_of(model: str, folder: Path) -> Workbench:
    """Around a bundled model, or a fresh one: 'small' (StyleGAN2, 16 px) or 'classed' (BigGAN, 3 classes)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        if model == "small":
            _publish(folder / "models" / model, "stylegan2", StyleGAN2Generator(SMALL), SMALL)
        elif model == "classed":
            _publish(folder / "models" / model, "biggan", BigGANGenerator(CLASSED, ("a", "b", "c")), CLASSED)
    store = ModelStore([folder / "models", SHIPPED / "generators"])
    shelf = Shelf(store, folder / "shelf")
    return Workbench(model, store.load(model, CPU), shelf, PerceptionStore([SHIPPED / "perception"]))


def _publish(
    folder: Path,
    kind: str,
    generator: StyleGAN2Generator | BigGANGenerator,
    config: StyleGAN2Config | BigGANConfig,
) -> None:
    plain = {name: value for name, value in asdict(config).items() if value is not None}
    text = CardText(
        title="x",
        summary="x",
        licence="MIT",
        kind=kind,
        config=plain,
        classes=generator.spec.classes,
        psi=0.9,
    )
    publish_model(folder, text, generator.state_dict(), None, None, None)
