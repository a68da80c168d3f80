"""Overlays: the maps that lie over a picture, as samples of 8 bits."""

from dataclasses import dataclass
from typing import assert_never

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.engine.eyes import MAX_LABELS, Vision
from wend.engine.request import Overlay, RenderRequest
from wend.imaging.pixels import to_uint8

Samples = NDArray[np.uint8]


@dataclass(frozen=True)
class DrawnOverlay:
    """A map ready to be compressed. samples: uint8 [H, W]."""

    request: RenderRequest
    overlay: Overlay
    samples: Samples
    ms: float


def overlay_samples(vision: Vision, overlay: Overlay, image: Tensor, start: Tensor) -> Samples:
    """The map over an image, uint8 [H, W] on the host; what they mean: see OverlayResult.

    image, start: float32 [1, 3, H, W] on the device, the picture and itself without edits; the vision has
    the network that the overlay needs.
    """
    match overlay:
        case "labels":
            assert vision.labels is not None
            found = vision.labels.logits(image.clamp(-1.0, 1.0)).argmax(1)
            samples = found.clamp_max(MAX_LABELS - 1).to(torch.uint8)
        case "lines":
            assert vision.lines is not None
            ink = vision.lines.draw(image.clamp(-1.0, 1.0))[:, 0]
            samples = ink.clamp(0.0, 1.0).mul(255.0).round().to(torch.uint8)
        case "difference":
            steps = to_uint8(image).short() - to_uint8(start).short()
            samples = steps.abs().float().mean(-1).round().to(torch.uint8)
        case _:
            assert_never(overlay)
    host: Samples = samples[0].cpu().numpy()
    return host
