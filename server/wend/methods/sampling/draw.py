"""Drawing: one batch of pictures whose factors have chosen values, measured where something sees them."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from wend.latents.factor import PRIOR_SD
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import Sliced
from wend.methods.setting.batch import FactorBatch
from wend.methods.setting.corrections import ROUNDS, Corrections

Column = Literal["alpha", "wanted", "predicted", "position", "measured", "before", "seen_before"]
COLUMNS: tuple[Column, ...] = (
    "alpha",
    "wanted",
    "predicted",
    "position",
    "measured",
    "before",
    "seen_before",
)
"""What is kept of each factor of each picture: the strength, the value drawn from the law, what the factor
predicts, where it lies, what is seen in the picture; and what was predicted and seen without any strength.
NaN where nothing sees it, or nobody looked."""


@dataclass(frozen=True)
class Drawn:
    """images: float32 [N, 3, R, R]; rows: float64 [N, k, 7], COLUMNS of each factor."""

    images: Tensor
    rows: Tensor


def draw_batch(
    batch: FactorBatch,
    wanted: Tensor,
    positions: Tensor,
    before: Tensor,
    spans: Tensor,
    sight: FactorSight,
    is_closed: bool,
    looks_before: bool,
    slopes: Tensor | None = None,
) -> Sliced[Drawn]:
    """Pictures with these values; a slice draws and measures once.

    wanted: values [N, k]; positions: where the curves have them, [N, k]; before: where the latents are by
    themselves; spans: [k]; slopes: as of `Corrections`. is_closed: measure and correct, for those that are
    seen; looks_before: also measure the pictures as they would be without. Raises: FactorsConflict.
    """
    values_before = batch.values(before)
    seen_before = torch.full_like(wanted, float("nan"))
    if looks_before and any(sight.seen):
        seen_before = sight.values(batch.images(batch.still), values_before)
        yield
    alphas = batch.reaching(positions)
    images = batch.images(alphas)
    seen = sight.values(images, wanted)
    yield
    if is_closed and any(sight.seen):
        # At 3 standard deviations the prior ends: beyond, pictures would be drawn that it hardly has.
        edge = torch.full_like(before, PRIOR_SD)
        low, high = batch.values(-edge) - values_before, batch.values(edge) - values_before
        likely = None if slopes is None else torch.where(torch.tensor(sight.seen), slopes, 1.0)
        looked = Corrections(wanted, spans, alphas, low, high, ROUNDS, likely)
        if not torch.allclose(looked.alphas, alphas, rtol=0.0, atol=1e-9):
            # Lines that share something may ask for more than there is.
            seen = sight.values(batch.images(looked.alphas), wanted)
            yield
        looked.look(_told(batch, looked.alphas, seen, sight))
        while not looked.is_done:
            images = batch.images(looked.alphas)
            looked.look(_told(batch, looked.alphas, sight.values(images, wanted), sight))
            yield
        alphas = looked.best[0]
        images = batch.images(alphas)
        seen = sight.values(images, wanted)
        yield
    now = batch.positions(alphas)
    rows = torch.stack([alphas, wanted, batch.values(now), now, seen, values_before, seen_before], dim=2)
    return Drawn(images, rows)


def _told(batch: FactorBatch, alphas: Tensor, seen: Tensor, sight: FactorSight) -> Tensor:
    """What is seen, and of factors that nothing sees what they predict, [N, k]."""
    predicted = batch.values(batch.positions(alphas))
    return torch.where(torch.tensor(sight.seen) & torch.isfinite(seen), seen, predicted)
