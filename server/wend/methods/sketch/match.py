"""Match: how well what a generator draws lies on drawings it has not learned from, at a few fixed latents."""

import torch
from torch import Tensor

from wend.generators.generator import Generator, synthesize
from wend.latents.seed import z_of_seeds
from wend.methods.invert.inversion import noise_of
from wend.methods.sketch.extractor import Extractor

_FIRST_SEED = 900_000
_CHUNK = 16


class MatchLook:
    """Always the same latents and the same noise: two looks differ by the generator alone."""

    def __init__(self, extractor: Extractor, drawings: Tensor, count: int = 64) -> None:
        """drawings: maps [K, C, S, S]; count: of samples."""
        self._extractor, self._drawings, self._count = extractor, drawings, count

    @torch.no_grad()
    def score(self, generator: Generator) -> float:
        """Mean over samples and drawings of how well one lies on the other, 0..1."""
        return float(self._extractor.score(self.maps(generator), self._drawings).mean())

    @torch.no_grad()
    def maps(self, generator: Generator) -> Tensor:
        """What the computer draws of the samples, [count, C, S, S]."""
        return torch.cat([self._extractor.maps(part) for part in self.images(generator).split(_CHUNK)])

    @torch.no_grad()
    def images(self, generator: Generator) -> Tensor:
        """The samples [count, 3, R, R], untruncated."""
        return drawn_with(generator, list(range(_FIRST_SEED, _FIRST_SEED + self._count)))


@torch.no_grad()
def drawn_with(generator: Generator, seeds: list[int]) -> Tensor:
    """Images [N, 3, R, R] in [-1, 1] of seeds, untruncated, with the noise that the page begins with."""
    spec = generator.spec
    z = z_of_seeds(seeds, spec.z_dim).to(generator.device)
    ws = generator.mapping(z)[:, None].expand(-1, spec.num_ws, -1)
    noise = noise_of(generator)
    return torch.cat([synthesize(generator, part, noise) for part in ws.split(_CHUNK)]).clamp(-1.0, 1.0)
