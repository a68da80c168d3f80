"""A polished direction changes less outside of its region, and about as much inside."""

from pathlib import Path

import torch
from torch import Tensor

from tests.methods.region.test_search import bench_of, noise_of, start_of
from wend.measure.slices import finish
from wend.methods.region.effects import RegionJacobian
from wend.methods.region.jacobian import Linearization
from wend.methods.region.polish import polish
from wend.methods.region.rank import Energies, rank
from wend.methods.region.space import RegionSpace


def test_less_changes_outside_and_about_as_much_inside(tmp_path: Path) -> None:
    generator = bench_of("portraits-64", tmp_path).generator
    ws, noise = start_of(generator, 0), noise_of(generator)
    mask = torch.zeros(64, 64)
    mask[38:48, 25:40] = 1.0
    with torch.no_grad():
        at = finish(Linearization.at(generator, ws, noise, is_preview_wanted=False, batch=16))
        jacobian = RegionJacobian(at, finish(RegionSpace.fit(generator)), None, 8)
        finish(jacobian.grow(0.0, 8, 8))
        energies = finish(Energies.of(jacobian.effects, mask))
        best = finish(rank(energies, jacobian.groups, 1))[0]
        vector = best.vector(jacobian.axes, jacobian.groups, generator.spec.num_ws)
        end = 24.0 / best.inside

        def changes(direction: Tensor) -> tuple[float, float]:
            moved = finish(at.draw(at.ws + torch.tensor([-end, end])[:, None, None] * direction))
            change = (moved - at.image).abs().mean(dim=(0, 1))
            inside = float((change * mask).sum() / mask.sum())
            return inside, float((change * (1.0 - mask)).sum() / (1.0 - mask).sum())

        before = changes(vector)
        after = changes(finish(polish(jacobian, energies, mask, vector, -end, end, evaluations=10)))
        still = finish(polish(jacobian, energies, mask, vector, 0.0, 0.0))
    assert after[1] < 0.9 * before[1]
    assert after[0] > 0.8 * before[0]
    assert torch.equal(still, vector)
