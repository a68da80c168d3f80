"""Widening arms: equal plans but for what they compare, kept and gone on with, gates that can fail."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.methods.widen.small_dcgan import REALS, SMALL
from wend.errors import CheckpointInvalid
from wend.generators.dcgan import DCGANConfig
from wend.measure.report.page import render_report
from wend.methods.widen.arms import ARMS, PUBLISHED, RESCALED, Arm, ArmsSettings
from wend.methods.widen.errors import PUBLISHED_AMOUNTS, EditErrors, settled
from wend.methods.widen.plan import WideningPlan
from wend.methods.widen.result import PUBLISHED_ERRORS, PUBLISHED_MEANS, ArmsResult, Found

CPU = torch.device("cpu")
TINY = ArmsSettings(iterations=2, batch=6, pictures=24, walk_updates=2, count=4, network=SMALL)


def test_arms_differ_in_what_they_compare_alone() -> None:
    plans = {arm: TINY.plan(arm, 1) for arm in ARMS}
    assert {(p.iterations, p.batch, p.scale, p.reach, p.seed) for p in plans.values()} == {
        (2, 6, 20.0, 20.0, 1)
    }
    told = {arm: (p.is_joint, p.augment_share > 0.0) for arm, p in plans.items()}
    assert told == {
        "plain": (False, False),
        "augmented": (False, True),
        "joint": (True, True),
        "joint-unaugmented": (True, False),
    }
    assert replace(TINY.plan(RESCALED, 1), scale=20.0) == plans["joint"]
    assert TINY.plan(RESCALED, 1).scale == 1.0


def test_the_published_experiment() -> None:
    assert PUBLISHED.network == DCGANConfig()
    assert PUBLISHED.plan("joint", 0) == replace(WideningPlan(), walk_updates=0)
    assert PUBLISHED.pictures * PUBLISHED.augment_share == pytest.approx(50_000 + 9_000)
    assert (PUBLISHED.walk_updates, PUBLISHED.count, PUBLISHED.pictures) == (2_000, 10_000, 70_000)
    assert PUBLISHED.other_scale == 20.0
    # Means over the ten angles but 0, as derived from the printed table.
    assert {k: round(v, 3) for k, v in PUBLISHED_MEANS.items()} == {
        "plain": 0.063,
        "augmented": 0.055,
        "joint": 0.036,
    }
    middle = {k: np.mean([e[i] for i in (2, 3, 4, 6, 7, 8)]) for k, e in PUBLISHED_ERRORS.items()}
    assert {k: round(float(v), 3) for k, v in middle.items()} == {
        "plain": 0.042,
        "augmented": 0.033,
        "joint": 0.018,
    }


@pytest.mark.parametrize("name", ["joint", "plain"])
def test_an_arm_is_kept_and_gone_on_with(name: str, tmp_path: Path) -> None:
    broken = Arm(tmp_path, TINY, name, 0, REALS, CPU)
    stops = iter([False, True])
    assert not broken.train(lambda _done, _total: None, lambda: next(stops))
    assert broken.work.update == 1
    # A plan of a version that could not say as much is the same plan.
    path = broken.folder / "plan.json"
    told = json.loads(path.read_text())
    del told["plan"]["walk_first"]
    path.write_text(json.dumps(told))
    again = Arm(tmp_path, TINY, name, 0, REALS, CPU)
    assert again.work.update == 1
    assert again.train(lambda _done, _total: None, lambda: False)
    errors = again.errors(lambda _done, _total: None, lambda: False)
    assert errors is not None
    assert set(errors) == ({20.0} if name == "joint" else {20.0, 1.0})
    assert errors[20.0].amounts == PUBLISHED_AMOUNTS
    # Measured once, it is not measured again.
    kept = Arm(tmp_path, TINY, name, 0, REALS, CPU)
    assert kept.errors(lambda _done, _total: None, lambda: True) == errors
    whole = Arm(tmp_path / "whole", TINY, name, 0, REALS, CPU)
    whole.train(lambda _done, _total: None, lambda: False)
    assert whole.errors(lambda _done, _total: None, lambda: False) == errors
    with pytest.raises(CheckpointInvalid, match="other settings"):
        Arm(tmp_path, replace(TINY, lr_walk=1e-3), name, 0, REALS, CPU)


def _errors(level: float) -> EditErrors:
    means = tuple(0.0 if a == 0.0 else level for a in PUBLISHED_AMOUNTS)
    return EditErrors(PUBLISHED_AMOUNTS, means, (0.0,) * 11, (0.0,) * 10, 5, settled=0.9)


def _result(joint: tuple[float, ...]) -> ArmsResult:
    found = [Found("joint", s, 20.0, _errors(level), 0.1) for s, level in enumerate(joint)]
    for seed in range(len(joint)):
        found += [
            Found("plain", seed, 20.0, _errors(0.10), 0.2),
            Found("augmented", seed, 20.0, _errors(0.09), 0.2),
        ]
        found += [Found("plain", seed, 1.0, _errors(9.0), 0.2)]
    return ArmsResult(tuple(found), 20.0)


def test_gates_hold_of_every_seed_or_not_at_all() -> None:
    def held(result: ArmsResult) -> list[bool]:
        return [gate.holds for gate in result.gates() if gate.holds is not None]

    assert held(_result((0.05, 0.069))) == [True, True]
    assert held(_result((0.05, 0.08))) == [True, False]
    assert held(_result((0.05, 0.095))) == [False, False]
    assert held(ArmsResult((), 20.0)) == [False, False]


def test_what_is_told_beside_the_gates() -> None:
    told = {gate.name: gate.told for gate in _result((0.05, 0.06)).gates() if gate.holds is None}
    assert [text for name, text in told.items() if name.startswith("augmented / plain")] == ["0.9, 0.9"]
    assert [text for name, text in told.items() if name.startswith("joint / augmented")] == ["0.556, 0.667"]
    # 0.05 of 0.1 beside 0.1 of 0.2: no gain at all, where the errors alone say half.
    assert [text for name, text in told.items() if name.startswith("joint / plain")] == ["1, 1.2"]
    assert told["loss of the walk, last quarter / the one before"] == "plain 0.90, augmented 0.90, joint 0.90"


def test_whether_a_walk_has_settled_by_hand() -> None:
    assert settled([9.0] * 4 + [2.0, 4.0, 1.0, 2.0]) == pytest.approx(0.5)
    assert settled([1.0] * 7) is None


def test_the_table_and_the_page() -> None:
    result = _result((0.05, 0.06))
    told = result.as_dict()
    arms = told["arms"]
    assert isinstance(arms, dict)
    joint = arms["joint"]
    assert isinstance(joint, dict)
    assert joint["mean"] == pytest.approx(0.055)
    assert joint["sd_over_seeds"] == pytest.approx(0.0070711, rel=1e-3)
    assert joint["published_mean"] == pytest.approx(0.036)
    # Half of what its pictures change when turned; less gained than the error alone says.
    assert joint["of_still"] == pytest.approx(0.55)
    table = result.table()
    assert len(table.rows) == 8 + 3
    assert all(len(row) == len(table.columns) for row in table.rows)
    html = render_report(result.report({"seed": 0}))
    assert "joint below both frozen arms" in html
    assert "Published, on MNIST" in html
