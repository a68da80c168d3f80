"""Manifold start: where a chain begins, and what its c and sigma are measured to be."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.errors import InvalidParams
from wend.measure.slices import Sliced
from wend.methods.manifold.directions import local_directions, slices_of_directions
from wend.methods.manifold.energy import Offsets
from wend.methods.manifold.scene import Scene
from wend.methods.manifold.sight import Sight

_PERTURBATION = 0.001  # as published
ANGLES = 12
"""Rays of the circle that the two leading directions span."""
RADII = (0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8)
"""How far each ray is followed; at 1 the inside would have changed by half of a pixel's range."""
_LEAK = 0.12
"""A ray is of use while the outside changes by less than this share of the inside; distances are squares, so
that an outside of 0.12 looks a third as changed."""
_LEAST_CHANGE = 2.0 / 127.5
"""Mean absolute change inside, in -1..1, below which nobody sees a change: 2 of 255 steps."""


@dataclass(frozen=True)
class Start:
    """A chain to begin with. displacements: float32 [n, rows, D]; c, sigma: as asked for, or as measured."""

    displacements: Tensor
    c: float
    sigma: float


def line_start(shape: tuple[int, int], frames: int, seed: int) -> Tensor:
    """Frames on one line through w*, displacements float32 [n, rows, D]: the first is w* itself, each other a
    share s_i ~ N(0, 1) of one small P ~ 0.001 N(0, 1). In no order, as published.

    The springs need them to be apart. Source: Yang, Rokeby and Snelgrove, 2020, released code.
    """
    rng = torch.Generator().manual_seed(seed)
    small = _PERTURBATION * torch.randn(shape, generator=rng)
    shares = torch.cat([torch.zeros(1), torch.randn(frames - 1, generator=rng)])
    return shares[:, None, None] * small


def resample(chain: Tensor, frames: int) -> Tensor:
    """Points at equal distances along a chain float32 [m, ...], [frames, ...]; both ends stay."""
    steps = torch.linalg.vector_norm((chain[1:] - chain[:-1]).flatten(1), dim=1)
    along = torch.cat([steps.new_zeros(1), steps.cumsum(0)])
    wanted = torch.linspace(0.0, 1.0, frames, device=chain.device) * along[-1]
    before = (torch.searchsorted(along, wanted, right=True) - 1).clamp(0, len(chain) - 2)
    share = ((wanted - along[before]) / steps[before].clamp_min(1e-12)).clamp(0.0, 1.0)
    share = share.view(-1, *(1 for _ in chain.shape[1:]))
    return torch.lerp(chain[before], chain[before + 1], share)


def slices_of_start(scene: Scene) -> int:
    """How often `measured_start` yields."""
    return slices_of_directions(scene) + -(-ANGLES * len(RADII) // scene.chunk)


@dataclass(frozen=True)
class Rays:
    """How the change goes along rays of the circle that two directions span.

    directions: float32 [ANGLES, rows, D], a unit along each ray; inside, outside: [ANGLES, RADII]; pixels:
    the mean absolute change of pixels inside, in -1..1, the same shape.
    """

    directions: Tensor
    inside: Tensor
    outside: Tensor
    pixels: Tensor

    def end(self, ray: int) -> int:
        """Index of the furthest radius of use: the inside still changes, the outside hardly; -1: none."""
        before, last = 0.0, -1
        for index in range(len(RADII)):
            inside, outside = float(self.inside[ray, index]), float(self.outside[ray, index])
            if inside <= before or outside > _LEAK * inside:
                break
            before, last = inside, index
        return last

    def reach(self, ray: int) -> float:
        """The change inside at that end; 0 where there is none."""
        end = self.end(ray)
        return float(self.inside[ray, end]) if end >= 0 else 0.0

    def radius(self, ray: int, change: float) -> float:
        """Where the inside has changed by so much, between those looked at; the last if never."""
        radius = value = 0.0
        changes: list[float] = self.inside[ray].tolist()
        for next_radius, found in zip(RADII, changes, strict=True):
            if found >= change:
                return radius + (next_radius - radius) * (change - value) / max(found - value, 1e-12)
            radius, value = next_radius, max(value, found)
        return RADII[-1]

    def points(self, rays: list[int], change: float) -> Tensor:
        """Displacements float32 [len(rays), rows, D] that change the inside by so much."""
        return torch.stack([self.radius(ray, change) * self.directions[ray] for ray in rays])


def look_along_rays(scene: Scene, sight: Sight, mask: Tensor) -> Sliced[Rays]:
    """The rays of a region. mask: float32 [H, W]."""
    first, second = yield from local_directions(scene, mask, 2)
    turns = torch.arange(ANGLES, device=first.device) * (2.0 * math.pi / ANGLES)
    directions = turns.cos()[:, None, None] * first + turns.sin()[:, None, None] * second
    radii = torch.tensor(RADII, device=first.device)
    wanted = (radii[None, :, None, None] * directions[:, None]).flatten(0, 1)
    weights = (mask / mask.sum()).to(first.device)
    rows: list[tuple[Tensor, Tensor, Tensor]] = []
    for part in scene.parts(len(wanted)):
        with torch.no_grad():
            images = scene.draw(wanted[part])
            change = (images.clamp(-1.0, 1.0) - scene.image.clamp(-1.0, 1.0)).abs().mean(dim=1)
            rows.append((*sight.look(images), (change * weights).sum(dim=(1, 2))))
        yield
    inside, outside, pixels = (torch.cat(each).cpu().view(ANGLES, -1) for each in zip(*rows, strict=True))
    return Rays(directions, inside, outside, pixels)


@dataclass(frozen=True)
class Wanted:
    """What a chain should be. c, sigma None: as the region's own directions have it."""

    frames: int
    offsets: Offsets
    is_pinned: bool
    c: float | None = None
    sigma: float | None = None


def measured_start(scene: Scene, sight: Sight, mask: Tensor, wanted: Wanted) -> Sliced[Start]:
    """A chain along the region's own directions, already about where it should end.

    constant: half a turn around w*, from one end of the leading direction over the second to its other end,
    each point as far out as changes the inside by c; where sigma is given the arc is cut, or goes on, to fit.
    growing: from w* out along the leading direction. c None: what two rays of three reach while the outside
    is hardly changed; sigma None: what spaces the frames evenly there.
    Raises: InvalidParams where nothing in there can change, or not by c.
    """
    rays = yield from look_along_rays(scene, sight, mask)
    _ensure_change(rays, wanted.c)
    return _grown(rays, wanted) if wanted.offsets == "growing" else _arc(rays, wanted)


def _ensure_change(rays: Rays, c: float | None) -> None:
    if float(rays.pixels.max()) < _LEAST_CHANGE:
        raise InvalidParams("mask", "nothing that this generator can do shows inside of it")
    most = float(rays.inside.max())
    if c is not None and c > most:
        raise InvalidParams(
            "c",
            f"inside this region the picture changes by {most:.3g} at most, "
            "along the directions that were tried",
        )


def _measured_c(rays: Rays, way: list[int]) -> float:
    """What two rays of three reach; where the leak is too large everywhere, what short steps change."""
    reached = torch.tensor([rays.reach(ray) for ray in way])
    return float(reached.quantile(1.0 / 3.0)) or float(reached.max()) or float(rays.inside[way, 1].max())


def _arc(rays: Rays, wanted: Wanted) -> Start:
    around = list(range(ANGLES))
    other = [0, *reversed(around[1:])]
    half = ANGLES // 2 + 1
    way = max((around, other), key=lambda turn: sum(rays.reach(ray) for ray in turn[:half]))
    c = wanted.c or _measured_c(rays, way[:half])
    # A chain that is pinned begins with the picture, and goes out to the arc first.
    ahead = torch.zeros_like(rays.directions[: int(wanted.is_pinned)])
    if wanted.sigma is None:
        points = torch.cat([ahead, rays.points(way[:half], c)])
        chain = resample(points, wanted.frames)
        return Start(chain, c, _length(points) / (wanted.frames - 1))
    points = torch.cat([ahead, rays.points(way, c)])
    share = (wanted.frames - 1) * wanted.sigma / max(_length(points), 1e-12)
    # Cut finely first: the length of an arc of chords depends on where they are.
    fine = resample(points, 240)
    kept = max(2, round(min(share, 1.0) * len(fine)))
    return Start(resample(fine[:kept], wanted.frames), c, wanted.sigma)


def _grown(rays: Rays, wanted: Wanted) -> Start:
    ray = max((0, ANGLES // 2), key=rays.reach)
    c = wanted.c or _measured_c(rays, [ray])
    first = 0 if wanted.is_pinned else 1
    numbers = torch.arange(first, wanted.frames + first) / (wanted.frames - 1 + first)
    end = rays.radius(ray, c) * rays.directions[ray]
    chain = numbers.to(end.device)[:, None, None] * end
    return Start(chain, c, wanted.sigma or float(end.norm()) / (wanted.frames - 1 + first))


def _length(points: Tensor) -> float:
    return float(torch.linalg.vector_norm((points[1:] - points[:-1]).flatten(1), dim=1).sum())
