"""Distance task: projections and channel weights that make a distance agree with changes of factors."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.imaging.pixels import to_images
from wend.measure.ranking import Triples
from wend.perception.distance import compare_maps
from wend.perception.residual_regressor import ResidualRegressor

_SHARPNESS = 2.0


class DistanceTask:
    """Logistic loss on the log ratio of two distances: the change of 1 sd must be the farther one.

    The rest of the regressor stays as it is. Source: the ranking loss of Zhang et al. 2018, section 3,
    with factor changes of known size in the place of people's judgements.
    """

    def __init__(self, network: ResidualRegressor, triples: Triples, batch: int) -> None:
        self.network: nn.Module = network
        network.requires_grad_(False)
        network.projections.requires_grad_(True)
        network.weights.requires_grad_(True)
        self._triples, self._size = triples, batch

    def batch(self, rng: torch.Generator) -> dict[str, Tensor]:
        """Base pictures with both changed ones."""
        index = torch.randint(len(self._triples), (self._size,), generator=rng)
        return {
            "images": to_images(self._triples.base[index]),
            "small": to_images(self._triples.small[index]),
            "large": to_images(self._triples.large[index]),
        }

    def losses(self, network: nn.Module, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        assert isinstance(network, ResidualRegressor)
        count = len(batch["images"])
        levels = network.maps(torch.cat([batch["images"], batch["small"], batch["large"]]))
        small = large = levels[0].new_zeros(count, dtype=torch.float32)
        for level, weights in zip(levels, network.channel_weights, strict=True):
            base, near, far = level.split(count)
            small = small + compare_maps(base, near, weights).mean(dim=(1, 2))
            large = large + compare_maps(base, far, weights).mean(dim=(1, 2))
        margin = torch.log(large + 1e-9) - torch.log(small + 1e-9)
        total = F.softplus(-_SHARPNESS * margin).mean() / _SHARPNESS
        return {"total": total, "ranked": (margin > 0).float().mean().detach()}
