"""Recipe: everything that fixes a training run, saved with it and printed on the model's card."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

import torch

from wend.errors import InvalidInput
from wend.generators.stylegan2 import StyleGAN2Config

Setting = bool | int | float | str

MOMENTS = 16.0
"""Weight at which moments pull on a generator about as hard as its second judge."""

DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}


@dataclass(frozen=True)
class GanRecipe:
    """A non-saturating GAN with R1, EMA, style mixing and coarse-to-fine growth.

    Source: StyleGAN2 (Karras et al. 2020) for loss, lazy R1 and EMA; Progressive GAN (Karras et al.
    2018) for growth; Projected GAN (Sauer et al. 2021) for the second judge. Learning rates and R1
    weight are those measured good on the bundled world.
    """

    data: str = "portraits"
    resolution: int = 64
    batch: int = 32
    total_images: int = 300_000
    pictures: int = 30_000  # drawn from a world; a folder or zip uses all it holds
    mirror: bool = True
    # At 2.5e-3 and more, all samples of a young generator share one pattern that turns and never settles.
    lr_generator: float = 1.5e-3
    lr_discriminator: float = 2e-3
    r1_gamma: float = 0.2
    r1_interval: int = 16  # steps between R1 steps, taken on half a batch
    ema_images: float = 8_000.0  # half-life of the averaged generator
    # Share of the run after which the last resolution learns per-layer noise. Earlier, a generator of
    # noise-free pictures draws eyes from noise instead of style (seen after 66 000 images, in b64.conv0).
    noise_from: float = 0.8
    style_mixing: float = 0.5  # probability that a sample mixes two latents
    coarse_images: int = 60_000  # images seen at half resolution first
    fade_images: int = 15_000  # images over which the last resolution fades in
    decay_from: float = 0.75  # share of the run after which learning rates fall to a fifth
    # Perception set whose label network is a second, projected judge; empty: none. It knows the parts of a
    # picture: glasses and noses that 240 000 images had not brought came within 20 000 more.
    judge: str = ""
    lr_judge: float = 2e-3
    judge_variety: bool = False  # the second judge also holds the pictures of a batch against each other
    # Weight of matching the mean and covariance of what the judge's second regressor reads; 0: not matched.
    # Without, 340 000 images left false bonds between factors (tilt and background 0.53) and few smiles.
    moments: float = 0.0
    seed: int = 0
    precision: str = "bfloat16"
    z_dim: int = 128
    w_dim: int = 128
    mapping_layers: int = 4
    channel_base: int = 2048
    channel_max: int = 192

    def __post_init__(self) -> None:
        if self.resolution < 16 or self.resolution & (self.resolution - 1):
            raise InvalidInput(f"The resolution must be a power of two from 16 up, not {self.resolution}.")

    def config(self) -> StyleGAN2Config:
        return StyleGAN2Config(
            resolution=self.resolution,
            z_dim=self.z_dim,
            w_dim=self.w_dim,
            mapping_layers=self.mapping_layers,
            channel_base=self.channel_base,
            channel_max=self.channel_max,
        )

    def dtype(self) -> torch.dtype:
        return DTYPES[self.precision]

    def as_dict(self) -> dict[str, Setting]:
        return asdict(self)

    def on_gpu(self) -> "GanRecipe":
        """The larger run a GPU affords: 128 px, wider, longer, more pictures."""
        return replace(
            self,
            resolution=128,
            channel_base=8192,
            channel_max=256,
            z_dim=256,
            w_dim=256,
            batch=64,
            total_images=6_000_000,
            pictures=100_000,
            coarse_images=400_000,
            fade_images=100_000,
            ema_images=20_000.0,
        )


class AnyRecipe(Protocol):
    """What can be written as a run's recipe.json."""

    def as_dict(self) -> Mapping[str, Setting]: ...


def write_recipe(path: Path, recipe: AnyRecipe) -> None:
    """Write beside, then rename; a recipe that is there already stays untouched."""
    text = json.dumps(recipe.as_dict(), indent=2) + "\n"
    if path.exists() and path.read_text() == text:
        return
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    partial.replace(path)
