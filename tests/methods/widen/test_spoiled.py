"""Widening where gradients are not finite: the update is left out, and a run that stays so is given up."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from tests.methods.widen.small_dcgan import small_widening
from wend.errors import Diverged
from wend.methods.widen.objective import MAX_BAD, Widening
from wend.methods.widen.plan import WideningPlan

TINY = WideningPlan(iterations=3, batch=6, walk_updates=2, reach=20.0)


class _Spoiled(nn.Module):
    """A discriminator that answers with NaN in the iterations named."""

    def __init__(self, inner: nn.Module, bad: set[int]) -> None:
        super().__init__()
        self.inner, self.bad, self.iteration = inner, bad, -1

    def forward(self, images: Tensor, c: Tensor) -> Tensor:
        logits: Tensor = self.inner(images, c)
        return logits * float("nan") if self.iteration in self.bad else logits


def _spoiled(bad: set[int], iterations: int) -> tuple[Widening, _Spoiled]:
    widening = small_widening(replace(TINY, iterations=iterations))
    judge = _Spoiled(widening.discriminator, bad)
    widening.discriminator = judge
    return widening, judge


def _run(widening: Widening, judge: _Spoiled | None = None) -> None:
    while not widening.is_done:
        if judge is not None:
            judge.iteration = widening.update
        widening.step()


def test_an_update_that_is_not_finite_changes_nothing() -> None:
    widening, judge = _spoiled({1}, 3)
    judge.iteration = 0
    widening.step()
    before = {
        name: t.clone()
        for network in (widening.network, judge.inner)
        for name, t in network.state_dict(prefix=f"{type(network).__name__}.").items()
    }
    walk = widening.walk.detach().clone()
    judge.iteration = 1
    losses = widening.step()
    assert "total" not in losses
    assert torch.equal(widening.walk, walk)
    for network in (widening.network, judge.inner):
        for name, t in network.state_dict(prefix=f"{type(network).__name__}.").items():
            assert torch.equal(t, before[name]), name
    judge.iteration = 2
    assert "total" in widening.step()
    assert not torch.equal(widening.walk, walk)
    assert bool(torch.isfinite(widening.walk).all())


def test_a_run_that_stays_not_finite_is_given_up() -> None:
    widening, judge = _spoiled({0, 1, *range(3, 50)}, 50)
    with pytest.raises(Diverged, match=f"{MAX_BAD} times"):
        _run(widening, judge)
    # Two bad ones before a good one did not count; a resumed run goes on counting.
    assert widening.update == 3 + MAX_BAD
    widening, judge = _spoiled({0, 1, 2, 3, 4, 5}, 50)
    for judge.iteration in range(MAX_BAD - 1):
        widening.step()
    again, other = _spoiled(judge.bad, 50)
    again.load_state_dict(widening.state_dict())
    other.iteration = MAX_BAD - 1
    with pytest.raises(Diverged):
        again.step()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_frozen_walk_that_is_not_finite_is_given_up(value: float) -> None:
    frozen = small_widening(replace(TINY, is_joint=False, iterations=0, walk_updates=50))
    with torch.no_grad():
        frozen.walk.fill_(value)
    with pytest.raises(Diverged):
        _run(frozen)
