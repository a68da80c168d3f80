"""Chain growth: a generator and a critic that work at a lower side first, where training costs a sixteenth.

Source: Karras et al., "Progressive Growing of GANs", ICLR 2018, section 2 and figure 2: every side has a
layer of its own to pictures and from them, and the next side fades in.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.layers import at_least_single
from wend.generators.progressive import SLOPE, EqualizedConv, ProgressiveConfig, ProgressiveNetwork
from wend.generators.progressive_discriminator import ProgressiveDiscriminator
from wend.training.growth import as_grown


@dataclass(frozen=True)
class Stage:
    """Where growth stands: pictures of `side` pixels, to which the last doubling adds `share`, 0..1."""

    side: int
    share: float = 1.0

    def shown(self, images: Tensor) -> Tensor:
        """Real pictures [N, 3, R, R] with the detail in training now, [N, 3, side, side]."""
        return as_grown(F.avg_pool2d(images, images.shape[-1] // self.side), self.share)


def stage_at(images_seen: int, sides: tuple[int, ...], stage_images: int, fade_images: int) -> Stage:
    """The stage after so many pictures: `stage_images` at each of `sides`, then a fade to the next one."""
    before = 0
    for index, side in enumerate(sides):
        fade = fade_images if index > 0 else 0
        if images_seen < before + fade:
            return Stage(side, (images_seen - before) / fade)
        before += fade + stage_images
        if images_seen < before:
            break
    return Stage(side)


class LowerEnds(nn.Module):
    """Layers to pictures and from them at every side below the last; no part of what is published."""

    def __init__(self, config: ProgressiveConfig, sides: tuple[int, ...]) -> None:
        super().__init__()
        places = {side: index for index, side in enumerate(_all_sides(config))}
        self.outputs = nn.ModuleDict(
            {
                str(side): EqualizedConv(config.channels[places[side]], config.image_channels, 1, gain=1.0)
                for side in sides[:-1]
            }
        )
        self.inputs = nn.ModuleDict(
            {
                str(side): EqualizedConv(config.image_channels, config.judge_channels[places[side]], 1)
                for side in sides[:-1]
            }
        )

    def draw(self, network: ProgressiveNetwork, z: Tensor, stage: Stage, dtype: torch.dtype) -> Tensor:
        """z [N, z_dim] -> pictures float32 [N, 3, side, side]."""
        last = 2 * _all_sides(network.config).index(stage.side) + 1
        x = network.begin(z, dtype)
        lower: Tensor | None = None
        for index in range(1, last + 1):
            if index == last - 1 and stage.share < 1.0:
                lower = self._picture(network, x, stage.side // 2)
            x = network.advance(index, x)
        image = self._picture(network, x, stage.side)
        if lower is None:
            return image
        return torch.lerp(F.interpolate(lower, scale_factor=2, mode="nearest"), image, stage.share)

    def judge(self, critic: ProgressiveDiscriminator, images: Tensor, stage: Stage) -> Tensor:
        """Pictures [N, 3, side, side] -> scores [N, 1]."""
        x = F.leaky_relu(self._features(critic, images, stage.side), SLOPE)
        if stage.share >= 1.0:
            return critic.judge(x, stage.side)
        lower = self._features(critic, F.avg_pool2d(images, 2), stage.side // 2)
        mixed = torch.lerp(F.leaky_relu(lower, SLOPE), critic.halved(x, stage.side), stage.share)
        return critic.judge(mixed, stage.side // 2)

    def _picture(self, network: ProgressiveNetwork, x: Tensor, side: int) -> Tensor:
        key = str(side)
        rgb: Tensor = network.picture(x) if key not in self.outputs else self.outputs[key](x)
        return at_least_single(rgb)

    def _features(self, critic: ProgressiveDiscriminator, images: Tensor, side: int) -> Tensor:
        key = str(side)
        found: Tensor = critic.input(images) if key not in self.inputs else self.inputs[key](images)
        return found


def _all_sides(config: ProgressiveConfig) -> tuple[int, ...]:
    return tuple(4 * 2**index for index in range(len(config.channels)))
