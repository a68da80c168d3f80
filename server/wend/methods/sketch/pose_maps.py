"""Pose maps: where head, eyes and mouth are, as a spot of its own colour for each.

Source: heat maps of points as Xiao, Wu and Wei 2018 (Simple Baselines for Human Pose Estimation), section 2;
positions by the soft arg-max of Sun et al. 2018, equation 4, here over the areas of labels.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from wend.errors import InvalidShape
from wend.imaging.label_map import label_colors
from wend.methods.sketch.map_spec import MapSpec
from wend.methods.sketch.resolution import halved
from wend.perception.network import LabelNetwork

if TYPE_CHECKING:
    from wend.methods.sketch.extractor import Form

POSE_POINTS = ("head", "left eye", "right eye", "mouth")
"""Left and right as seen by whoever looks at the picture."""
_HEAD = (
    "face", "ear", "beard", "brow", "eye", "iris", "nose", "lips", "mouth", "teeth", "glasses", "eyepatch",
)  # fmt: skip
_EYES = ("eye", "iris", "eyepatch")
_MOUTH = ("lips", "mouth", "teeth")
_SPREAD = 0.05
"""Standard deviation of a spot, in shares of the side."""
_SHARPNESS = 4.0
_TINY = 1e-6


class PoseMaps:
    """An extractor around anything that finds points."""

    def __init__(self, locate: Callable[[Tensor], Tensor], names: tuple[str, ...], spec: MapSpec) -> None:
        """locate: images [N, 3, S, S] to points [N, P, 2], (x, y) in shares of the side; differentiable."""
        self._locate = locate
        self.size, self.kind, self.title, self._device, self.network, self.is_fallback = spec
        self.form: Form = "pose"
        self.names = names
        self.channels = 3
        # The first colour of a label map is a ground's.
        self.colors = (label_colors(len(names) + 1)[1:] + 1.0) / 2.0

    def points(self, images: Tensor) -> Tensor:
        """Where they are in images [N, 3, S, S]: [N, P, 2], (x, y) in shares of the side."""
        return self._locate(halved(images))

    def maps(self, images: Tensor) -> Tensor:
        """Images [B, 3, S, S] -> spots on black [B, 3, S, S]."""
        return self.spots(self.points(images))

    def spots(self, points: Tensor) -> Tensor:
        """Points [N, P, 2] to maps [N, 3, S, S]; one that is NaN is left out."""
        places = (torch.arange(self.size, device=points.device, dtype=points.dtype) + 0.5) / self.size
        is_shown = points.isfinite().all(dim=2)
        known = points.nan_to_num()
        dx = places[None, None, None, :] - known[:, :, 0, None, None]
        dy = places[None, None, :, None] - known[:, :, 1, None, None]
        heat = (-0.5 * (dx.square() + dy.square()) / _SPREAD**2).exp() * is_shown[:, :, None, None]
        colored = heat[:, :, None] * self.colors.to(points)[None, :, :, None, None]
        maps: Tensor = 1.0 - 2.0 * (1.0 - colored).prod(dim=1)
        return maps

    def drawings(self, images: Tensor) -> Tensor:
        """Points [B, P, 2], all of them shown."""
        return self.points(images)

    def to_maps(self, drawing: Tensor) -> Tensor:
        """Points [P, 2] in shares of the side, NaN where not shown -> [3, S, S]. Raises: InvalidShape."""
        if tuple(drawing.shape) != (len(self.names), 2):
            raise InvalidShape("drawing", f"[{len(self.names)}, 2]", str(tuple(drawing.shape)))
        return self.spots(drawing.float().to(self._device)[None])[0]

    def score(self, maps: Tensor, others: Tensor) -> Tensor:
        """Cosine of the spots, each channel apart: exp(-d^2 / 4 s^2) of a point that is off by d. [A, B]."""
        a, b = (((m + 1.0) / 2.0).flatten(2) for m in (maps, others))
        lengths = a.norm(dim=2)[:, None] * b.norm(dim=2)[None]
        cosines = torch.einsum("acp,bcp->abc", a, b) / lengths.clamp_min(_TINY)
        mean: Tensor = cosines.mean(dim=2).clamp(0.0, 1.0)
        return mean


def pose_of_labels(network: LabelNetwork) -> Callable[[Tensor], Tensor]:
    """Where POSE_POINTS are by a network of the portraits' labels: images [N, 3, S, S] to [N, 4, 2].

    Head and mouth are the centres of their areas. The eyes are one label: two spots d either side of a
    centre have a variance of d^2 along the line through both, beyond that across it, which is theirs alone.
    """
    index = {name: k for k, name in enumerate(network.labels)}
    groups = [[index[name] for name in names if name in index] for names in (_HEAD, _EYES, _MOUTH)]

    def locate(images: Tensor) -> Tensor:
        shares = (_SHARPNESS * network.logits(images)).softmax(dim=1)
        head, eyes, mouth = (shares[:, own].sum(dim=1) for own in groups)
        left, right = _pair(eyes)
        return torch.stack([_center(head), left, right, _center(mouth)], dim=1)

    return locate


def _places(mass: Tensor) -> Tensor:
    """(x, y) of every pixel of mass [N, h, w], in shares of the side: [h, w, 2]."""
    height, width = mass.shape[-2:]
    rows = (torch.arange(height, device=mass.device, dtype=mass.dtype) + 0.5) / height
    columns = (torch.arange(width, device=mass.device, dtype=mass.dtype) + 0.5) / width
    return torch.stack(torch.meshgrid(columns, rows, indexing="xy"), dim=2)


def _center(mass: Tensor) -> Tensor:
    """Centres [N, 2] of masses [N, h, w]."""
    weights = mass.square()
    weights = weights / (weights.sum(dim=(1, 2), keepdim=True) + _TINY)
    return torch.einsum("nhw,hwc->nc", weights, _places(mass))


def _pair(mass: Tensor) -> tuple[Tensor, Tensor]:
    """The two spots, left and right, [N, 2] each, that masses [N, h, w] consist of."""
    center = _center(mass)
    weights = mass.square()
    weights = weights / (weights.sum(dim=(1, 2), keepdim=True) + _TINY)
    off = _places(mass)[None] - center[:, None, None]
    xx, yy, xy = (
        (weights * product).sum(dim=(1, 2))
        for product in (off[..., 0].square(), off[..., 1].square(), off[..., 0] * off[..., 1])
    )
    turned = torch.complex(xx - yy, 2.0 * xy)
    # Difference of the two variances, along and across; its root is half the distance.
    half = (turned.abs() + _TINY).sqrt()
    angle = 0.5 * torch.atan2(2.0 * xy, xx - yy + _TINY)
    step = half[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)
    return center - step, center + step
