"""Owner of the loop: it finds minima, resumes bit for bit, goes back from what is not finite, stops early."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.optim.quadratic import Quadratic
from wend.errors import Diverged
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.optim.optimization import Optimization
from wend.optim.schedules import Schedule
from wend.optim.settings import OptimizationSettings

SCALES = (1.0, 4.0, 100.0)
NOISY = OptimizationSettings(
    updates=40, learning_rate=0.1, schedule=Schedule("cosine", 0.1), clip=20.0, check_every=7
)


def test_adam_finds_the_minimum() -> None:
    objective = Quadratic(SCALES)
    run = Optimization(objective, OptimizationSettings(400, learning_rate=0.2, schedule=Schedule("cosine")))
    run.run()
    assert torch.allclose(objective.x, objective.goal, atol=1e-3)
    assert (run.updates, run.fraction, objective.draws) == (400, 1.0, 400)
    assert [check.update for check in run.checks] == [0, 400]
    assert run.checks[0].loss == pytest.approx(0.5 * (1.0 + 4.0 * 4.0 + 100.0 * 9.0), rel=1e-5)


def test_lbfgs_finds_the_minimum_of_a_fixed_loss_in_few_updates() -> None:
    objective = Quadratic(SCALES)
    settings = OptimizationSettings(25, "lbfgs", learning_rate=1.0, rounds=0)
    Optimization(objective, settings).run()
    assert torch.allclose(objective.x, objective.goal, atol=1e-3)
    assert objective.draws == 1
    # Steepest descent at the greatest stable rate is still far away after as many updates.
    x = torch.zeros(3)
    for _ in range(25):
        x -= 2.0 / 101.0 * objective.scales * (x - objective.goal)
    assert float((x - objective.goal).norm()) > 0.1


def test_several_rounds_look_at_one_draw() -> None:
    objective = Quadratic(SCALES, noise=0.1)
    Optimization(objective, OptimizationSettings(12, "lbfgs", 0.5, rounds=4)).run()
    assert objective.draws == 3


def test_losses_are_the_sums_of_their_parts() -> None:
    objective = Quadratic(SCALES, chunks=3, noise=0.5, is_held_out=False)
    run = Optimization(objective, replace(NOISY, updates=1))
    before = objective.x.detach().clone()
    while not run.is_done:
        run.step()
    goals = objective.goal + objective.drawn
    expected = (0.5 * objective.scales * (before - goals).square()).sum(dim=1).mean()
    assert run.losses["total"] == pytest.approx(float(expected), rel=1e-5)
    assert run.checks == []


@pytest.mark.parametrize(
    "settings",
    [
        NOISY,
        replace(NOISY, patience=2, least_gain=0.5),
        replace(NOISY, method="lbfgs", rounds=4, schedule=Schedule()),
    ],
)
@pytest.mark.parametrize("stop", [1, 2, 15, 16, 35, 61])
def test_resumed_equals_unbroken_bit_for_bit(
    settings: OptimizationSettings, stop: int, tmp_path: Path
) -> None:
    broken = frozenset({11, 40})
    unbroken = Optimization(Quadratic(SCALES, noise=0.3, broken=broken), settings)
    unbroken.run()
    first = Optimization(Quadratic(SCALES, noise=0.3, broken=broken), settings)
    steps = 0
    while steps < stop or not first.is_at_rest:
        first.step()
        steps += 1
    save_checkpoint(tmp_path / "checkpoint", first.state_dict())
    calls = first.objective.calls  # type: ignore[attr-defined]  # of the fake
    resumed_objective = Quadratic(SCALES, noise=0.3, broken=broken)
    resumed = Optimization(resumed_objective, settings)
    # The fake counts its calls to know when to break; a real objective has nothing of the kind.
    resumed_objective.calls = calls
    resumed.load_state_dict(load_checkpoint(tmp_path / "checkpoint"))
    resumed.run()
    assert torch.equal(resumed.parameters[0], unbroken.parameters[0])
    assert (resumed.totals, resumed.checks, resumed.updates) == (
        unbroken.totals,
        unbroken.checks,
        unbroken.updates,
    )


def test_a_state_is_a_copy() -> None:
    run = Optimization(Quadratic(SCALES), NOISY)
    while run.updates < 3:
        run.step()
    state = run.state_dict()
    saved = repr(state)
    run.run()
    assert repr(state) == saved


def test_a_state_of_other_settings_is_refused() -> None:
    state = Optimization(Quadratic(SCALES), NOISY).state_dict()
    with pytest.raises(ValueError, match="other settings"):
        Optimization(Quadratic(SCALES), replace(NOISY, clip=1.0)).load_state_dict(state)


def test_not_finite_goes_back_and_on() -> None:
    # Two chunks an update: calls 50 and 51 are update 25, five after the last state kept.
    objective = Quadratic(SCALES, broken=frozenset({50}), is_held_out=False)
    run = Optimization(objective, OptimizationSettings(400, learning_rate=0.2, schedule=Schedule("cosine")))
    seen: list[torch.Tensor] = []
    while run.updates < 26:
        if run.is_at_rest and len(seen) == run.updates:
            seen.append(objective.x.detach().clone())
        run.step()
    assert torch.equal(objective.x, seen[20])
    assert len(run.totals) == 25
    run.run()
    assert torch.allclose(objective.x, objective.goal, atol=1e-2)


def test_states_are_kept_as_often_as_asked() -> None:
    objective = Quadratic(SCALES, chunks=1, broken=frozenset({27}), is_held_out=False)
    run = Optimization(objective, OptimizationSettings(40, "lbfgs", 0.1, rounds=0, rollbacks=0, kept_every=8))
    with pytest.raises(Diverged):
        run.run()
    assert run.updates == 28
    seen: list[torch.Tensor] = []
    for updates in (20, 24):
        whole = Quadratic(SCALES, chunks=1, is_held_out=False)
        Optimization(whole, OptimizationSettings(updates, "lbfgs", 0.1, rounds=0)).run()
        seen.append(whole.x.detach())
    assert torch.equal(objective.x, seen[1])
    assert not torch.equal(*seen)


def test_a_state_from_before_there_was_a_choice_goes_on() -> None:
    run = Optimization(Quadratic(SCALES), NOISY)
    state = run.state_dict()
    settings = state["settings"]
    assert isinstance(settings, dict)
    del settings["kept_every"]
    Optimization(Quadratic(SCALES), NOISY).load_state_dict(state)
    with pytest.raises(ValueError, match="other settings"):
        Optimization(Quadratic(SCALES), replace(NOISY, kept_every=8)).load_state_dict(state)


def test_after_going_back_the_rate_is_halved() -> None:
    plain, broken = Quadratic((1.0,)), Quadratic((1.0,), broken=frozenset({0}))
    moved: list[float] = []
    for objective in (plain, broken):
        run = Optimization(objective, OptimizationSettings(100, learning_rate=0.1))
        while len(run.totals) < 1:
            run.step()
        moved.append(float(objective.x.detach()))
    assert moved == pytest.approx([0.1, 0.05], rel=1e-4)


def test_gives_up_when_nothing_is_finite() -> None:
    objective = Quadratic(SCALES, broken=frozenset(range(1000)))
    run = Optimization(objective, OptimizationSettings(100, rollbacks=3))
    with pytest.raises(Diverged, match="4 times"):
        run.run()
    assert torch.equal(objective.x, torch.zeros(3))


def test_gives_up_when_every_third_update_is_not_finite() -> None:
    objective = Quadratic((1.0,), chunks=1, broken=frozenset(range(0, 3000, 3)), is_held_out=False)
    run = Optimization(objective, OptimizationSettings(300, most_rollbacks=5))
    with pytest.raises(Diverged, match=r"not finite 6 times\."):
        run.run()
    assert run.rollbacks == 6


def test_the_rate_recovers_after_fifty_good_updates() -> None:
    """At a constant rate Adam moves by about the rate, far from the goal."""
    objective = Quadratic((1.0,), chunks=1, broken=frozenset({0}), is_held_out=False)
    objective.goal = torch.tensor([1e4])
    run = Optimization(objective, OptimizationSettings(60, learning_rate=0.1))
    places = [0.0]
    while not run.is_done:
        run.step()
        places.append(float(objective.x.detach()))
    steps = [after - before for before, after in itertools.pairwise(places)]
    assert steps[1:51] == pytest.approx([0.05] * 50, rel=1e-2)
    assert steps[51:] == pytest.approx([0.1] * 9, rel=1e-2)
    assert run.rollbacks == 1


def test_lbfgs_forgets_its_pairs_when_it_goes_back() -> None:
    """The first step of L-BFGS is the gradient, cut to a length of 1 in sum."""
    objective = Quadratic((4.0,), chunks=1, broken=frozenset({12}), is_held_out=False)
    run = Optimization(objective, OptimizationSettings(14, "lbfgs", learning_rate=0.01, rounds=0))
    places: list[float] = []
    while not run.is_done:
        run.step()
        places.append(float(objective.x.detach()))
    kept, after = places[9], places[13]
    assert places[12] == kept
    assert after - kept == pytest.approx(0.005, rel=1e-4)


class Slow(Quadratic):
    """Its held-out loss goes down by a quarter per cent a look."""

    looks = 0

    def held_out(self, chunk: int) -> float:
        self.looks += chunk == 0
        return 0.5 * 0.9975**self.looks


def test_small_gains_add_up() -> None:
    settings = OptimizationSettings(60, check_every=1, patience=4, least_gain=0.003)
    run = Optimization(Slow((1.0,)), settings)
    run.run()
    assert run.updates == 60
    # As small as these and never adding up to a gain, they end it.
    short = Optimization(Slow((1.0,)), replace(settings, least_gain=0.05))
    short.run()
    assert short.updates == 4


def test_clipping_bounds_the_gradient() -> None:
    objective = Quadratic((1e6,), is_held_out=False)
    settings = OptimizationSettings(1, "lbfgs", learning_rate=1.0, clip=0.5)
    Optimization(objective, settings).run()
    # The first step of L-BFGS is the gradient, no longer than 1 in sum.
    assert float(objective.x.detach()) == pytest.approx(0.5, rel=1e-3)


def test_patience_ends_the_run_with_the_best_parameters() -> None:
    objective = Quadratic((1.0, 1.0), noise=3.0)
    settings = OptimizationSettings(5000, learning_rate=0.5, check_every=10, patience=5)
    run = Optimization(objective, settings)
    run.run()
    assert run.updates < 5000
    assert run.is_done
    best = min(check.loss for check in run.checks)
    assert sum(objective.held_out(k) for k in range(2)) == pytest.approx(best, rel=1e-6)
    assert run.checks[-1].loss > best


def test_without_patience_the_last_parameters_are_kept() -> None:
    objective = Quadratic((1.0, 1.0), noise=3.0)
    run = Optimization(objective, OptimizationSettings(200, learning_rate=0.5, check_every=10))
    run.run()
    assert run.updates == 200
    assert sum(objective.held_out(k) for k in range(2)) == run.checks[-1].loss


def test_projection_comes_after_every_step() -> None:
    objective = Quadratic((1.0,), is_held_out=False)
    objective.goal = torch.tensor([500.0])
    Optimization(objective, OptimizationSettings(60, learning_rate=10.0)).run()
    assert float(objective.x.detach()) == 100.0
