"""Match: how well what a generator draws lies on drawings it has not learned from, at a few fixed latents.

Source of the gap: Gretton et al., "A kernel two-sample test", JMLR 2012, lemma 6, equation 3, unbiased, with
the score of a pair of maps in the place of the kernel.
"""

from collections.abc import Sequence
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
    nothing of variety, it is 1 - match. error: standard error of the gap over samples.
    """

    update: int
    match: float
    gap: float
    error: float = 0.0


def nearest_of(looks: Sequence[Look]) -> Look | None:
    """The one with the smallest gap."""
    return min(looks, key=lambda look: look.gap, default=None)


def best_of(looks: Sequence[Look]) -> Look | None:
    """While there is a gap, the newest look whose own cannot be told from the smallest: of those that do as
    well, the one that has learned longest. Once a look has a gap that cannot be told from none, its samples
    could be of the drawings' kind, and who learns longer learns by heart: then only one that is nearer for
    certain. Of looks up to one, it is that one or the best of those before.

    Source of the first: the one standard error rule, Breiman et al., "Classification and Regression Trees",
    1984, section 3.4.3.
    """
    if not looks:
        return None
    best = nearest = looks[0]
    for look in looks[1:]:
        nearest = min(nearest, look, key=lambda each: each.gap)
        if best.gap > best.error:
            is_better = look.gap <= nearest.gap + nearest.error
        else:
            is_better = look.gap + look.error < best.gap
        best = look if is_better else best
    return best


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
            self._among = float(_of_others(extractor.score(learned, learned)).mean())

    @torch.no_grad()
    def look(self, generator: Generator, update: int) -> Look:
        """After `update` iterations."""
        maps = self.maps(generator)
        to_drawings = self._extractor.score(maps, self._drawings).mean(dim=1)
        match = float(to_drawings.mean())
        if self._among is None:
            return Look(update, match, 1.0 - match, _standard_error(to_drawings))
        to_others = _of_others(self._extractor.score(maps, maps))
        gap = self._among + float(to_others.mean()) - 2.0 * match
        # A sample's share in the mean over pairs is twice its own row's.
        return Look(update, match, gap, 2.0 * _standard_error(to_others - to_drawings))

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


def _of_others(scores: Tensor) -> Tensor:
    """Of scores [n, n] of things with each other: each one's mean with the others, [n]."""
    return (scores.sum(dim=1) - scores.diagonal()) / (len(scores) - 1)


def _standard_error(values: Tensor) -> float:
    return float(values.std() / len(values) ** 0.5) if len(values) > 1 else 0.0


@torch.no_grad()
def drawn_with(generator: Generator, seeds: list[int]) -> Tensor:
    """Images [N, 3, R, R] in [-1, 1] of seeds, untruncated, with the noise that the page begins with."""
    spec = generator.spec
    z = z_of_seeds(seeds, spec.z_dim).to(generator.device)
    ws = generator.mapping(z)[:, None].expand(-1, spec.num_ws, -1)
    noise, at_once = noise_of(generator), portion(spec.resolution, _CHUNK)
    return torch.cat([synthesize(generator, part, noise) for part in ws.split(at_once)]).clamp(-1.0, 1.0)
