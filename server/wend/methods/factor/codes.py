"""Factor codes: coordinates in which pictures are looked for, where the prior is N(0, I) or made so."""

from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from wend.generators.generator import Generator, synthesize
from wend.latents.factor import FactorWalk, MonotoneCurve
from wend.latents.seed import noise_map
from wend.latents.truncation import truncate

# Pictures whose w tells how it is spread; the mapping of so many takes a second of a CPU core at most.
_PRIOR_CODES = 8192
_PRIOR_BATCH = 512
_PRIOR_SEED = 5_150
# Principal axes of w with less than this share of the longest one's spread do nothing but amplify noise.
_LEAST_SPREAD = 0.01
_LEAST_NORM = 1e-12


class Codes(Protocol):
    """Where codes live. A code is float32 [K]; of the prior it is N(0, I), or at least has that spread."""

    @property
    def width(self) -> int:
        """K."""
        ...

    def draw(self, rng: torch.Generator, count: int, classes: Tensor | None) -> Tensor:
        """Codes [N, K] of the prior; classes [N, c_dim] or None."""
        ...

    def styles(self, codes: Tensor, starts: Tensor, classes: Tensor | None) -> Tensor:
        """ws [N, L, D] of codes [N, K]; starts [N, K]: the codes they set out from, whose other rows stay."""
        ...

    def walk(self, u: Tensor, curve: MonotoneCurve, seen: tuple[float, float]) -> FactorWalk:
        """The factor along u [K] of norm 1, on the CPU."""
        ...

    def line_of(self, walk: FactorWalk) -> Tensor:
        """The u [K] of a factor in this space, on the CPU."""
        ...


def into_ball(codes: Tensor) -> Tensor:
    """Codes [N, K], those outside the ball of radius sqrt(K) brought to its surface; others keep their bits.

    A Gaussian code has a norm close to sqrt(K); beyond, pictures are none that the generator was trained on.
    In whitened w it is the Mahalanobis ball of the same radius. Source: Plumerault, Le Borgne and Hudelot,
    ICLR 2020, equation B1, and released code: after every optimiser step, and of the codes at the start.
    """
    radius = float(codes.shape[-1]) ** 0.5
    norms = codes.norm(dim=-1, keepdim=True).clamp_min(_LEAST_NORM)
    return torch.where(norms > radius, codes * (radius / norms), codes)


@dataclass(frozen=True)
class ZCodes:
    """z itself, N(0, I): as published. psi: truncation of the pictures, behind the mapping."""

    generator: Generator
    psi: float

    @property
    def width(self) -> int:
        return self.generator.spec.z_dim

    def draw(self, rng: torch.Generator, count: int, classes: Tensor | None) -> Tensor:  # noqa: ARG002 - alike
        return torch.randn(count, self.width, generator=rng).to(self.generator.device)

    def styles(self, codes: Tensor, starts: Tensor, classes: Tensor | None) -> Tensor:  # noqa: ARG002 - all rows move
        spec = self.generator.spec
        ws = self.generator.mapping(codes, classes)[:, None].expand(-1, spec.num_ws, -1)
        return truncate(ws, self.generator.center(classes), self.psi, None)

    def walk(self, u: Tensor, curve: MonotoneCurve, seen: tuple[float, float]) -> FactorWalk:
        return FactorWalk.in_z(u, curve, seen)

    def line_of(self, walk: FactorWalk) -> Tensor:
        return walk.read


class WCodes:
    """Whitened w, for generators whose w has no Gaussian prior.

    w is measured at truncation psi over the prior: its mean, and its principal axes E with standard
    deviations S. A code is S^-1 E^T (w - mean) on the axes that carry anything, so that over pictures every
    number of it has mean 0 and standard deviation 1: then a ball of radius sqrt(K) is the prior's
    Mahalanobis ball, and a position along a line of norm 1 counts standard deviations, both as in z. What w
    has across those axes is the mean's. Style rows [start, end) of `layers` are moved, the others stay
    those of the start.
    """

    def __init__(
        self, generator: Generator, psi: float, layers: tuple[int, int], classes: tuple[int, ...] = ()
    ) -> None:
        self.generator, self.psi, self.layers = generator, psi, layers
        rng = torch.Generator().manual_seed(_PRIOR_SEED)
        parts: list[Tensor] = []
        with torch.no_grad():
            for first in range(0, _PRIOR_CODES, _PRIOR_BATCH):
                batch = range(first, first + _PRIOR_BATCH)
                given = [classes[k % len(classes)] for k in batch] if classes else []
                one_hot = one_hots(generator, given)
                parts.append(self._w(torch.randn(_PRIOR_BATCH, generator.spec.z_dim, generator=rng), one_hot))
        w = torch.cat(parts).double().cpu()
        self._mean = w.mean(dim=0)
        axes, sds = _principal(w - self._mean)
        kept = sds > _LEAST_SPREAD * sds.max()
        self._axes, self._sds = axes[:, kept], sds[kept]
        device = generator.device
        self._into = (self._axes / self._sds).float().to(device)
        self._out = (self._axes * self._sds).float().to(device)
        self._center = self._mean.float().to(device)

    @property
    def width(self) -> int:
        return len(self._sds)

    def draw(self, rng: torch.Generator, count: int, classes: Tensor | None) -> Tensor:
        with torch.no_grad():
            w = self._w(torch.randn(count, self.generator.spec.z_dim, generator=rng), classes)
        return (w - self._center) @ self._into

    def styles(self, codes: Tensor, starts: Tensor, classes: Tensor | None) -> Tensor:  # noqa: ARG002 - in w already
        spec = self.generator.spec
        start, end = self.layers
        moved = self._center + codes @ self._out.T
        if (start, end) == (0, spec.num_ws):
            return moved[:, None].expand(-1, spec.num_ws, -1)
        still = (self._center + starts @ self._out.T).detach()
        rows = torch.zeros(spec.num_ws, 1, device=moved.device)
        rows[start:end] = 1.0
        return rows * moved[:, None] + (1.0 - rows) * still[:, None]

    def walk(self, u: Tensor, curve: MonotoneCurve, seen: tuple[float, float]) -> FactorWalk:
        line = (u / u.norm()).double().cpu()
        read = (self._axes / self._sds) @ line
        move = (self._axes * self._sds) @ line
        return FactorWalk(
            read.float(), move.float(), self._mean.float(), curve, "w", self.layers, seen
        )  # fmt: skip

    def line_of(self, walk: FactorWalk) -> Tensor:
        return (walk.read.double() @ (self._axes * self._sds)).float()

    def _w(self, z: Tensor, classes: Tensor | None) -> Tensor:
        w = self.generator.mapping(z.to(self.generator.device), classes)
        return truncate(w[:, None], self.generator.center(classes), self.psi, None)[:, 0]


Space = Literal["z", "w"]


def _principal(centered: Tensor) -> tuple[Tensor, Tensor]:
    """Axes [D, D] in columns and standard deviations [D] of rows [N, D]."""
    variances, axes = torch.linalg.eigh(centered.T @ centered / len(centered))
    return axes.flip(1), variances.clamp_min(0.0).sqrt().flip(0)


def one_hots(generator: Generator, classes: list[int]) -> Tensor | None:
    """Classes as the generator takes them, float32 [N, c_dim]; None for one without."""
    count = generator.spec.c_dim
    if not count:
        return None
    index = torch.tensor(classes)
    return torch.nn.functional.one_hot(index, count).float().to(generator.device)


class Painter:
    """Pictures of codes, with the noise maps of noise seed 0: those a new picture has."""

    def __init__(self, generator: Generator, codes: Codes) -> None:
        self.generator, self.codes = generator, codes
        sizes = generator.spec.noise_sizes
        self._noise = [
            noise_map(0, row, size).to(generator.device) if size else None for row, size in enumerate(sizes)
        ]

    def paint(self, codes: Tensor, starts: Tensor, classes: Tensor | None) -> Tensor:
        """Images float32 [N, 3, R, R], not clamped, differentiable in codes [N, K]."""
        return synthesize(self.generator, self.codes.styles(codes, starts, classes), self._noise)
