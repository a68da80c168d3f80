"""Regressors: two small architectures that read every factor of a picture at once."""

from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.perception.factor_code import Config, FactorCode
from wend.perception.network import Attribute, Choice, Measurement
from wend.perception.sizes import check_images, resize

RESIDUAL_SIDE = 128
PLAIN_SIDE = 96
_STEM, _MIDDLE, _DEEP = 32, 64, 128
_CODE = 192


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
    """Pictures to features at 1/4, 1/8 and 1/16 of 128 px, and a code of 192 numbers.

    Pixels enter as 2 x 2 patches, so that nothing of 128 px is lost before the first convolution.
    """

    widths = (_STEM, _MIDDLE, _DEEP)

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(12, _STEM, 3, stride=2, padding=1)
        self.fine = Residual(_STEM)
        self.middle_in = nn.Conv2d(_STEM, _MIDDLE, 3, stride=2, padding=1)
        self.middle = nn.Sequential(Residual(_MIDDLE), Residual(_MIDDLE))
        self.deep_in = nn.Conv2d(_MIDDLE, _DEEP, 3, stride=2, padding=1)
        self.deep = nn.Sequential(Residual(_DEEP), Residual(_DEEP))
        self.squeeze = nn.Conv2d(_DEEP, 16, 1)
        self.code = nn.Linear(16 * (RESIDUAL_SIDE // 16) ** 2, _CODE)

    def maps(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Images [N, 3, H, W] to features [N, 32, 32, 32], [N, 64, 16, 16], [N, 128, 8, 8]."""
        x = F.pixel_unshuffle(resize(images, RESIDUAL_SIDE, RESIDUAL_SIDE), 2)
        fine: Tensor = self.fine(self.stem(x))
        middle: Tensor = self.middle(self.middle_in(F.silu(fine)))
        deep: Tensor = self.deep(self.deep_in(F.silu(middle)))
        return fine, middle, deep

    def encode(self, deep: Tensor) -> Tensor:
        """The deepest features to the code, float [N, 192]."""
        squeezed = F.silu(self.squeeze(F.silu(deep)))
        # Row-major in both memory formats, so that one weight fits whatever format comes.
        code: Tensor = self.code(squeezed.flatten(1))
        return F.silu(code)


class _Regressor(nn.Module):
    """What both share: the raw numbers decoded in float32, whatever precision made them."""

    def __init__(self, factor_code: FactorCode) -> None:
        super().__init__()
        self.factor_code = factor_code

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return self.factor_code.attributes

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.factor_code.choices

    def measure(self, images: Tensor) -> Measurement:
        """Images float32 [N, 3, H, W] in [-1, 1] to factors in their units. Raises: InvalidShape."""
        check_images(images)
        raw: Tensor = self(images)
        return self.factor_code.decode(raw.float())


class Regressor(Protocol):
    """A network with a factor code whose call gives raw numbers [N, factor_code.width]."""

    @property
    def factor_code(self) -> FactorCode: ...

    def __call__(self, images: Tensor) -> Tensor: ...


class ResidualRegressor(_Regressor):
    """Works at 128 px: about 110 M multiplications a picture, 1 M weights."""

    def __init__(self, factor_code: FactorCode) -> None:
        super().__init__(factor_code)
        self.trunk = ResidualTrunk()
        self.out = nn.Linear(_CODE, factor_code.width)

    def forward(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] to raw numbers [N, width]."""
        raw: Tensor = self.out(self.trunk.encode(self.trunk.maps(images)[-1]))
        return raw


class PlainRegressor(_Regressor):
    """Works at 96 px without shortcuts: patches of 3 x 3, six convolutions, ReLU; 75 M multiplications.

    Unlike the other one in size, depth, non-linearity and wiring, so that their mistakes differ.
    """

    def __init__(self, factor_code: FactorCode) -> None:
        super().__init__(factor_code)
        layers: list[nn.Module] = []
        for inputs, outputs, stride in ((27, 64, 1), (64, 96, 2), (96, 96, 1), (96, 128, 2), (128, 128, 1)):
            layers += [nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.Conv2d(128, 24, 1), nn.ReLU(), nn.Flatten())
        self.head = nn.Sequential(
            nn.Linear(24 * (PLAIN_SIDE // 12) ** 2, 256), nn.ReLU(), nn.Linear(256, factor_code.width)
        )
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] to raw numbers [N, width]."""
        raw: Tensor = self.head(self.body(F.pixel_unshuffle(resize(images, PLAIN_SIDE, PLAIN_SIDE), 3)))
        return raw


def build_residual(config: Config) -> ResidualRegressor:
    """From a card's configuration. Raises: InvalidInput."""
    return ResidualRegressor(FactorCode.from_config(config))


def build_plain(config: Config) -> PlainRegressor:
    """From a card's configuration. Raises: InvalidInput."""
    return PlainRegressor(FactorCode.from_config(config))
