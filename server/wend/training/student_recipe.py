"""Recipes of students: networks that learn what a world's own program draws from the same latent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import torch

from wend.errors import InvalidInput
from wend.generators.progressive import ProgressiveConfig
from wend.generators.stylegan2 import StyleGAN2Config
from wend.training.recipe import DTYPES, Setting


@dataclass(frozen=True)
class TaughtRecipe:
    """What all students have in common.

    First likeness alone, which is quick and never forgets a kind of picture; then a discriminator joins,
    which knows what is sharp.

    Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015, with pictures for
    answers; Bojanowski et al., "Optimizing the latent space of generative networks", ICML 2018, sections
    2.1 and 2.2, for learning from pairs of latent and picture (here the latents are known); Isola et al.,
    "Image-to-image translation with conditional adversarial networks", CVPR 2017, equation 4, for both
    losses together.
    """

    architecture: str = ""
    data: str = "portraits"
    resolution: int = 64
    batch: int = 16
    total_images: int = 600_000
    pictures: int = 60_000  # drawn from the world
    mirror: bool = False  # a flipped picture has another latent
    lr: float = 2e-3
    # Of the drawing layers' weights, which Muon moves. From 119 000 pictures on, 7 000 more took 0.52 of 255
    # off the error, and with Adam 0.18 (at 2e-3; at 5e-3 nothing).
    lr_layers: float = 6e-3
    mapping_rate: float = 1.0  # times lr, of what tells a picture from its latent
    # Updates in which that part alone learns to tell factors, before the first picture: without, 16 000
    # pictures left a StyleGAN2 an error of 34 of 255, with them of 26.
    lessons: int = 12_000
    lr_lesson: float = 2e-3
    lesson: float = 0.1  # weight of telling factors, beside pictures
    # Begun with a student, whose latents stand for the same pictures: it goes on telling as that one did.
    keeps_latents: bool = False
    judge: str = ""  # perception set whose label network sees likeness, too
    seen: float = 0.3  # weight of what it sees
    # How much more a pixel of a small part counts: its area to the power of minus this. With 0, 46 000
    # pictures left whole laws of gaze and iris undrawn.
    by_parts: float = 0.5
    # A picture comes the oftener, the worse it was drawn last time: its error to this power. 0: all alike.
    by_error: float = 1.0
    adversarial_from: float = 0.75  # share of the run after which a discriminator joins
    adversarial: float = 0.02  # weight of its say
    lr_discriminator: float = 2e-3
    r1_gamma: float = 0.2
    r1_interval: int = 16
    ema_images: float = 4_000.0
    decay_from: float = 0.75
    seed: int = 0
    precision: str = "bfloat16"
    z_dim: int = 128

    def __post_init__(self) -> None:
        if self.mirror:
            raise InvalidInput("A student's pictures cannot be flipped: each belongs to its latent.")
        if not 0.0 <= self.adversarial_from <= 1.0:
            raise InvalidInput("The discriminator joins after a share of the run from 0 to 1.")
        if self.batch < 2:
            raise InvalidInput("A student needs batches of two pictures or more.")
        if self.config().resolution != self.resolution:
            raise InvalidInput(f"These widths make {self.config().resolution} px, not {self.resolution}.")

    def config(self) -> StyleGAN2Config | ProgressiveConfig:
        """Of the network that is taught."""
        raise NotImplementedError

    def dtype(self) -> torch.dtype:
        return DTYPES[self.precision]

    def as_dict(self) -> dict[str, Setting]:
        return asdict(self)

    def on_gpu(self) -> Self:
        """The larger run a GPU affords: 128 px, wider, longer, more pictures."""
        # In one step: a chain's widths make its resolution.
        return replace(
            self, resolution=128, z_dim=256, batch=64, total_images=6_000_000, pictures=200_000,
            ema_images=20_000.0, **self.wider(),
        )  # fmt: skip

    def wider(self) -> Mapping[str, Any]:  # Any: settings of one kind of recipe
        """Widths of the larger run, by name."""
        raise NotImplementedError


@dataclass(frozen=True)
class StudentRecipe(TaughtRecipe):
    """A StyleGAN2, whose mapping network tells pictures apart."""

    architecture: str = "student"
    mapping_rate: float = 30.0  # its weights move a hundredth of what they are told
    w_dim: int = 128
    mapping_layers: int = 4
    channel_base: int = 2048
    channel_max: int = 192

    def config(self) -> StyleGAN2Config:
        return StyleGAN2Config(
            resolution=self.resolution,
            z_dim=self.z_dim,
            w_dim=self.w_dim,
            mapping_layers=self.mapping_layers,
            channel_base=self.channel_base,
            channel_max=self.channel_max,
        )

    def wider(self) -> Mapping[str, Any]:  # Any: as above
        return {"w_dim": 256, "channel_base": 8192, "channel_max": 256}


@dataclass(frozen=True)
class ChainStudentRecipe(TaughtRecipe):
    """A chain of progressive growing's kind, whose two layers at 4 px tell pictures apart."""

    architecture: str = "chain-student"
    lessons: int = 4_000
    widths: str = "128,128,96,48,24"

    def config(self) -> ProgressiveConfig:
        return ProgressiveConfig(z_dim=self.z_dim, widths=self.widths)

    def wider(self) -> Mapping[str, Any]:  # Any: as above
        return {"widths": "512,512,256,128,64,32"}
