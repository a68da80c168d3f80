"""Labels: which classes of a picture cover less of the nearest one that a generator has.

Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, section 4.3 and figure 6: photo, its
reconstruction, and the segmentation of each with one key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from wend.imaging.label_map import label_colors

LEAST_SHARE = 4.0 / 64**2
"""Of a picture, below which a class is not held to be on it: four pixels of 64 x 64, as in a survey."""
_SHOWN = 3


@dataclass(frozen=True)
class ClassLoss:
    """One class. photo, found: its area in percent of the picture; color: of the key, "#rrggbb"."""

    name: str
    photo: float
    found: float
    color: str

    @property
    def points(self) -> float:
        """Found less photo, in percentage points."""
        return self.found - self.photo

    @property
    def relative(self) -> float | None:
        """Of the area on the photo: -1 for what is gone, None for what was not there."""
        return None if self.photo <= 0.0 else self.points / self.photo

    @property
    def has_vanished(self) -> bool:
        """Whether it is on the photo and no longer on the picture."""
        return self.photo >= 100.0 * LEAST_SHARE > self.found


@dataclass(frozen=True)
class Vanished:
    """A photo beside what was found. maps: int16 [2, H, W], labels of both; segmenter: who told; names: of
    the labels. lack: why there are none, as a sentence; everything else is empty then.
    """

    maps: Tensor | None
    names: tuple[str, ...]
    segmenter: str
    lack: str = ""

    @cached_property
    def classes(self) -> tuple[ClassLoss, ...]:
        """Those that are on either picture, by how much area they lost, the most first."""
        if self.maps is None:
            return ()
        count = len(self.names)
        photo, found = (torch.bincount(each.flatten().long(), minlength=count) for each in self.maps)
        size = self.maps[0].numel()
        rows = [
            ClassLoss(name, 100.0 * int(a) / size, 100.0 * int(b) / size, color)
            for name, a, b, color in zip(self.names, photo, found, colors(count), strict=True)
            if int(a) + int(b) > 0
        ]
        return tuple(sorted(rows, key=lambda row: (row.points, row.name)))

    @property
    def agreement(self) -> float | None:
        """Share of pixels with the same label on both, 0..1."""
        if self.maps is None:
            return None
        return (self.maps[0] == self.maps[1]).float().mean().item()

    @property
    def gone(self) -> tuple[str, ...]:
        """Classes that were there and are not any more, the largest first."""
        return tuple(row.name for row in self.classes if row.has_vanished)

    @property
    def facts(self) -> dict[str, str]:
        """What a job tells of it in short."""
        if self.lack:
            return {}
        fell = [row for row in self.classes if row.points < 0.0 and row.photo >= 100.0 * LEAST_SHARE]
        told = ", ".join(f"{row.name} {row.photo:.1f} → {row.found:.1f} %" for row in fell[:_SHOWN])
        gone = ", ".join(self.gone) or "no class"
        return {"vanished": gone, "fell most": told or "nothing"}


def colors(count: int) -> Sequence[str]:
    """The key: a colour for each label, the same on every map."""
    told = ((label_colors(count) + 1.0) * 127.5).round().int().tolist()
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in told]
