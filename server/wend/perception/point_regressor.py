"""The point regressor: factors of a head, told by where things are seen, so that it can judge the others."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.perception.alignment import Pose, cut_out
from wend.perception.factor_code import Config, FactorCode
from wend.perception.regressor import GLANCE_SIDE, HeadRegressor
from wend.perception.residual_regressor import Residual
from wend.perception.sizes import resize

POINTS = 48


def mean_places(logits: Tensor) -> Tensor:
    """Logits [N, K, H, W] to where each map's mass lies, [N, 2 K]: x of all, then y, in -1..1.

    Source: Levine et al. 2016 (end-to-end training of deep visuomotor policies), section 5.2.
    """
    height, width = logits.shape[-2:]
    mass = logits.float().flatten(2).softmax(dim=2).unflatten(2, (height, width))
    x = (torch.arange(width, device=logits.device) + 0.5) * (2.0 / width) - 1.0
    y = (torch.arange(height, device=logits.device) + 0.5) * (2.0 / height) - 1.0
    return torch.cat([mass.sum(dim=2) @ x, mass.sum(dim=3) @ y], dim=1)


class PointTrunk(nn.Module):
    """Squares of 32 x patch pixels to places of POINTS things, and a code of what they look like."""

    widths = (48, 80, 96)
    kept, code_width = 16, 160

    def __init__(self, patch: int) -> None:
        super().__init__()
        fine, middle, deep = self.widths
        self.patch = patch
        self.stem = nn.Conv2d(3 * patch * patch, fine, 3, padding=1)
        self.middle_in = nn.Conv2d(fine, middle, 3, stride=2, padding=1)
        self.middle = Residual(middle)
        self.deep_in = nn.Conv2d(middle, deep, 3, stride=2, padding=1)
        self.deep = nn.Sequential(Residual(deep), Residual(deep))
        self.points = nn.ModuleList(nn.Conv2d(width, POINTS, 1) for width in (middle, deep))
        self.squeeze = nn.Conv2d(deep, self.kept, 1)
        self.code = nn.Linear(self.kept * 8 * 8, self.code_width)

    @property
    def width(self) -> int:
        return 2 * POINTS + self.code_width

    def forward(self, images: Tensor) -> Tensor:
        """Images [N, 3, S, S] to places and code, [N, width]."""
        fine = F.silu(self.stem(F.pixel_unshuffle(images, self.patch)))
        middle = F.silu(self.middle(self.middle_in(fine)))
        deep = F.silu(self.deep(self.deep_in(middle)))
        near, far = self.points
        logits = near(middle) + F.interpolate(far(deep), scale_factor=2, mode="bilinear")
        code: Tensor = F.silu(self.code(F.silu(self.squeeze(deep)).flatten(1)))
        return torch.cat([mean_places(logits), code.float()], dim=1)


class PointRegressor(HeadRegressor):
    """Places of things first; the face at 96 px, cut widest. About 120 M multiplications a picture.

    Unlike the others it is told where the face was cut out, so that what it sees there corrects that place
    exactly; it is taught on pictures smeared and blotched as generators draw them (`augment.disturb`).
    """

    side, reach = 96, 0.9

    def __init__(self, factor_code: FactorCode) -> None:
        super().__init__(factor_code)
        self.glance, self.look = PointTrunk(2), PointTrunk(3)
        self.first = nn.Linear(self.glance.width, factor_code.width)
        inner = self.look.width + factor_code.width + 4
        self.second = nn.Sequential(nn.Linear(inner, 224), nn.SiLU(), nn.Linear(224, factor_code.width))

    def stages(self, images: Tensor, pose: Pose | None = None) -> Sequence[Tensor]:
        """Images [N, 3, H, W] to raw numbers [N, width], twice."""
        first: Tensor = self.first(self.glance(resize(images, GLANCE_SIDE, GLANCE_SIDE)))
        place = self.place(first, pose)
        seen: Tensor = self.look(cut_out(images, place, self.side, self.reach))
        numbers = [10.0 * place.x, 10.0 * place.y, 10.0 * (place.scale - 1.0), 0.1 * place.tilt]
        told = torch.stack(numbers, dim=1).to(seen.dtype)
        second: Tensor = self.second(torch.cat([seen, first.detach().to(seen.dtype), told], dim=1))
        return first, second


def build_point(config: Config) -> PointRegressor:
    """From a card's configuration. Raises: InvalidInput."""
    return PointRegressor(FactorCode.from_config(config))
