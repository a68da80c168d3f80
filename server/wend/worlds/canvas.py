"""Canvas: layers painted back to front give the picture, its label map and its line drawing at once."""

import torch
from torch import Tensor


class Canvas:
    """A picture being painted from signed distances.

    Lengths are half image sides: the picture spans [-1, 1] in x (right) and y (down). Edges are one
    pixel soft, so the picture is anti-aliased at any size and differentiable in every shape.
    """

    def __init__(self, count: int, size: int, like: Tensor) -> None:
        self.pixel = 2.0 / size
        axis = (torch.arange(size, device=like.device, dtype=like.dtype) + 0.5) * self.pixel - 1.0
        self.x = axis[None, None, :]
        self.y = axis[None, :, None]
        self.rgb = like.new_zeros(count, 3, size, size)
        self.labels = torch.zeros(count, size, size, dtype=torch.uint8, device=like.device)
        self.lines = like.new_zeros(count, size, size)
        # Thin strokes vanish below a pixel and a half; above 64 px they stay 2.2 % of the side.
        self.stroke = max(0.022, 1.5 * self.pixel)

    def cover(self, distance: Tensor) -> Tensor:
        """Share of each pixel inside a shape, [N, H, W] in 0..1."""
        return (0.5 - distance / self.pixel).clamp(0.0, 1.0)

    def paint(
        self,
        distance: Tensor,
        color: Tensor,
        label: int,
        opacity: Tensor | float = 1.0,
        is_drawn: bool = True,
        is_labelled: bool = True,
    ) -> None:
        """Lay one shape over the picture.

        distance [N, H, W]; color RGB, broadcastable to [N, 3, H, W]; opacity [N, 1, 1] or a number.
        `is_drawn`: the outline enters the line drawing, and what lies under the shape leaves it.
        """
        alpha = self.cover(distance) * opacity
        self.rgb = self.rgb + alpha[:, None] * (color - self.rgb)
        if is_labelled:
            self.labels = torch.where(alpha > 0.5, torch.full_like(self.labels, label), self.labels)
        if is_drawn:
            outline = ((self.stroke * 0.5 - distance.abs()) / self.pixel + 0.5).clamp(0.0, 1.0)
            self.lines = torch.maximum(self.lines * (1.0 - alpha), outline * opacity)
