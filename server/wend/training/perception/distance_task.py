"""Distance task: projections and channel weights that make a distance agree with changes of factors."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.imaging.pixels import to_images
from wend.measure.ranking import Triples
from wend.perception.distance import compare_maps
from wend.perception.features import RegressorFeatures
from wend.perception.regressor import ResidualTrunk

_SHARPNESS = 2.0


class DistanceTask:
    """Logistic loss on the log ratio of two distances: the change of 1 sd must be the farther one.

    The trunk stays as its regressor left it. Source: the ranking loss of Zhang et al. 2018, section 3,
    with factor changes of known size in the place of people's judgements.
    """

    def __init__(self, network: nn.Module, triples: Triples, batch: int) -> None:
        self.network = network
        self._triples, self._size = triples, batch

    @staticmethod
    def build(trunk: ResidualTrunk) -> RegressorFeatures:
        """Fresh projections on a trained trunk that stays as it is."""
        features = RegressorFeatures()
        features.trunk.load_state_dict(trunk.state_dict())
        features.trunk.requires_grad_(False)
        return features

    def batch(self, rng: torch.Generator) -> dict[str, Tensor]:
        """Base pictures with both changed ones."""
        index = torch.randint(len(self._triples), (self._size,), generator=rng)
        return {
            "images": to_images(self._triples.base[index]),
            "small": to_images(self._triples.small[index]),
            "large": to_images(self._triples.large[index]),
        }

    def losses(self, network: nn.Module, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        assert isinstance(network, RegressorFeatures)
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
