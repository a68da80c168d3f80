"""Walk steps: what an eye sees of the same seeds at every strength of a walk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.latents.walk import Walk
from wend.measure.attributes import Attributes, concatenate, of_factors, of_labels
from wend.measure.circle import difference
from wend.measure.probe import Probe
from wend.measure.sample import BATCH, Eye
from wend.measure.slices import Sliced
from wend.perception.network import Distance

Edit = Callable[[Tensor, float], tuple[Tensor, Tensor]]
"""What a walk should do, done by image processing: (images [N, 3, H, W], alpha) -> target of the same
shape and mask [N, 1 or 3, H, W] in 0..1, 0 where the target is not defined."""


@dataclass(frozen=True)
class WalkSteps:
    """S seeds seen at K strengths, which contain 0.

    vectors: float32 [K, S, F]; factors, areas: per strength; lengths: perceptual distance of neighbouring
    steps, [S, K - 1]; edit_errors: masked mean squared difference from the edit, [S, K], in squared units
    of the pixel range -1..1, or None without an edit.
    """

    alphas: tuple[float, ...]
    vectors: NDArray[np.float32]
    factors: tuple[Attributes, ...]
    areas: tuple[Attributes, ...]
    lengths: NDArray[np.float64]
    edit_errors: NDArray[np.float64] | None

    @property
    def start(self) -> int:
        """Index of the strength that moves nothing."""
        return self.alphas.index(0.0)

    def changes(self, name: str) -> NDArray[np.float64]:
        """How a factor has changed from the start, [S, K] in its unit; hues by the shorter way."""
        before = self.factors[self.start][name]
        return np.stack([difference(f[name].values, before.values, before.period) for f in self.factors], 1)


def look_along(
    probe: Probe, walk: Walk, alphas: Sequence[float], eye: Eye, distance: Distance, edit: Edit | None = None
) -> Sliced[WalkSteps]:
    """Render all seeds of a probe at every strength and look. A slice is one batch at one strength.

    alphas: ascending, three or more, with 0 among them; 0 leaves the latents untouched.
    Raises: InvalidInput for other strengths.
    """
    steps = tuple(float(a) for a in alphas)
    if len(steps) < 3 or 0.0 not in steps or any(a >= b for a, b in pairwise(steps)):
        raise InvalidInput("Strengths must be three or more, ascending, with 0 among them.")
    seen: list[list[_Look]] = [[] for _ in steps]
    lengths: list[NDArray[np.float64]] = []
    errors: list[NDArray[np.float64]] = []
    for first in range(0, len(probe), BATCH):
        part = slice(first, min(first + BATCH, len(probe)))
        pictures: list[Tensor] = []
        for k, alpha in enumerate(steps):
            with torch.no_grad():
                images = probe.render(part, walk if alpha else None, alpha)
            pictures.append(images)
            seen[k].append(_look(images, eye))
            yield
        with torch.no_grad():
            pairs = [distance.distance(a, b) for a, b in pairwise(pictures)]
            lengths.append(torch.stack(pairs, dim=1).double().cpu().numpy())
            if edit is not None:
                start = pictures[steps.index(0.0)]
                errors.append(_edit_errors(start, pictures, steps, edit))
    return WalkSteps(
        alphas=steps,
        vectors=np.stack([np.concatenate([look.vectors for look in at]) for at in seen]),
        factors=tuple(concatenate([look.factors for look in at]) for at in seen),
        areas=tuple(concatenate([look.areas for look in at]) for at in seen),
        lengths=np.concatenate(lengths),
        edit_errors=np.concatenate(errors) if edit is not None else None,
    )


def slices_along(probe: Probe, alphas: Sequence[float]) -> int:
    """Slices that `look_along` takes."""
    return -(-len(probe) // BATCH) * len(alphas)


@dataclass(frozen=True)
class _Look:
    """One batch at one strength."""

    vectors: NDArray[np.float32]
    factors: Attributes
    areas: Attributes


def _look(images: Tensor, eye: Eye) -> _Look:
    with torch.no_grad():
        vectors = eye.features.vector(images).float().cpu().numpy()
    return _Look(vectors, of_factors(eye.factors, images), of_labels(eye.labels, images))


def _edit_errors(
    start: Tensor, pictures: list[Tensor], steps: tuple[float, ...], edit: Edit
) -> NDArray[np.float64]:
    """Sum of m (x - target)^2 over the count of m != 0, per picture and strength, [n, K].

    Source: Jahanian, Chai and Isola, 2020, the per-sample L2 of the released code.
    """
    errors: list[Tensor] = []
    for images, alpha in zip(pictures, steps, strict=True):
        target, mask = edit(start, alpha)
        weight = mask.expand_as(images).double()
        squares = weight * (images.double() - target.double()).square()
        count = (weight != 0.0).sum(dim=(1, 2, 3)).clamp_min(1)
        errors.append(squares.sum(dim=(1, 2, 3)) / count)
    found: NDArray[np.float64] = torch.stack(errors, dim=1).cpu().numpy()
    return found
