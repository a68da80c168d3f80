"""Part masks: masks of a portrait's parts, drawn by a label network as a person would paint them."""

from collections.abc import Mapping
from types import MappingProxyType

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidInput
from wend.perception.network import LabelNetwork

PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mouth": ("lips", "mouth", "teeth"),
        "eyes": ("eye", "iris"),
        "hair": ("hair", "hat"),
        "chin": ("lips", "mouth", "teeth", "beard", "neck"),
        "background": ("background",),
    }
)
"""Labels of the portraits' world that people paint as one."""
_GROW = 1.0 / 32.0
"""Share of the side that a mask is grown by: what changes needs room, and no hand paints to the pixel."""


def part_mask(network: LabelNetwork, image: Tensor, part: str) -> Tensor:
    """A soft mask float32 [H, W] in 0..1 of a part of one image [1, 3, H, W], on the image's device.

    Raises: InvalidInput for a part that has no name here, that the network does not know, or that the
    picture does not show.
    """
    if part not in PARTS:
        raise InvalidInput(f"There is no part {part!r}; there are {', '.join(PARTS)}.")
    wanted = [index for index, name in enumerate(network.labels) if name in PARTS[part]]
    with torch.no_grad():
        labels = network.logits(image.clamp(-1.0, 1.0)).argmax(dim=1)
    hard = torch.isin(labels, torch.tensor(wanted, device=labels.device)).float()[:, None]
    if not wanted or float(hard.sum()) < 2.0:
        raise InvalidInput(f"This picture shows no {part} that the label network can see.")
    grown = max(1, round(_GROW * max(image.shape[2:])))
    hard = F.max_pool2d(hard, 2 * grown + 1, 1, grown)
    return F.avg_pool2d(hard, 3, 1, 1)[0, 0]


def bounds(mask: Tensor) -> tuple[int, int, int, int]:
    """(top, bottom, left, right) of the least rectangle around what is more in than out."""
    rows = (mask >= 0.5).any(dim=1).nonzero().flatten()
    columns = (mask >= 0.5).any(dim=0).nonzero().flatten()
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
