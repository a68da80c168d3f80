"""Latent use: how much a VAE's code tells of a picture, latent by latent, and what is lost on the way.

A VAE under pressure drops what is costly to tell: a latent whose KL is near 0 says nothing, and a factor of
the world that no latent follows is one the decoder cannot be steered by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.generators.generator import Generator, synthesize
from wend.generators.vae import kl_to_prior
from wend.measure.agreement import r_squared
from wend.measure.chart import Axis, BarChart
from wend.measure.export import Plain, Table, to_dict
from wend.measure.slices import Sliced

USED = 0.1
"""Nats above which a latent counts as used; what is dropped lies below a hundredth."""
FOLLOWED = 0.1
"""Share of a factor's variance below which a code does not follow it."""
_CHUNK = 32
# Probabilities this close to 0 or 1 are as sure as a decoder in half precision can be.
_SURE = 1e-6


class CodeEncoder(Protocol):
    """Images float32 [N, 3, R, R] in [-1, 1] -> mean and log variance of z, both [N, z_dim]."""

    def __call__(self, images: Tensor) -> tuple[Tensor, Tensor]: ...


@dataclass(frozen=True)
class LatentUse:
    """Of one VAE over `count` pictures.

    kl [z_dim]: mean KL of each latent to the prior, nats; missed: nats per picture that Bernoulli pixels of
    the decoded mean miss; error: mean squared error of a pixel of it, in 0..1 squared; followed: factor
    name -> share of its variance, at most 1, that a straight line through codes explains, None where the
    factor did not vary. Codes are drawn from what the encoder says: of a latent that is as good as the prior
    even a mean that follows a factor exactly, but hardly moves, tells nothing.
    """

    kl: tuple[float, ...]
    missed: float
    error: float
    followed: dict[str, float | None]
    count: int

    @property
    def total(self) -> float:
        """Nats that the whole code tells of a picture."""
        return sum(self.kl)

    @property
    def used(self) -> int:
        """Latents of more than 0.1 nats."""
        return sum(kl > USED for kl in self.kl)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Factors that vary and that the code does not follow."""
        return tuple(name for name, share in self.followed.items() if share is not None and share < FOLLOWED)

    def as_dict(self) -> dict[str, Plain]:
        ways = {"total": self.total, "used": self.used, "dropped": self.dropped}
        return {**to_dict(self), **to_dict(ways)}

    def table(self) -> Table:
        return Table(("latent", "KL (nats)"), tuple((k, kl) for k, kl in enumerate(self.kl)))


def latent_use(
    generator: Generator, encoder: CodeEncoder, images: Tensor, factors: Mapping[str, Tensor]
) -> Sliced[LatentUse]:
    """Encode and decode images float32 [N, 3, R, R] in [-1, 1], N >= 2; a slice per few of them.

    factors: name -> values float32 [N] of what varies on a line, from which the pictures were drawn. z is
    taken at its mean when it is decoded. Source: Higgins et al. 2017, "beta-VAE" (KL per latent).
    """
    rng = torch.Generator().manual_seed(0)
    codes: list[Tensor] = []
    kls: list[Tensor] = []
    missed = error = 0.0
    for start in range(0, len(images), _CHUNK):
        part = images[start : start + _CHUNK].to(generator.device)
        with torch.no_grad():
            mean, log_variance = encoder(part)
            again = synthesize(generator, generator.mapping(mean)[:, None], [None])
        kls.append(kl_to_prior(mean, log_variance).double().cpu())
        noise = torch.randn(mean.shape, generator=rng, dtype=torch.float64)
        codes.append(mean.double().cpu() + torch.exp(0.5 * log_variance.double().cpu()) * noise)
        nats, squares = _losses(again, part)
        missed += nats
        error += squares
        yield
    code = torch.cat(codes).numpy()
    return LatentUse(
        tuple(torch.cat(kls).mean(dim=0).tolist()),
        missed / len(images),
        error / len(images),
        {name: _followed(code, values.double().cpu().numpy()) for name, values in factors.items()},
        len(images),
    )


def slices_of(count: int) -> int:
    """How many slices `latent_use` takes for so many pictures."""
    return -(-count // _CHUNK)


def kl_chart(title: str, found: Mapping[str, LatentUse], note: str = "") -> BarChart:
    """KL of each latent, the largest first: a row per rank, a bar per name."""
    longest = max(len(use.kl) for use in found.values())
    series = {
        name: tuple(sorted(use.kl, reverse=True)) + (0.0,) * (longest - len(use.kl))
        for name, use in found.items()
    }
    names = tuple(f"latent {k + 1}" for k in range(longest))
    return BarChart(title, Axis("KL to the prior", "nats", low=0.0), names, series, note, reference=USED)


def _losses(again: Tensor, images: Tensor) -> tuple[float, float]:
    """Sums over pictures of Bernoulli nats, and of the mean squared error, grey, in 0..1."""
    chances, wanted = ((0.5 * (each.double() + 1.0)).mean(dim=1) for each in (again, images))
    sure = chances.clamp(_SURE, 1.0 - _SURE)
    nats = -(wanted * sure.log() + (1.0 - wanted) * (1.0 - sure).log())
    return float(nats.sum()), float((chances - wanted).square().mean(dim=(1, 2)).sum())


def _followed(code: NDArray[np.float64], values: NDArray[np.float64]) -> float | None:
    wide = np.column_stack([code, np.ones(len(code))])
    guess = wide @ np.linalg.lstsq(wide, values, rcond=None)[0]
    return r_squared(values, guess)
