"""A tiny trained-looking model, published in a folder of its own."""

from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from PIL import Image

from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.library.card import TrainingSection, WorldSection
from wend.library.models import Model
from wend.library.publish import CardText, publish_model

CONFIG = StyleGAN2Config(resolution=8, z_dim=4, w_dim=5, mapping_layers=2, channel_base=32, channel_max=4)


def card_text(title: str = "Tiny") -> CardText:
    """What a trainer says of the tiny model."""
    return CardText(
        title=title,
        summary="Eight pixels of noise.",
        licence="MIT",
        kind="stylegan2",
        config={name: value for name, value in asdict(CONFIG).items() if value is not None},
        psi=0.7,
        live_error=1.5,
        training=TrainingSection(images_seen=64, seed=3, hours=0.5, recipe={"batch": 4, "mirror": True}),
        world=WorldSection(name="portraits", biases="None at all.", laws={"tilt": "normal(0, sd 6)"}),
    )


def networks(seed: int = 0) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """State dicts of the tiny generator and its discriminator."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return StyleGAN2Generator(CONFIG).state_dict(), Discriminator(CONFIG).state_dict()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A models' folder."""
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def tiny(root: Path) -> Model:
    """The tiny model, published as 'tiny'."""
    generator, discriminator = networks()
    preview = Image.new("RGB", (8, 8), (200, 10, 10))
    return publish_model(root / "tiny", card_text(), generator, discriminator, preview, preview)
