"""Label maps: pictures and painted label maps as colours, one for every label.

The discriminator reads three channels; a colour for each label, in the expectation over what the network
takes a pixel for, keeps the map differentiable and lets a discriminator of pictures read it unchanged.
Source of the idea that F may be any such network: Wang, Bau and Zhu, ICCV 2021, section 5.
"""

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from wend.errors import InvalidInput, InvalidShape
from wend.imaging.label_map import label_colors
from wend.methods.sketch.fitted import square_of_labels
from wend.methods.sketch.map_spec import MapSpec
from wend.methods.sketch.resolution import as_seen, seen_small
from wend.perception.network import LabelNetwork

if TYPE_CHECKING:
    from wend.methods.sketch.extractor import Form

_SHARPNESS = 2.0
"""Of the network's logits: painted maps know no doubt."""


class LabelMaps:
    """An extractor around any label network."""

    def __init__(self, labels: LabelNetwork, spec: MapSpec) -> None:
        self._labels = labels
        self.size, self.kind, self.title, self._device, self.network, self.is_fallback = spec
        self.form: Form = "labels"
        self.names = labels.labels
        self.channels = 3
        self.colors = label_colors(len(self.names))

    def maps(self, images: Tensor) -> Tensor:
        """Images [B, 3, S, S] -> expected colours [B, 3, S, S]."""
        return seen_small(images, self._look)

    def _look(self, images: Tensor) -> Tensor:
        return self._colored((_SHARPNESS * self._labels.logits(images)).softmax(dim=1))

    def _colored(self, shares: Tensor) -> Tensor:
        return torch.einsum("nkhw,kc->nchw", shares, self.colors.to(shares.device))

    def drawings(self, images: Tensor) -> Tensor:
        """The likeliest label of every pixel, int64 [B, S, S]."""
        return self._labels.logits(images).argmax(dim=1)

    def to_maps(self, drawing: Tensor) -> Tensor:
        """Labels, whole numbers [h, w] -> [3, S, S]. Raises: InvalidShape, InvalidInput."""
        if drawing.ndim != 2:
            raise InvalidShape("drawing", "[H, W]", str(tuple(drawing.shape)))
        if drawing.is_floating_point() or int(drawing.min()) < 0 or int(drawing.max()) >= len(self.names):
            raise InvalidInput(f"A painted map holds labels 0 to {len(self.names) - 1}.")
        shares = square_of_labels(drawing.to(self._device), self.size, len(self.names))
        return as_seen(self._colored(shares[None]))[0].clamp(-1.0, 1.0)

    def labels_of(self, maps: Tensor) -> Tensor:
        """The label with the nearest colour at every pixel of maps [N, 3, S, S]: int64 [N, S, S]."""
        nearest = torch.full_like(maps[:, 0], torch.inf)
        labels = torch.zeros_like(nearest, dtype=torch.int64)
        for label, color in enumerate(self.colors.to(maps.device)):
            far = (maps - color[None, :, None, None]).square().sum(1)
            labels[far < nearest] = label
            nearest = torch.minimum(nearest, far)
        return labels

    def score(self, maps: Tensor, others: Tensor) -> Tensor:
        """Mean over labels that either map holds of shared over joint area: float32 [A, B].

        Source: Everingham et al. 2010, section 4.2 (intersection over union), of a pair of maps.
        """
        a, b = self.labels_of(maps).flatten(1), self.labels_of(others).flatten(1)
        total = torch.zeros(len(a), len(b), device=maps.device)
        counted = torch.zeros_like(total)
        for label in range(len(self.names)):
            own, other = (a == label).float(), (b == label).float()
            shared = own @ other.T
            joint = own.sum(1)[:, None] + other.sum(1)[None] - shared
            total += torch.where(joint > 0, shared / joint.clamp_min(1.0), 0.0)
            counted += (joint > 0).float()
        return total / counted.clamp_min(1.0)
