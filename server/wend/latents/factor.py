"""Factor walks: a line through the latents with a calibrated curve, to put a factor at a value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from wend.errors import FactorOutOfReach

KNOTS = 101
HALF_WIDTH = 5.0
"""Knots lie evenly on [-HALF_WIDTH, HALF_WIDTH], one slope around each."""
SPACING = 2.0 * HALF_WIDTH / (KNOTS - 1)
PRIOR_SD = 3.0
"""Positions beyond so many standard deviations of the prior are off it: 99.7 % of pictures lie within."""
# A value this close to an end, in shares of the whole reach, is at the end: sums are not exact.
_ROUNDING = 1e-9
# Of the whole reach: a picture on a flat stretch has crossed it once its value has risen by so much.
_CROSSING = 0.005


@dataclass(frozen=True)
class MonotoneCurve:
    """g, from a position p (in standard deviations of the prior) to a value t, and back.

    g(p) = offset + sum over k of s_k clip(p - c_k, -h/2, h/2) with slopes s_k >= 0 around 101 knots c_k even
    on [-5, 5], h = 0.1: monotone whatever the slopes, piecewise linear from -5.05 to 5.05, constant outside;
    with slopes of 1 the identity. slopes: float [101]; computed in float64.

    Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
    variations", ICLR 2020, and the released code for knots and form.
    """

    slopes: Tensor
    offset: float = 0.0

    @classmethod
    def identity(cls) -> "MonotoneCurve":
        """g(p) = p on [-5.05, 5.05]."""
        return cls(torch.ones(KNOTS, dtype=torch.float64))

    @classmethod
    def through(cls, levels: Tensor) -> "MonotoneCurve":
        """The curve with these values [102], none below the one before, at the ends of the knots' bins."""
        slopes = levels.double().diff() / SPACING
        middle = 0.5 * float(levels[0].double() + levels[-1].double())
        return cls(slopes, middle)

    @cached_property
    def breaks(self) -> Tensor:
        """Where a bin ends and the next begins, float64 [102], from -5.05 to 5.05."""
        edge = HALF_WIDTH + 0.5 * SPACING
        return torch.linspace(-edge, edge, KNOTS + 1, dtype=torch.float64, device=self.slopes.device)

    @cached_property
    def levels(self) -> Tensor:
        """Values at `breaks`, float64 [102], never falling."""
        rises = SPACING * self.slopes.double()
        total = rises.sum()
        start = self.offset - 0.5 * total
        return torch.cat([start[None], start + rises.cumsum(0)])

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value there is."""
        return float(self.levels[0]), float(self.levels[-1])

    def __call__(self, positions: Tensor) -> Tensor:
        """p [...] -> t float64 [...]; constant beyond -5.05 and 5.05."""
        breaks, levels = self.breaks, self.levels
        p = positions.double().clamp(float(breaks[0]), float(breaks[-1]))
        index = ((p - breaks[0]) / SPACING).floor().long().clamp(0, KNOTS - 1)
        # Rounding must not tell the last break apart from the end that it is.
        return torch.where(
            p == breaks[-1], levels[-1], levels[index] + self.slopes.double()[index] * (p - breaks[index])
        )

    def slope(self, positions: Tensor) -> Tensor:
        """g' at p [...], float64 [...]; 0 beyond the knots' bins."""
        breaks = self.breaks
        p = positions.double()
        index = ((p - breaks[0]) / SPACING).floor().long().clamp(0, KNOTS - 1)
        inside = (p >= breaks[0]) & (p <= breaks[-1])
        return self.slopes.double()[index] * inside

    def reaches(self, values: Tensor) -> Tensor:
        """Which values [...] some position has, bool [...]."""
        low, high = self.ends
        slack = _ROUNDING * (high - low)
        t = values.double()
        return (t >= low - slack) & (t <= high + slack)

    def inverse(self, values: Tensor, near: Tensor | None = None) -> Tensor:
        """t [...] -> p float64 [...], exact where g rises. Of the positions that share a value it is the one
        nearest to `near`, p [...], which beyond the ends are all there are; without that, their middle.

        Values that no position has get the end they lie beyond: ask `reaches` first.
        """
        first, last = self._stretch(values.double())
        if near is not None:
            return torch.minimum(torch.maximum(near.double(), first), last)
        edge = float(self.breaks[-1])
        return 0.5 * (first.clamp(-edge, edge) + last.clamp(-edge, edge))

    def moved(self, positions: Tensor, by: Tensor | float) -> Tensor:
        """p [...] -> float64 [...] whose values are larger by so much, [...] or one for all: g^-1(g(p) + by),
        as near to p as can be, and p itself, to the bit, for 0. Who asks for more than there is gets the end.

        Where g is flat no small step raises it: the whole stretch has to be crossed. A picture on one, or
        beyond the ends, crosses it while `by` goes from 0 to half a percent of the reach, so that nothing
        jumps as it leaves 0; until then its value lies between the one it had and the one asked for.
        """
        p = positions.double()
        by = torch.as_tensor(by, dtype=torch.float64, device=p.device).expand_as(p)
        now = self(p)
        first, last = self._stretch(now)
        edge = torch.where(by > 0.0, last, first)
        is_within = (first < last) & edge.isfinite()
        low, high = self.ends
        left = (1.0 - by.abs() / (_CROSSING * max(high - low, 1e-30))).clamp_min(0.0)
        lag = torch.where(is_within, (p - edge) * left, 0.0)
        return torch.where(by == 0.0, p, self.inverse(now + by, p) + lag)

    def _stretch(self, t: Tensor) -> tuple[Tensor, Tensor]:
        """The first and the last position with a value [...], the same where g rises; to infinity for the
        ends, and for what lies beyond them."""
        breaks, levels = self.breaks, self.levels
        low, high = self.ends
        t = t.clamp(low, high).contiguous()
        first = torch.searchsorted(levels, t).clamp(0, KNOTS)
        behind = torch.searchsorted(levels, t, right=True).clamp(1, KNOTS + 1)
        below = (first - 1).clamp(0, KNOTS - 1)
        slope = self.slopes.double()[below]
        rising = breaks[below] + (t - levels[below]) / torch.where(slope > 0.0, slope, 1.0)
        is_break = levels[first] == t
        start = torch.where(t <= low, -torch.inf, torch.where(is_break, breaks[first], rising))
        end = torch.where(t >= high, torch.inf, torch.where(is_break, breaks[behind - 1], rising))
        return start, end

    def to(self, device: torch.device) -> "MonotoneCurve":
        return replace(self, slopes=self.slopes.to(device))


@dataclass(frozen=True)
class FactorWalk:
    """A walk that moves a factor by alpha in the factor's own unit: t = g(p), p = <latent - center, read>.

    The position p counts standard deviations of the prior, N(0, 1) over pictures of the generator. A latent
    is moved along `move`, so far that its own p becomes g^-1(g(p) + alpha): two pictures go different ways
    along the line for one alpha. <read, move> is 1.

    In z, read = move = u of norm 1, and the center is 0. In w, which has no Gaussian prior, u has norm 1 in
    whitened w (principal coordinates of the prior, each divided by its standard deviation, at the truncation
    the record names): read = E S^-1 u and move = E S u, for E the axes and S their standard deviations; the
    position is the mean over the style rows of `layers`, which are also those that are moved.

    read, move, center: float32 [D]. seen: positions between which the trajectories lay that it was learned
    from; beyond, g is what was assumed. Source: as `MonotoneCurve`; in w ours.
    """

    read: Tensor
    move: Tensor
    center: Tensor
    curve: MonotoneCurve
    space: Literal["z", "w"]
    layers: tuple[int, int]
    seen: tuple[float, float]

    @classmethod
    def in_z(cls, u: Tensor, curve: MonotoneCurve, seen: tuple[float, float]) -> "FactorWalk":
        """Along u [D] in z; u is brought to norm 1."""
        u = (u / u.norm()).float()
        return cls(u, u, torch.zeros_like(u), curve, "z", (0, 1), seen)

    @property
    def reach(self) -> tuple[float, float]:
        """The lowest and the highest value that any picture can be put at."""
        return self.curve.ends

    @property
    def usual(self) -> tuple[float, float]:
        """Values over the prior's middle 99.7 %."""
        low, high = self.curve(torch.tensor([-PRIOR_SD, PRIOR_SD], device=self.read.device)).tolist()
        return low, high

    def position(self, latent: Tensor) -> Tensor:
        """p of z [N, D] or ws [N, L, D], float64 [N]."""
        if self.space == "w":
            latent = latent[:, self.layers[0] : self.layers[1]].double().mean(dim=1)
        return (latent.double() - self.center.double()) @ self.read.double()

    def value(self, latent: Tensor) -> Tensor:
        """t = g(p), what the model itself predicts (open loop), float64 [N]."""
        return self.curve(self.position(latent))

    def is_off_prior(self, latent: Tensor) -> Tensor:
        """Whose position is more than 3 standard deviations from the centre, bool [N]."""
        return self.position(latent).abs() > PRIOR_SD

    def is_unseen(self, latent: Tensor) -> Tensor:
        """Whose position lies beyond those that the curve was learned from, bool [N]."""
        p = self.position(latent)
        return (p < self.seen[0]) | (p > self.seen[1])

    def put(self, latent: Tensor, positions: Tensor) -> Tensor:
        """Latents at these positions [N] (or one for all, []), all across the line kept as it is."""
        return self._moved(latent, positions - self.position(latent))

    def at(self, latent: Tensor, values: Tensor | float) -> Tensor:
        """Latents whose factor is at these values [N], or at one for all, by the shortest way.

        Raises: FactorOutOfReach for a value that no position has.
        """
        t = torch.as_tensor(values, dtype=torch.float64, device=latent.device)
        beyond = t[~self.curve.reaches(t)]
        if beyond.numel():
            raise FactorOutOfReach(float(beyond.flatten()[0]), *self.reach)
        position = self.position(latent)
        return self._moved(latent, self.curve.inverse(t.expand_as(position), position) - position)

    def apply(self, latent: Tensor, alpha: float) -> Tensor:
        """z [N, D] or ws [N, L, D] with the factor moved by alpha; other rows keep their bits.

        A factor has two ends: who asks for more gets the end, and `shortfall` says by how much.
        """
        return latent if alpha == 0.0 else self.apply_each(latent, alpha)

    def apply_each(self, latent: Tensor, alphas: Tensor | float) -> Tensor:
        """The same by an alpha of its own for every latent, [N]; those of 0 keep their bits."""
        position = self.position(latent)
        return self._moved(latent, self.curve.moved(position, alphas) - position)

    def shortfall(self, latent: Tensor, alpha: float) -> Tensor:
        """What `apply` leaves of alpha because the factor ends there, float64 [N]; 0 where nothing."""
        wanted = self.value(latent) + alpha
        return torch.where(self.curve.reaches(wanted), 0.0, wanted - wanted.clamp(*self.reach))

    def cosine(self, other: "FactorWalk") -> float:
        """Of the two lines, in the space where the prior is N(0, I); both of one space and generator.

        Also by how much one position goes when the other is moved by 1.
        """
        return float(self.read.double() @ other.move.double())

    def restricted(self, layers: tuple[int, int]) -> "FactorWalk":
        """The same walk on another layer range, where it is also read."""
        return replace(self, layers=layers)

    def to(self, device: torch.device) -> "FactorWalk":
        """The same walk with its tensors there."""
        return replace(
            self,
            read=self.read.to(device),
            move=self.move.to(device),
            center=self.center.to(device),
            curve=self.curve.to(device),
        )

    def _moved(self, latent: Tensor, by: Tensor) -> Tensor:
        shift = (by[..., None] * self.move.double()).to(latent.dtype)
        if self.space == "z":
            return latent + shift
        start, end = self.layers
        moved = latent.clone()
        moved[:, start:end] += shift[:, None]
        return moved


def orthogonal(walks: Sequence[FactorWalk]) -> tuple[tuple[FactorWalk, ...], Tensor]:
    """Factors whose lines no longer share anything, each as near to its own as can be.

    The walks must be of one space and generator, and independent. Returns the walks and the cosines there
    were between them, float64 [F, F]; the curves are kept, so refit them where a cosine was large.
    Source: Löwdin, "On the non-orthogonality problem", 1970 (symmetric orthogonalisation): with G the
    cosines, G^-1/2 U.
    Raises: ValueError for lines that depend on each other.
    """
    cosines = torch.tensor([[a.cosine(b) for b in walks] for a in walks], dtype=torch.float64)
    cosines = 0.5 * (cosines + cosines.T)
    sizes, axes = torch.linalg.eigh(cosines)
    if float(sizes[0]) < _LEAST_INDEPENDENCE:
        raise ValueError("these factors lie along one line, or in one plane too few")
    mix = (axes / sizes.sqrt()) @ axes.T
    reads = mix @ torch.stack([walk.read.double().cpu() for walk in walks])
    moves = mix @ torch.stack([walk.move.double().cpu() for walk in walks])
    found = tuple(
        replace(walk, read=read.to(walk.read), move=move.to(walk.move))
        for walk, read, move in zip(walks, reads, moves, strict=True)
    )
    return found, cosines


_LEAST_INDEPENDENCE = 0.02  # smallest eigenvalue of the cosines: two lines 11 degrees apart
