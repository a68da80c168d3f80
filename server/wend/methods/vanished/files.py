"""Vanished files: what has vanished of a photo, as data and as pictures with one key."""

from pathlib import Path

import numpy as np
from torch import Tensor

from wend.imaging.codec import encode
from wend.imaging.label_map import label_images
from wend.imaging.pixels import to_uint8
from wend.measure.export import Plain, to_dict, to_json
from wend.methods.vanished.labels import Vanished

VANISHED_FILE = "vanished.json"
MAPS = ("photo-labels.png", "found-labels.png")


def as_plain(vanished: Vanished) -> dict[str, Plain]:
    """`vanished.json`: areas in percent, `relative` -1 for what is gone and null for what was not there."""
    return to_dict(
        {
            "lack": vanished.lack or None,
            "segmenter": vanished.segmenter,
            "agreement": vanished.agreement,
            "gone": vanished.gone,
            "classes": [
                {
                    "name": row.name,
                    "photo": row.photo,
                    "found": row.found,
                    "points": row.points,
                    "relative": row.relative,
                    "color": row.color,
                    "has_vanished": row.has_vanished,
                }
                for row in vanished.classes
            ],
        }
    )


def map_images(vanished: Vanished) -> Tensor | None:
    """Both label maps in the colours of the key, float32 [2, 3, H, W] in [-1, 1]."""
    return None if vanished.maps is None else label_images(vanished.maps, len(vanished.names))


def write_vanished(folder: Path, vanished: Vanished) -> None:
    """`vanished.json`, and the two maps where there are any."""
    (folder / VANISHED_FILE).write_text(to_json(as_plain(vanished)) + "\n", encoding="utf-8")
    images = map_images(vanished)
    if images is not None:
        for name, pixels in zip(MAPS, np.asarray(to_uint8(images)), strict=True):
            (folder / name).write_bytes(encode(pixels, "png"))
