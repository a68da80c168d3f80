"""Preprocessing: what a network of elsewhere was trained to see, made from images in [-1, 1]."""

from dataclasses import dataclass

from torch import Tensor

from wend.perception.sizes import resize


@dataclass(frozen=True)
class Preprocess:
    """size: side in pixels it is resized to (None: as it comes); mean and sd: of RGB in 0..1."""

    size: int | None = None
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    sd: tuple[float, float, float] = (0.5, 0.5, 0.5)

    def apply(self, images: Tensor) -> Tensor:
        """Images float32 [N, 3, H, W] in [-1, 1] to what the network sees. Differentiable."""
        mean = images.new_tensor(self.mean).view(1, 3, 1, 1)
        sd = images.new_tensor(self.sd).view(1, 3, 1, 1)
        seen = (0.5 * images + 0.5 - mean) / sd
        return seen if self.size is None else resize(seen, self.size, self.size)
