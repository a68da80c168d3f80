"""Recipe of a class-conditional DCGAN for small pictures, digits above all."""

from dataclasses import asdict, dataclass, replace

from wend.errors import InvalidInput
from wend.generators.dcgan import DCGANConfig
from wend.training.recipe import Setting


@dataclass(frozen=True)
class DCGANRecipe:
    """Binary cross-entropy, the discriminator once, then the generator twice on the same batch.

    Source: the digit experiment of Jahanian, Chai and Isola 2020, whose rates and order of updates these
    are; its size and length are `on_gpu`'s. Ours are those one CPU core trains in minutes.
    """

    architecture: str = "dcgan"
    data: str = "digits"
    resolution: int = 28
    batch: int = 32
    total_images: int = 60_000
    pictures: int = 20_000  # drawn from a world
    mirror: bool = False  # a mirrored digit is none
    lr: float = 2e-4
    beta1: float = 0.5
    generator_updates: int = 2
    judge: str = ""  # none can judge digits
    seed: int = 0
    z_dim: int = 100
    dense: int = 256
    maps: int = 32
    discriminator_maps: int = 16
    image_channels: int = 1

    def __post_init__(self) -> None:
        if self.resolution < 8 or self.resolution % 4:
            raise InvalidInput(f"The resolution must be a multiple of 4 from 8 up, not {self.resolution}.")
        if self.generator_updates < 1:
            raise InvalidInput("The generator needs at least one update for each of the discriminator.")
        if self.judge:
            raise InvalidInput("A DCGAN takes no second judge.")

    def config(self, c_dim: int) -> DCGANConfig:
        return DCGANConfig(
            resolution=self.resolution,
            z_dim=self.z_dim,
            c_dim=c_dim,
            dense=self.dense,
            maps=self.maps,
            discriminator_maps=self.discriminator_maps,
            image_channels=self.image_channels,
        )

    def as_dict(self) -> dict[str, Setting]:
        return asdict(self)

    def on_gpu(self) -> "DCGANRecipe":
        """As published: 1024 wide, 128 and 64 maps, batch 64, 25 epochs of 70 000 pictures."""
        return replace(
            self,
            dense=1024,
            maps=128,
            discriminator_maps=64,
            batch=64,
            total_images=1_750_000,
            pictures=70_000,
        )
