"""Blind portraits for tests: untrained networks that look at portraits, and a tiny generator of them."""

from dataclasses import asdict
from pathlib import Path

import torch

from tests.measure.blind_set import publish_blind_set
from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.library.card import CARD_FILE, WorldSection, write_card
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.publish import CardText, publish_model
from wend.library.weights import save_weights
from wend.perception.build import build_network
from wend.worlds.portraits import Portraits


def publish_blind_eyes(folder: Path) -> None:
    """The sets `portraits`, of factors, labels and features, and `lines`, all untrained."""
    publish_blind_set(folder, Portraits())
    labels = Portraits().labels
    lines = folder / "lines"
    lines.mkdir()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        save_weights(lines / "lines.safetensors", build_network("unet", {}, labels).state_dict())
    section = NetworkSection(
        name="lines", role="lines", kind="unet", file="lines.safetensors", config={}, names=labels
    )
    card = PerceptionCard(
        id="lines", title="Blind", summary="Untrained.", licence="MIT", world="portraits", networks=(section,)
    )
    write_card(lines / CARD_FILE, card)


def publish_tiny_portraits(folder: Path) -> None:
    """An untrained generator of 32 px with its discriminator, that says it draws portraits."""
    config = StyleGAN2Config(
        resolution=32, z_dim=4, w_dim=4, mapping_layers=2, channel_base=64, channel_max=4
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator, judge = StyleGAN2Generator(config).state_dict(), Discriminator(config).state_dict()
    text = CardText(
        title="Tiny portraits",
        summary="Untrained.",
        licence="MIT",
        kind="stylegan2",
        config={name: value for name, value in asdict(config).items() if value is not None},
        world=WorldSection(name="portraits"),
    )
    publish_model(folder, text, generator, judge, None, None)
