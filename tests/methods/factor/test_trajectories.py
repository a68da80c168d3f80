"""Trajectories: kept in their ball, warm starts that pay, and records that are thrown out as published."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import torch

from tests.methods.steer_bench import bench_of
from wend.generators.generator import Generator, GeneratorSpec
from wend.latents.factor import MonotoneCurve
from wend.methods.factor.codes import Painter, WCodes, ZCodes, into_ball
from wend.methods.factor.edits import FACTOR_EDITS
from wend.methods.factor.loss import BlurredLoss, gaussian
from wend.methods.factor.records import Records, joined, kept
from wend.methods.factor.trajectories import Trajectories, TrajectoryPlan, Way
from wend.methods.workbench import Workbench

PLAN = TrajectoryPlan((0.1, 0.2), 4, 0.05, 3)


@pytest.fixture(scope="module")
def disc(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return bench_of("analytic-disc", tmp_path_factory.mktemp("disc"))


def _run(bench: Workbench, plan: TrajectoryPlan, count: int = 4, scale: float = 1.0) -> Trajectories:
    codes = ZCodes(bench.generator, 1.0)
    starts = scale * codes.draw(torch.Generator().manual_seed(0), 4, None)[:count]
    painter = Painter(bench.generator, codes)
    none = torch.full((count,), -1)
    return Trajectories(painter, FACTOR_EDITS["shift_x"], BlurredLoss(gaussian(1.0)), starts, none, plan)


def _finished(run: Trajectories) -> Records:
    while not run.is_done:
        run.step()
    return run.records


def test_both_signs_of_every_strength_are_recorded_from_every_start(disc: Workbench) -> None:
    records = _finished(_run(disc, PLAN))
    assert len(records) == 2 * 2 * 4
    assert sorted(set(records.t.tolist())) == [-0.2, -0.1, 0.1, 0.2]
    assert records.path.bincount().tolist() == [4, 4, 4, 4]
    assert bool((records.loss < records.before).all())
    # The disc goes where its picture was sent: x is the first number of z.
    moved = (records.code - records.start)[:, 0].double()
    assert bool((moved * records.t > 0.0).all())


def test_f18_no_code_leaves_the_ball_and_none_inside_is_touched(disc: Workbench) -> None:
    records = _finished(_run(disc, replace(PLAN, learning_rate=1.0), scale=4.0))
    most = 2.0 * (1.0 + 1e-6)
    assert float(records.code.norm(dim=1).max()) <= most
    assert float(records.start.norm(dim=1).max()) <= most
    inside = torch.tensor([[0.5, -0.5, 1.0, 0.1]])
    assert torch.equal(into_ball(inside), inside)
    free = _finished(_run(disc, replace(PLAN, learning_rate=1.0, has_ball=False), scale=4.0))
    assert float(free.code.norm(dim=1).max()) > most


def test_f19_a_warm_start_ends_lower_than_a_cold_one_of_as_many_updates(disc: Workbench) -> None:
    """At t = 0.5 the disc and its target no longer touch, so from the start there is nothing to follow."""
    plan = TrajectoryPlan((0.1, 0.2, 0.3, 0.4, 0.5), 10, 0.2, 8, has_ball=False)
    warm = _finished(_run(disc, plan))
    cold = _finished(_run(disc, replace(plan, strengths=(0.5,), updates=50)))
    last = warm.t.abs() == 0.5
    assert float(warm.loss[last].mean()) < float(cold.loss.mean())


def test_f19_moments_begin_anew_with_every_target(disc: Workbench) -> None:
    """So the second target ends where one that sets out from there alone does."""
    whole = _finished(_run(disc, replace(PLAN, has_ball=False)))
    first, second = whole.take(whole.t == 0.1), whole.take(whole.t == 0.2)
    run = _run(disc, replace(PLAN, strengths=(0.2,), has_ball=False))
    back = whole.take(whole.t == -0.1)
    run._codes = torch.cat([back.code, first.code])
    alone = _finished(run)
    assert torch.equal(alone.take(alone.t == 0.2).code, second.code)


@pytest.mark.parametrize("method", ["adam", "descent"])
def test_a_batch_is_many_starts_and_nothing_else(disc: Workbench, method: Way) -> None:
    plan = replace(PLAN, method=method)
    many, one = _finished(_run(disc, plan)), _finished(_run(disc, plan, count=1))
    assert torch.allclose(many.take(many.path == 0).code, one.code, atol=1e-5)


@pytest.mark.parametrize("method", ["adam", "descent"])
def test_a_resumed_run_is_an_unbroken_one(disc: Workbench, method: Way) -> None:
    plan = replace(PLAN, method=method)
    whole = _finished(_run(disc, plan))
    run = _run(disc, plan)
    while run.updates < 5 or not run.is_at_rest:
        run.step()
    state = run.state_dict()
    again = _run(disc, plan)
    again.load_state_dict(state)
    assert torch.equal(_finished(again).code, whole.code)
    _finished(run)
    assert again.updates == run.updates, "what is done twice counts once"
    with pytest.raises(ValueError, match="other starts"):
        _run(disc, plan, scale=0.5).load_state_dict(state)


def test_f19_records_are_thrown_out_by_what_they_left_and_by_the_worst_tenth() -> None:
    count = 20
    numbers = torch.arange(count).float()
    records = Records(
        torch.zeros(count, 2), torch.zeros(count, 2), torch.ones(count).double(), numbers,
        torch.full((count,), 30.0), torch.arange(count), torch.full((count,), -1),
    )  # fmt: skip
    # The source: sort, and keep those strictly below the entry at nine tenths.
    assert kept(records, 1e9, 0.1).tolist() == (numbers < 18.0).tolist()
    assert kept(records, 0.2, 0.0).tolist() == (numbers <= 6.0).tolist()
    assert kept(records, 1e9, 0.0).all()
    assert len(joined([records, records])) == 2 * count


class Classed:
    """Of a generator with 1000 classes what the prior of w needs: w is the number of the class alone."""

    spec = GeneratorSpec(8, 1, 1, 1, ("only",), (0,), classes=tuple(str(k) for k in range(1000)))
    device = torch.device("cpu")

    def mapping(self, z: torch.Tensor, c: torch.Tensor | None) -> torch.Tensor:
        assert c is not None
        return c.argmax(dim=1, keepdim=True).float()

    def center(self, c: torch.Tensor | None) -> torch.Tensor:
        assert c is not None
        return torch.zeros(len(c), 1)


def test_every_class_counts_in_the_prior_of_w() -> None:
    codes = WCodes(cast("Generator", Classed()), 1.0, (0, 1), tuple(range(1000)))
    walk = codes.walk(torch.ones(1), MonotoneCurve.identity(), (-1.0, 1.0))
    # 8192 pictures go round 8 times, and 192 classes have one more.
    assert float(walk.center) == pytest.approx(499.5, abs=11.0)


def test_whitened_w_has_the_spread_of_the_prior_and_leaves_other_rows_alone(tmp_path: Path) -> None:
    bench = bench_of("small", tmp_path)
    codes = WCodes(bench.generator, 0.9, (1, 3))
    drawn = codes.draw(torch.Generator().manual_seed(1), 2000, None)
    assert drawn.mean(dim=0).abs().max() < 0.12
    assert (drawn.std(dim=0) - 1.0).abs().max() < 0.1
    # What is read of a style is the code it was made of.
    starts, moved = drawn[:2], drawn[2:4]
    styles = codes.styles(moved, starts, None)
    still = codes.styles(starts, starts, None)
    assert torch.equal(styles[:, 0], still[:, 0])
    assert not torch.equal(styles[:, 1], still[:, 1])
    u = torch.zeros(codes.width)
    u[1] = 1.0
    walk = codes.walk(u, MonotoneCurve.identity(), (-1.0, 1.0))
    assert torch.allclose(walk.position(styles), moved[:, 1].double(), atol=1e-4)
    assert torch.allclose(codes.line_of(walk), u, atol=1e-5)
    assert float(walk.read @ walk.move) == pytest.approx(1.0, abs=1e-5)
