"""Corrections: what codes that were found layer by layer add behind the layers of a picture."""

from collections.abc import Callable

import torch
from torch import Tensor

from wend.documents.mixing import as_of_row, latents_of, parts_of
from wend.documents.picture import BlendLatent, CodeLatent, CodePart, NoisePart, Picture
from wend.errors import InvalidPicture
from wend.generators.given import with_correction
from wend.library.codes import StoredCode

Correcting = tuple[tuple[int, str, float], ...]
"""Style rows, codes that correct their layers, and by what weight: all that the corrections depend on."""
NoiseKey = int | tuple[NoisePart, ...] | None
"""What noise maps depend on: one seed, a blend of several, or no noise at all."""
MapsKey = NoiseKey | tuple[NoiseKey, Correcting]
"""The same of maps behind which corrections lie."""


def corrected_maps(
    noise: tuple[Tensor | None, ...] | None,
    key: NoiseKey,
    picture: Picture,
    code_of: Callable[[CodePart], StoredCode],
    num_ws: int,
    generator_hash: str,
    device: torch.device,
) -> tuple[tuple[Tensor | None, ...] | None, MapsKey]:
    """The maps of a picture with the corrections of its codes behind them, each by the code's weight, and
    what they depend on. A row that another latent gives is corrected by that one.

    Raises: InvalidPicture for corrections of another generator's layers.
    """
    if not any(isinstance(latent, CodeLatent | BlendLatent) for latent in latents_of(picture)):
        return noise, key
    maps = list(noise or (None,) * num_ws)
    correcting: list[tuple[int, str, float]] = []
    for row in range(num_ws):
        parts = [part for part in parts_of(as_of_row(picture, row)) if isinstance(part, CodePart)]
        own = [(part, code) for part in parts if row in (code := code_of(part)).corrections]
        if any(code.generator_hash != generator_hash for _, code in own):
            raise InvalidPicture("latent", "is a code that corrects the layers of another model")
        if own:
            added = [part.weight * torch.from_numpy(code.corrections[row]) for part, code in own]
            maps[row] = with_correction(maps[row], torch.stack(added).sum(dim=0).to(device))
            correcting += [(row, part.code, part.weight) for part, _ in own]
    return (tuple(maps), (key, tuple(correcting))) if correcting else (noise, key)
