"""Keep still: w edits bent so that the inside of a mask does not move with them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from wend.generators.generator import Generator
from wend.imaging.mask import MaskCover, fit_mask
from wend.latents.walk import Walk
from wend.library.images import ImageStore
from wend.measure.slices import finish
from wend.methods.region_effects import RegionJacobian
from wend.methods.region_jacobian import Linearization
from wend.methods.region_rank import STEPS, Energies
from wend.methods.region_space import RegionSpace, spread_over_rows
from wend.pictures.recent import Recent
from wend.pictures.still import StillMove

AXES = 16
"""On each range of rows, followed all at once: what a picture's first frame with still masks waits for. Twice
as many, four at a time, take three times as long and leave at most a sixth less drift."""
STATIONS = 4
"""Of the way of an edit, at which what has moved is looked at and taken back."""
ROUNDS = 3
_FREE = 0.05
"""What a change elsewhere costs, against one inside: taking an edit back altogether keeps still, too."""
_RIDGE = 2.0
_PREVIEW_FROM = 256
"""Pixels a side from which on derivatives are those of a preview."""
_BATCH = 16
"""Of directions. Both are rules and no timings, so that the same picture is the same bytes."""
KEPT_STARTS, KEPT_WAYS = 3, 64

Noise = list[Tensor | None] | None


@dataclass(frozen=True)
class _Start:
    """Derivatives at a picture without w edits, and the linear map that takes residuals back.

    jacobian, its effects flat: float32 [n, P]; mask: float32 [h, w]; price: float64 [n, n], what a
    correction costs by itself; solve: the inverse of the normal equations.
    """

    at: Linearization
    jacobian: RegionJacobian
    effects: Tensor
    mask: Tensor
    solve: Tensor
    price: Tensor


class StillKeeper:
    """Bends edits for pictures with still masks; remembers starts and ways, its answers depend on what it is
    given alone.

    mask: opens a mask by its hash.
    """

    def __init__(self, mask: Callable[[str], Tensor]) -> None:
        self._mask = mask
        self._spaces: Recent[str, RegionSpace] = Recent(KEPT_STARTS)
        self._starts: Recent[tuple[object, ...], _Start | None] = Recent(KEPT_STARTS)
        self._ways: Recent[tuple[object, ...], Tensor] = Recent(KEPT_WAYS)

    def clear(self) -> None:
        """Give the device's memory back."""
        self._starts.clear()
        self._ways.clear()
        self._spaces.clear()

    def bend(
        self,
        generator: Generator,
        generator_hash: str,
        ws: Tensor,
        noise: Noise,
        noise_key: object,
        masks: tuple[str, ...],
        moves: tuple[StillMove, ...],
    ) -> Tensor:
        """ws float32 [1, L, D] moved by all edits, each bent to leave the inside of the masks as it is.

        Along each edit's way, from nothing to its strength, the picture's change inside is taken back by
        the least squares of its derivatives at the start: minimise |change inside|^2 + free |change
        elsewhere that the correction makes|^2 + ridge |correction|^2 over the principal axes of w and four
        ranges of rows, in mean squares a pixel; at every station what is left is measured on the picture
        itself and taken back again (Gauss-Newton with a kept Jacobian, damped). Strengths between two
        stations lie on the line between.
        Source: null-space editing, Zhu et al., "Low-rank subspaces in GANs", 2021; the stations are ours.
        Raises: ImageNotFound.
        """
        key = (generator_hash, ws.cpu().numpy().tobytes(), noise_key, masks)
        with torch.no_grad():
            start = self._starts.get(key, lambda: self._begin(generator, generator_hash, ws, noise, masks))
            total = ws.clone()
            for move in moves:
                if move.alpha == 0.0:
                    continue
                own = move.walk.apply(ws, move.alpha) - ws
                total += own
                if start is not None:
                    total += self._correction(key, start, move)
        return total

    def _begin(
        self, generator: Generator, generator_hash: str, ws: Tensor, noise: Noise, masks: tuple[str, ...]
    ) -> _Start | None:
        """None where the masks cover nothing."""
        space = self._spaces.get(generator_hash, lambda: finish(RegionSpace.fit(generator)))
        is_large = generator.spec.resolution >= _PREVIEW_FROM
        at = finish(Linearization.at(generator, ws, noise, is_preview_wanted=is_large, batch=_BATCH))
        size = (int(at.image.shape[-2]), int(at.image.shape[-1]))
        fitted = [fit_mask(self._mask(name), *size).to(at.image) for name in masks]
        mask = torch.stack(fitted).amax(dim=0)
        if MaskCover.of(mask).inside < 1.0:
            return None
        jacobian = RegionJacobian(at, space, None, AXES)
        finish(jacobian.grow(0.0, AXES, AXES))
        energies = finish(Energies.of(jacobian.effects, mask))
        outside = torch.nan_to_num(energies.outside, nan=0.0, posinf=0.0)
        price = _FREE * outside + _RIDGE * torch.eye(len(outside), dtype=torch.float64)
        flat = jacobian.effects.flatten(2).flatten(0, 1)
        return _Start(at, jacobian, flat, mask, torch.linalg.inv(energies.inside + price), price)

    def _correction(self, key: tuple[object, ...], start: _Start, move: StillMove) -> Tensor:
        """What is added to ws [1, L, D] for a strength, between the stations of its side."""
        unit = move.end / STATIONS
        place = min(abs(move.alpha) / unit, 2.0 * STATIONS)
        last = int(place) if place == int(place) else int(place) + 1
        sign = 1.0 if move.alpha > 0.0 else -1.0
        stations: list[Tensor] = [torch.zeros(len(start.solve), dtype=torch.float64)]
        for index in range(1, last + 1):
            way = (*key, move.digest, move.walk.layers, sign, unit, index)
            take = partial(_take_back, start, move.walk, sign * unit * index, stations[-1])
            stations.append(self._ways.get(way, take))
        share = place - (last - 1)
        return _spread(start, torch.lerp(stations[last - 1], stations[last], share))[None]


def keeper_of(images: ImageStore | None) -> StillKeeper | None:
    """Who bends edits where masks are kept; nobody where there are none."""
    return None if images is None else StillKeeper(images.mask)


def _take_back(start: _Start, walk: Walk, alpha: float, before: Tensor) -> Tensor:
    """The correction at one station, float64 [n] in the axes of the start, from that of the station before.

    A step that would change more inside than it takes back is halved, and given up after three times.
    """
    coefficients = before
    image = _image(start, walk, alpha, coefficients)
    cost = _cost(start, image, coefficients)
    for _ in range(ROUNDS):
        weighted = ((image - start.at.image) * start.mask).flatten()
        pixels = float(start.mask.sum()) * 3
        slope = (start.effects @ weighted).double().cpu() * STEPS**2 / pixels
        step = -(start.solve @ (slope + start.price @ coefficients))
        for share in (1.0, 0.5, 0.25):
            tried = coefficients + share * step
            there = _image(start, walk, alpha, tried)
            found = _cost(start, there, tried)
            if found < cost:
                coefficients, image, cost = tried, there, found
                break
        else:
            break
    return coefficients


def _image(start: _Start, walk: Walk, alpha: float, coefficients: Tensor) -> Tensor:
    moved = walk.apply(start.at.ws, alpha) + _spread(start, coefficients)[None]
    return finish(start.at.draw(moved))


def _cost(start: _Start, image: Tensor, coefficients: Tensor) -> float:
    change = (image - start.at.image).square().mean(dim=1)[0] * start.mask
    still = float(change.sum() / start.mask.sum()) * STEPS**2
    return still + float(coefficients @ start.price @ coefficients)


def _spread(start: _Start, coefficients: Tensor) -> Tensor:
    """A correction as a displacement of ws, float32 [L, D]."""
    parts = coefficients.reshape(len(start.jacobian.groups), -1).to(start.at.ws)
    axes = start.jacobian.axes[: parts.shape[1]]
    return spread_over_rows(parts @ axes, start.jacobian.groups, start.at.ws.shape[1])
