"""Drift: what 'keep still' keeps of a picture, by drawing it without edits and without still masks."""

import torch
from torch import Tensor

from wend.documents.picture import Picture
from wend.engine.device import Device, Drawn
from wend.engine.request import DriftReport
from wend.imaging.mask import fit_mask

_STEPS = 127.5


def is_bent(picture: Picture) -> bool:
    """Whether a picture has edits that still masks may bend."""
    return any(mask.is_still for mask in picture.masks) and any(edit.alpha != 0.0 for edit in picture.edits)


def drift_of(device: Device, drawn: Drawn) -> DriftReport:
    """Two pictures more are drawn for it. Raises: ImageNotFound, and as `Device.draw_image`."""
    picture = drawn.request.picture
    assert device.images is not None, "a picture with still masks has been drawn"
    with torch.inference_mode():
        start = device.draw_image(picture.model_copy(update={"edits": (), "masks": ()})).clamp(-1.0, 1.0)
        plain = device.draw_image(picture.model_copy(update={"masks": ()})).clamp(-1.0, 1.0)
        size = (int(start.shape[-2]), int(start.shape[-1]))
        still = [fit_mask(device.images.mask(m.image), *size) for m in picture.masks if m.is_still]
        mask = torch.stack(still).amax(dim=0).to(start)
        shown = drawn.image.clamp(-1.0, 1.0)
        return DriftReport(
            drawn.request.key,
            drawn.request.revision,
            _mean(shown - start, mask),
            _mean(plain - start, mask),
            _mean(shown - start, 1.0 - mask),
            _mean(plain - start, 1.0 - mask),
            is_busy=drawn.pending is not None,
        )


def _mean(change: Tensor, weights: Tensor) -> float:
    """Mean absolute change a pixel [1, 3, H, W] under weights [H, W], in 8-bit steps; 0 without weights."""
    total = float(weights.sum())
    return float((change.abs().mean(dim=1)[0] * weights).sum()) * _STEPS / total if total > 0.0 else 0.0
