"""Recipe of a class-conditional run: a small BigGAN-deep."""

from dataclasses import asdict, dataclass, replace

import torch

from wend.errors import InvalidInput
from wend.generators.biggan import BigGANConfig
from wend.training.recipe import DTYPES, Setting


@dataclass(frozen=True)
class ConditionalRecipe:
    """A class-conditional GAN: hinge loss, spectral norm, projection on the class, EMA.

    Source: Brock et al. 2019 (BigGAN-deep), with learning rates scaled to a small batch and a network
    that one CPU core can train.
    """

    architecture: str = "biggan"
    data: str = "portraits-cast"
    resolution: int = 64
    batch: int = 16
    total_images: int = 100_000
    pictures: int = 20_000  # drawn from a world
    mirror: bool = False  # an eyepatch has a side
    lr_generator: float = 4e-4
    lr_discriminator: float = 4e-4
    loss: str = "hinge"  # or logistic, the non-saturating one
    spectral_norm: bool = True
    # Classes come in pairs, which the discriminator compares. Without, a class soon has one face: after
    # 33 000 images, a fifth of the world's spread of position, and one colour of eyes.
    in_pairs: bool = True
    r1_gamma: float = 0.0  # 0: no R1
    r1_interval: int = 16  # steps between R1 steps, taken on half a batch
    ema_images: float = 5_000.0  # half-life of the averaged generator
    decay_from: float = 0.75  # share of the run after which learning rates fall to a fifth
    judge: str = ""  # perception set whose label network is a second, projected judge; empty: none
    lr_judge: float = 2e-3
    seed: int = 0
    precision: str = "bfloat16"
    z_dim: int = 64
    embed_dim: int = 32
    widths: str = "8,8,4,2,1"
    channel_width: int = 24
    discriminator_width: int = 24
    attention_resolution: int = 16

    def __post_init__(self) -> None:
        if self.loss not in ("hinge", "logistic"):
            raise InvalidInput(f"The loss must be hinge or logistic, not {self.loss}.")
        if self.batch < 2 or self.batch % 2:
            raise InvalidInput(f"The batch must be even, not {self.batch}: classes come in pairs.")
        made = self.config(1).resolution
        if made != self.resolution:
            raise InvalidInput(f"The widths {self.widths} make {made} px, not {self.resolution}.")

    def config(self, c_dim: int) -> BigGANConfig:
        return BigGANConfig(
            widths=self.widths,
            channel_width=self.channel_width,
            z_dim=self.z_dim,
            embed_dim=self.embed_dim,
            c_dim=c_dim,
            attention_resolution=self.attention_resolution,
            discriminator_width=self.discriminator_width,
        )

    def dtype(self) -> torch.dtype:
        return DTYPES[self.precision]

    def as_dict(self) -> dict[str, Setting]:
        return asdict(self)

    def on_gpu(self) -> "ConditionalRecipe":
        """The larger run a GPU affords: wider, longer, a larger batch, more pictures."""
        return replace(
            self,
            channel_width=64,
            discriminator_width=64,
            z_dim=128,
            embed_dim=128,
            batch=128,
            total_images=6_000_000,
            pictures=100_000,
            ema_images=20_000.0,
        )
