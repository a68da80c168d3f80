"""The residual regressor: factors of a head, and features to compare pictures by, fitted on top."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.perception.alignment import Pose
from wend.perception.factor_code import Config, FactorCode
from wend.perception.regressor import GLANCE_SIDE, HeadRegressor
from wend.perception.sizes import check_images, resize

PROJECTED = (16, 32, 48, 64)


class Residual(nn.Module):
    """x + two 3 x 3 convolutions of x, the second begun near zero, so that no normalisation is needed.

    Source: Zhang et al. 2019 (Fixup), section 3. Batch statistics would blur exact measurements.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        with torch.no_grad():
            self.second.weight.mul_(0.1)

    def forward(self, x: Tensor) -> Tensor:
        inner: Tensor = self.second(F.silu(self.first(F.silu(x))))
        return x + inner


class ResidualTrunk(nn.Module):
    """Square pictures, in patches, to features at 32 x 32, 16 x 16 and 8 x 8 and a code."""

    widths = (32, 64, 96)

    def __init__(self, patch: int, kept: int, code: int) -> None:
        super().__init__()
        first, middle, deep = self.widths
        self.patch = patch
        self.stem = nn.Conv2d(3 * patch * patch, first, 3, padding=1)
        self.middle_in = nn.Conv2d(first, middle, 3, stride=2, padding=1)
        self.middle = Residual(middle)
        self.deep_in = nn.Conv2d(middle, deep, 3, stride=2, padding=1)
        self.deep = Residual(deep)
        self.squeeze = nn.Conv2d(deep, kept, 1)
        self.code = nn.Linear(kept * 8 * 8, code)

    def maps(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Images of 32 x patch pixels a side to features, finest first."""
        fine: Tensor = self.stem(F.pixel_unshuffle(images, self.patch))
        middle: Tensor = self.middle(self.middle_in(F.silu(fine)))
        deep: Tensor = self.deep(self.deep_in(F.silu(middle)))
        return fine, middle, deep

    def encode(self, deep: Tensor) -> Tensor:
        """The deepest features to the code, [N, code]."""
        code: Tensor = self.code(F.silu(self.squeeze(F.silu(deep))).flatten(1))
        return F.silu(code)


class ResidualRegressor(HeadRegressor):
    """Residual convolutions; the face at 96 px. About 90 M multiplications a picture, 1 M weights.

    As features it gives four maps: projections of its glance at 32 x 32, 16 x 16 and 8 x 8, and of its
    whole code at 1 x 1. A projection is a 1 x 1 convolution without bias, fitted together with the
    channel weights of the distance; what lies under it was taught by what the world varies.
    """

    side, reach = 96, 0.68
    glance_code, look_code = 128, 192

    def __init__(self, factor_code: FactorCode) -> None:
        super().__init__(factor_code)
        self.glance = ResidualTrunk(2, 16, self.glance_code)
        self.look = ResidualTrunk(3, 16, self.look_code)
        self.first = nn.Linear(self.glance_code, factor_code.width)
        self.second = nn.Linear(self.glance_code + self.look_code, factor_code.width)
        widths = (*ResidualTrunk.widths, self.glance_code + self.look_code)
        self.projections = nn.ModuleList(
            nn.Conv2d(a, b, 1, bias=False) for a, b in zip(widths, PROJECTED, strict=True)
        )
        self.weights = nn.ParameterList(nn.Parameter(torch.ones(width)) for width in PROJECTED)

    def stages(self, images: Tensor, pose: Pose | None = None) -> Sequence[Tensor]:
        """Images [N, 3, H, W] to raw numbers [N, width], twice."""
        first, code, _ = self._see(images, pose)
        return first, self.second(code)

    @property
    def channel_weights(self) -> Sequence[Tensor]:
        """Non-negative weights of the distance, [C_i] per map."""
        return [weight.abs() for weight in self.weights]

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        """Images float32 [N, 3, H, W] in [-1, 1] to [N, C_i, H_i, W_i] each. Raises: InvalidShape."""
        check_images(images)
        _, code, levels = self._see(images)
        whole = (*levels, code[:, :, None, None])
        return [project(level) for project, level in zip(self.projections, whole, strict=True)]

    def vector(self, images: Tensor) -> Tensor:
        """The code, float32 [N, 320]. Raises: InvalidShape."""
        check_images(images)
        return self._see(images)[1].float()

    def _see(self, images: Tensor, pose: Pose | None = None) -> tuple[Tensor, Tensor, Sequence[Tensor]]:
        """The first guess [N, width], the code of the whole and the face [N, 320], the glance's maps."""
        levels = self.glance.maps(resize(images, GLANCE_SIDE, GLANCE_SIDE))
        glance = self.glance.encode(levels[-1])
        first: Tensor = self.first(glance)
        look = self.look.encode(self.look.maps(self.face(images, first, pose))[-1])
        return first, torch.cat([glance, look], dim=1), levels


def build_residual(config: Config) -> ResidualRegressor:
    """From a card's configuration. Raises: InvalidInput."""
    return ResidualRegressor(FactorCode.from_config(config))
