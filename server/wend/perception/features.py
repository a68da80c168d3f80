"""Features to compare pictures by: the trunk of a regressor, seen through fitted projections."""

from collections.abc import Sequence

from torch import Tensor, nn

from wend.perception.regressor import ResidualTrunk
from wend.perception.sizes import check_images

PROJECTED = (16, 32, 64, 64)


class RegressorFeatures(nn.Module):
    """Four maps: projections of the trunk's at 32 x 32, 16 x 16 and 8 x 8, and of its code at 1 x 1.

    A projection is a 1 x 1 convolution without bias, fitted together with the channel weights of the
    distance; the trunk is a trained regressor's, so that what it sees is what the world varies.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = ResidualTrunk()
        widths = (*ResidualTrunk.widths, self.trunk.code.out_features)
        self.projections = nn.ModuleList(
            nn.Conv2d(a, b, 1, bias=False) for a, b in zip(widths, PROJECTED, strict=True)
        )
        self.weights = nn.ParameterList(
            nn.Parameter(p.weight.new_ones(p.out_channels)) for p in self._layers()
        )

    def _layers(self) -> list[nn.Conv2d]:
        return [p for p in self.projections if isinstance(p, nn.Conv2d)]

    @property
    def channel_weights(self) -> Sequence[Tensor]:
        """Non-negative weights of the distance, [C_i] per map."""
        return [weight.abs() for weight in self.weights]

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        """Images float32 [N, 3, H, W] in [-1, 1] to [N, C_i, H_i, W_i] each. Raises: InvalidShape."""
        check_images(images)
        plain = self.trunk.maps(images)
        levels = (*plain, self.trunk.encode(plain[-1])[:, :, None, None])
        return [project(level) for project, level in zip(self.projections, levels, strict=True)]

    def vector(self, images: Tensor) -> Tensor:
        """The trunk's code, float32 [N, 192]. Raises: InvalidShape."""
        check_images(images)
        return self.trunk.encode(self.trunk.maps(images)[-1]).float()


def build_features() -> RegressorFeatures:
    """The one layout there is."""
    return RegressorFeatures()
