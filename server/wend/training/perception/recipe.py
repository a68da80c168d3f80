"""Recipe: everything that fixes the training of a perception set, saved with the run and on the card."""

from dataclasses import asdict, dataclass

import torch

Setting = bool | int | float | str


@dataclass(frozen=True)
class PerceptionRecipe:
    """Five networks, one after another, on pictures of a world drawn once at 128 and at 64 px.

    Counts are of pictures seen. Measured on one core: drawing 200 a second at 64 px, training 200 to
    400 a second.
    """

    data: str = "portraits"
    large_pictures: int = 12_000
    small_pictures: int = 20_000
    large_size: int = 128
    small_size: int = 64
    residual_images: int = 330_000
    plain_images: int = 400_000
    point_images: int = 280_000
    unet_images: int = 110_000
    distance_triples: int = 2_000  # at the small size: a regressor reads both alike
    distance_epochs: int = 5
    batch: int = 16
    map_batch: int = 32
    lr: float = 1e-3
    map_lr: float = 1.5e-3
    weight_decay: float = 0.01
    warmup: float = 0.02  # share of a training in which the learning rate rises
    ema: float = 0.998
    seed: int = 0
    precision: str = "bfloat16"

    def dtype(self) -> torch.dtype:
        return {"bfloat16": torch.bfloat16, "float32": torch.float32}[self.precision]

    def as_dict(self) -> dict[str, Setting]:
        return asdict(self)
