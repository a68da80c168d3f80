"""Match: how well what a generator draws lies on drawings it has not learned from, at a few fixed latents.

Source of the gap: Gretton et al., "A kernel two-sample test", JMLR 2012, lemma 6, equation 3, unbiased, with
the score of a pair of maps in the place of the kernel.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.generators.generator import Generator, synthesize
from wend.generators.portion import portion
from wend.latents.seed import z_of_seeds
from wend.methods.invert.inversion import noise_of
from wend.methods.sketch.drawn import Drawn
from wend.methods.sketch.extractor import Extractor
from wend.methods.sketch.resolution import halvings

_FIRST_SEED = 900_000
_CHUNK = 16


@dataclass(frozen=True)
class Look:
    """What samples looked like after `update` iterations.

    match: mean over samples and drawings of how well one lies on the other, 0..1; gap: how far the samples as
    a whole are from the drawings as a whole, about 0 where they could be of one kind, more where they differ
    in pose, and more, too, where all samples are alike and the drawings are not. For one drawing, which says
    nothing of variety, it is 1 - match.
    """

    update: int
    match: float
    gap: float


class MatchLook:
    """Always the same latents and the same noise: two looks differ by the generator alone."""

    def __init__(self, extractor: Extractor, drawn: Drawn, count: int = 64) -> None:
        """count: of samples. What drawings have in common is told by those kept back and the others: of
        the few kept back alone it would be a matter of luck."""
        self._extractor, self._count = extractor, count
        learned, self._drawings = _shrunk(drawn.maps), _shrunk(drawn.held_out)
        self._among: float | None = None
        if drawn.is_held_out:
            self._among = float(extractor.score(learned, self._drawings).mean())
        elif len(drawn.maps) > 1:
            self._among = _apart(extractor.score(learned, learned))

    @torch.no_grad()
    def look(self, generator: Generator, update: int) -> Look:
        """After `update` iterations."""
        maps = self.maps(generator)
        match = float(self._extractor.score(maps, self._drawings).mean())
        if self._among is None:
            return Look(update, match, 1.0 - match)
        gap = self._among + _apart(self._extractor.score(maps, maps)) - 2.0 * match
        return Look(update, match, gap)

    @torch.no_grad()
    def maps(self, generator: Generator) -> Tensor:
        """What the computer draws of the samples, untruncated, [count, C, S, S], S 256 at most."""
        seeds = list(range(_FIRST_SEED, _FIRST_SEED + self._count))
        at_once = portion(generator.spec.resolution, _CHUNK)
        parts = (seeds[start : start + at_once] for start in range(0, self._count, at_once))
        return torch.cat([_shrunk(self._extractor.maps(drawn_with(generator, part))) for part in parts])


def _shrunk(maps: Tensor) -> Tensor:
    """No larger than F sees them: beyond that they are doubled, and 64 of 1024 px are gigabytes."""
    side = maps.shape[-1] >> halvings(maps.shape[-1])
    return maps if side == maps.shape[-1] else F.interpolate(maps, size=(side, side), mode="area")


def _apart(scores: Tensor) -> float:
    """Mean of scores [n, n] of things with each other, but for those with themselves."""
    count = len(scores)
    return float((scores.sum() - scores.diagonal().sum()) / (count * (count - 1)))


@torch.no_grad()
def drawn_with(generator: Generator, seeds: list[int]) -> Tensor:
    """Images [N, 3, R, R] in [-1, 1] of seeds, untruncated, with the noise that the page begins with."""
    spec = generator.spec
    z = z_of_seeds(seeds, spec.z_dim).to(generator.device)
    ws = generator.mapping(z)[:, None].expand(-1, spec.num_ws, -1)
    noise, at_once = noise_of(generator), portion(spec.resolution, _CHUNK)
    return torch.cat([synthesize(generator, part, noise) for part in ws.split(at_once)]).clamp(-1.0, 1.0)
