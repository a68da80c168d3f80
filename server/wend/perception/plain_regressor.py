"""The plain regressor: factors of a head, by another architecture, so that it can judge the first."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from wend.perception.alignment import Pose
from wend.perception.factor_code import Config, FactorCode
from wend.perception.regressor import GLANCE_SIDE, HeadRegressor
from wend.perception.sizes import resize


class PlainRegressor(HeadRegressor):
    """Plain convolutions and ReLU; the face at 96 px, cut wider. About 70 M multiplications a picture.

    Unlike the other one in wiring, depth, non-linearity and crop, so that their mistakes differ; its
    second answer is built on the numbers of the first, not on its code. (Pooled, and with the face at
    64 px, it measured a smile half as well.)
    """

    side, reach = 96, 0.78

    def __init__(self, factor_code: FactorCode) -> None:
        super().__init__(factor_code)
        self.glance = nn.Sequential(
            nn.PixelUnshuffle(4), nn.Conv2d(48, 64, 3, padding=1), nn.ReLU(),
            nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 112, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(112, 12, 1), nn.ReLU(),
            nn.Flatten(), nn.Linear(12 * 64, 128), nn.ReLU(), nn.Linear(128, factor_code.width),
        )  # fmt: skip
        self.look = nn.Sequential(
            nn.PixelUnshuffle(3), nn.Conv2d(27, 48, 3, padding=1), nn.ReLU(),
            nn.Conv2d(48, 80, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(80, 80, 3, padding=1), nn.ReLU(),
            nn.Conv2d(80, 112, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(112, 24, 3, padding=1), nn.ReLU(), nn.Flatten(),
        )  # fmt: skip
        self.head = nn.Sequential(
            nn.Linear(24 * 64 + factor_code.width, 192), nn.ReLU(), nn.Linear(192, factor_code.width)
        )
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def stages(self, images: Tensor, pose: Pose | None = None) -> Sequence[Tensor]:
        """Images [N, 3, H, W] to raw numbers [N, width], twice."""
        first: Tensor = self.glance(resize(images, GLANCE_SIDE, GLANCE_SIDE))
        seen: Tensor = self.look(self.face(images, first, pose))
        second: Tensor = self.head(torch.cat([seen, first.detach().to(seen.dtype)], dim=1))
        return first, second


def build_plain(config: Config) -> PlainRegressor:
    """From a card's configuration. Raises: InvalidInput."""
    return PlainRegressor(FactorCode.from_config(config))
