"""Class task: a network that learns which class of its world a picture is of."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.training.dataset import ImageDataset
from wend.training.perception.augment import GROUP, degrade, draw_shift, shift


class ClassTask:
    """Cross entropy on pictures that are shifted and degraded as generators and files do."""

    def __init__(self, network: nn.Module, dataset: ImageDataset, batch: int) -> None:
        self.network = network
        self._dataset, self._size = dataset, batch

    def batch(self, rng: torch.Generator) -> dict[str, Tensor]:
        """Images float32 [N, 3, S, S] and their classes int64 [N]."""
        images, classes = self._dataset.labelled_batch(self._size, rng)
        size = images.shape[-1]
        moved = [shift(group, *draw_shift(size, rng)) for group in images.split(GROUP)]
        return {"images": degrade(torch.cat(moved), rng), "classes": classes}

    def losses(self, network: nn.Module, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        logits = network(batch["images"]).float()
        right = (logits.argmax(dim=1) == batch["classes"]).float().mean()
        return {"total": F.cross_entropy(logits, batch["classes"]), "right": right.detach()}
