"""Line maps: pictures and pencil drawings as ink on paper, one channel, white 1 and ink -1.

Source: Wang, Bau and Zhu, ICCV 2021, released code: sketches in grey, resized, scaled to [-1, 1], not made
black and white.
"""

from typing import TYPE_CHECKING

from torch import Tensor

from wend.errors import InvalidShape
from wend.measure.line_score import f_scores
from wend.methods.sketch.fitted import square
from wend.methods.sketch.map_spec import MapSpec
from wend.methods.sketch.resolution import as_seen, seen_small
from wend.perception.network import LineNetwork

if TYPE_CHECKING:
    from wend.methods.sketch.extractor import Form


class LineMaps:
    """An extractor around any line network."""

    def __init__(self, lines: LineNetwork, spec: MapSpec) -> None:
        self._lines = lines
        self.size, self.kind, self.title, self._device, self.network, self.is_fallback = spec
        self.form: Form = "lines"
        self.names: tuple[str, ...] = ()
        self.channels = 1

    def maps(self, images: Tensor) -> Tensor:
        """Images [B, 3, S, S] -> [B, 1, S, S]."""
        return seen_small(images, lambda small: 1.0 - 2.0 * self._lines.draw(small))

    def drawings(self, images: Tensor) -> Tensor:
        """Ink on paper [B, 1, S, S]."""
        return self.maps(images)

    def to_maps(self, drawing: Tensor) -> Tensor:
        """A drawing [1, h, w] in [-1, 1] -> [1, S, S]. Raises: InvalidShape."""
        if drawing.ndim != 3 or drawing.shape[0] != 1:
            raise InvalidShape("drawing", "[1, H, W]", str(tuple(drawing.shape)))
        fitted = square(drawing.float()[None].to(self._device), self.size)
        return as_seen(fitted)[0].clamp(-1.0, 1.0)

    def score(self, maps: Tensor, others: Tensor) -> Tensor:
        """F-score of ink, at a tolerance of 1 pixel in 64, of maps of any one size: float32 [A, B]."""
        tolerance = max(1, round(maps.shape[-1] / 64))
        return f_scores((1.0 - others) / 2.0, (1.0 - maps) / 2.0, tolerance)
