"""Map spec: what every extractor is told of its maps and itself."""

from typing import TYPE_CHECKING, NamedTuple

import torch

if TYPE_CHECKING:
    from wend.methods.sketch.extractor import ExtractorKind


class MapSpec(NamedTuple):
    """size: side of all maps in pixels; network: set and name on the shelf of networks, empty for one of no
    file; is_fallback: it marks edges, not what a person would draw; device: where maps are made."""

    size: int
    kind: "ExtractorKind"
    title: str
    device: torch.device
    network: str = ""
    is_fallback: bool = False
