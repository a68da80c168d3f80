"""Recipe of a beta-VAE of small pictures, the classical sprites above all."""

from dataclasses import asdict, dataclass

from wend.errors import InvalidInput
from wend.generators.vae import VAEConfig
from wend.training.recipe import Setting


@dataclass(frozen=True)
class VAERecipe:
    """The convolutional VAE with a Bernoulli decoder: nats of a picture's pixels plus beta times the KL.

    Sources: Higgins et al. 2017, "beta-VAE", for the loss; Burgess et al. 2018, appendix A, for the network
    (four convolutions of 32, two dense layers of 256, 10 latents). beta counts as in the former before any
    scaling: both terms are sums over a picture, in nats. The weight of the KL is the same from the first
    step, Adam's rate from first to last. Batch and rate are those with which a short run learns most.
    """

    architecture: str = "vae"
    data: str = "sprites"
    resolution: int = 64
    batch: int = 16
    total_images: int = 80_000
    pictures: int = 20_000  # drawn from a world, kept as one channel where the network reads one
    mirror: bool = False  # the world's law is even-handed without
    beta: float = 4.0
    lr: float = 1e-3
    judge: str = ""  # none can judge sprites
    seed: int = 0
    z_dim: int = 10
    channels: int = 32
    hidden: int = 256
    image_channels: int = 1

    def __post_init__(self) -> None:
        if not 0.0 <= self.beta <= 1000.0:
            raise InvalidInput(f"beta must lie between 0 and 1000, not {self.beta:g}.")
        if self.judge:
            raise InvalidInput("A VAE takes no second judge.")
        try:
            self.config()
        except ValueError as error:
            raise InvalidInput(f"Such a VAE cannot be built: {error}.") from error

    def config(self) -> VAEConfig:
        return VAEConfig(
            resolution=self.resolution,
            z_dim=self.z_dim,
            image_channels=self.image_channels,
            channels=self.channels,
            hidden=self.hidden,
        )

    def as_dict(self) -> dict[str, Setting]:
        return asdict(self)

    def on_gpu(self) -> "VAERecipe":
        """The same: it is small, and one recipe for all machines keeps betas comparable."""
        return self
