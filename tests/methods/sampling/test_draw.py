"""Drawing a batch: what is corrected from is what was looked at."""

from pathlib import Path

import torch
from torch import Tensor

from tests.methods.factors_by_hand import LIGHT, LIGHT_SD, LIT, X_SD, disc_bench, record
from wend.latents.seed import z_of_seeds
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import finish
from wend.methods.sampling.draw import draw_batch
from wend.methods.setting.batch import FactorBatch
from wend.methods.setting.reach import factor_of
from wend.perception.network import Measurement


class Noting(FactorSight):
    """Keeps the pictures it is shown."""

    def values(self, images: Tensor, near: Tensor, measured: Measurement | None = None) -> Tensor:
        self.shown = [*getattr(self, "shown", []), images]
        return super().values(images, near, measured)


def test_what_lies_beyond_the_ends_is_drawn_at_them_before_it_is_corrected(tmp_path: Path) -> None:
    """Two lines that share 0.6, asked to go to opposite ends: each alone would have to go beyond its own."""
    bench = disc_bench(tmp_path)
    records = [LIT, record("tilted", (0.8, 0.0, 0.0, 0.6), X_SD)]
    walks = [factor_of(each).walk for each in records]
    batch = FactorBatch(bench.generator, walks, 1.0, z_of_seeds([3], 4), None, [None])
    before = batch.positions(batch.still)
    positions = torch.tensor([[2.9, -2.9]], dtype=torch.float64)
    wanted = batch.values(positions)
    edge = torch.full_like(before, 3.0)
    ends = [batch.values(sign * edge) - batch.values(before) for sign in (-1.0, 1.0)]
    asked = batch.reaching(positions)
    clamped = asked.clamp(*ends)
    assert not torch.allclose(asked, clamped)
    sight = Noting(records, None)
    spans = torch.tensor([6.0 * LIGHT_SD, 6.0 * X_SD], dtype=torch.float64)
    finish(draw_batch(batch, wanted, positions, before, spans, sight, True, False))
    assert any(torch.allclose(images, batch.images(clamped), atol=1e-4) for images in sight.shown[:2])
    assert float(wanted[0, 0]) > LIGHT
