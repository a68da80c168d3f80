"""Recipes of chains that learn from a critic: progressive growing, and the residual networks of WGAN-GP."""

from dataclasses import asdict, dataclass, replace
from typing import Self

import torch

from wend.errors import InvalidInput
from wend.generators.progressive import ProgressiveConfig
from wend.generators.residual import ResidualConfig
from wend.training.recipe import DTYPES, Setting


@dataclass(frozen=True)
class CriticRecipe:
    """What both have in common: a Wasserstein loss, a gradient penalty, and an average of the weights.

    Source: Gulrajani et al., "Improved training of Wasserstein GANs", NIPS 2017, algorithm 1; Karras et al.,
    "Progressive growing of GANs", ICLR 2018, sections 2 and A.1.
    """

    architecture: str = ""
    data: str = "portraits"
    resolution: int = 64
    batch: int = 16
    total_images: int = 300_000  # real pictures that the critic is shown
    pictures: int = 30_000  # drawn from a world; a folder or zip uses all it holds
    mirror: bool = True
    lr: float = 1e-3
    beta2: float = 0.99  # of Adam, whose first moment has no memory
    penalty: float = 10.0  # weight of the distance of the critic's slope from 1
    drift: float = 1e-3  # weight of the critic's squared scores of real pictures, which nothing else holds
    critic_updates: int = 1  # for each of the generator
    first_side: int = 64  # where growth begins
    stage_images: int = 0  # at every side before the next one
    fade_images: int = 0  # over which the next one comes in
    ema_images: float = 8_000.0  # half-life of the averaged generator
    decay_from: float = 0.75  # share of the run after which learning rates fall to a fifth
    judge: str = ""  # none: a critic judges alone
    seed: int = 0
    precision: str = "bfloat16"
    z_dim: int = 128
    widths: str = "128,128,96,48,24"

    def __post_init__(self) -> None:
        if self.judge:
            raise InvalidInput("A critic takes no second judge.")
        if self.made_side != self.resolution:
            raise InvalidInput(
                f"The widths {self.widths} make {self.made_side} px, not {self.resolution}: "
                "there is one for each side from 4 px up."
            )
        halvings = self.resolution // max(1, self.first_side)
        if self.first_side * halvings != self.resolution or halvings & (halvings - 1) or self.first_side < 8:
            raise InvalidInput(f"Growth to {self.resolution} px cannot begin at {self.first_side} px.")
        if self.critic_updates < 1:
            raise InvalidInput("The critic needs at least one update for each of the generator.")

    @property
    def made_side(self) -> int:
        """What the widths make, in pixels."""
        side: int = 4 * 2 ** self.widths.count(",")
        return side

    def dtype(self) -> torch.dtype:
        return DTYPES[self.precision]

    def as_dict(self) -> dict[str, Setting]:
        return asdict(self)

    def on_gpu(self) -> Self:
        """The larger run a GPU affords: 128 px, wider, longer, more pictures."""
        return replace(
            self,
            resolution=128,
            widths="512,512,256,128,64,32",
            z_dim=256,
            first_side=self.first_side if self.stage_images else 128,
            batch=64,
            total_images=6_000_000,
            pictures=100_000,
            stage_images=self.stage_images and 600_000,
            fade_images=self.fade_images and 600_000,
            ema_images=20_000.0,
        )


@dataclass(frozen=True)
class ProgressiveRecipe(CriticRecipe):
    """A chain that grows from 16 px: one critic update a step, Adam at 1e-3 (section A.1)."""

    architecture: str = "progressive"
    first_side: int = 16
    stage_images: int = 40_000
    fade_images: int = 20_000

    def config(self) -> ProgressiveConfig:
        return ProgressiveConfig(z_dim=self.z_dim, widths=self.widths)


@dataclass(frozen=True)
class ResidualRecipe(CriticRecipe):
    """Residual blocks at full size from the start, five critic updates a step (algorithm 1, appendix F)."""

    architecture: str = "residual"
    lr: float = 2e-4
    beta2: float = 0.9
    drift: float = 0.0
    critic_updates: int = 5
    total_images: int = 400_000

    def config(self) -> ResidualConfig:
        return ResidualConfig(z_dim=self.z_dim, widths=self.widths)
