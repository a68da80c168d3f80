"""Bias: a shift measured on true pictures, runs kept and gone on with, and what counts as growing."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.methods.widen.small_dcgan import SMALL
from wend.errors import CheckpointInvalid
from wend.measure.report.page import render_report
from wend.methods.widen.bias import BiasReach, BiasSettings, bias_reach, centres, moved_by
from wend.methods.widen.bias_result import BiasResult
from wend.worlds.digits import Digits
from wend.worlds.world import sample_factors

CPU = torch.device("cpu")
TINY = BiasSettings(iterations=2, batch=6, pictures=24, walk_updates=2, count=20, network=SMALL)


def _digits(x: float) -> Tensor:
    values = sample_factors(Digits(), 40, 3)
    return Digits().render(values | {"x": torch.full((40,), x)}, 28).images


def test_a_shift_is_told_exactly_on_true_pictures() -> None:
    moved, likeness = moved_by(_digits(-0.1), _digits(0.05))
    assert moved == pytest.approx(np.full(40, 0.15 * 28), abs=0.1)
    assert likeness.min() > 0.95
    back, _ = moved_by(_digits(0.05), _digits(-0.1))
    assert back == pytest.approx(-moved, abs=0.1)
    assert centres(_digits(0.05)) - centres(_digits(-0.1)) == pytest.approx(np.full(40, 4.2), abs=0.1)


def test_ink_that_vanishes_has_not_moved() -> None:
    whole = _digits(0.0)
    half = whole.clone()
    half[..., :14] = -1.0
    moved, likeness = moved_by(whole, half)
    assert abs(float(np.nanmean(moved))) < 0.3
    assert float(np.nanmean(centres(half) - centres(whole))) > 1.0
    assert np.nanmax(likeness) < 0.95
    moved, likeness = moved_by(whole, torch.full_like(whole, -1.0))
    assert np.isnan(moved).all()
    assert np.isnan(likeness).all()


def test_worlds_differ_in_one_width_alone() -> None:
    narrow, wide = (TINY.world(width).factors for width in (0.01, 0.09))
    assert [f.name for f, g in zip(narrow, wide, strict=True) if f != g] == ["x"]
    plans = {TINY.plan(f"x-{width:g}", 1) for width in (0.01, 0.09)}
    assert {(p.augment_share, p.is_joint, p.reach, p.seed) for p in plans} == {(0.0, False, 4.0, 1)}
    first, second = TINY.reals_of(0.01), TINY.reals_of(0.09)
    assert first.classes is not None
    assert second.classes is not None
    assert (first.classes == second.classes).all()
    assert not np.array_equal(np.asarray(first.pixels), np.asarray(second.pixels))


def test_a_run_is_kept_and_gone_on_with(tmp_path: Path) -> None:
    def run(folder: Path, settings: BiasSettings, stops: list[bool]) -> BiasReach | None:
        asked = iter(stops)
        return bias_reach(
            folder, settings, 0.09, 0, settings.reals_of, CPU, lambda _d, _t: None, lambda: next(asked)
        )

    assert run(tmp_path, TINY, [False, True]) is None
    found = run(tmp_path, TINY, [False] * 9)
    assert found is not None
    assert found.amounts == (-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0)
    # Grey pictures of an untrained generator lose a little at their edges.
    assert found.change[4] == pytest.approx(0.0, abs=0.05)
    assert found.likeness[4] == pytest.approx(1.0)
    assert found == run(tmp_path / "whole", TINY, [False] * 9)
    # What is done is read, and never asks whether to stop.
    assert run(tmp_path, TINY, []) == found
    with pytest.raises(CheckpointInvalid, match="other settings"):
        run(tmp_path, BiasSettings(iterations=3, network=SMALL), [])


def _reach(width: float, seed: int, reach: float) -> BiasReach:
    ends = (-0.5 * reach, 0.0, 0.5 * reach)
    return BiasReach(
        width, seed, 28 * width, 1.0, (-4.0, 0.0, 4.0), ends, (0.8, 1.0, 0.6), 0.1, 0.05, 0.1, 0, 9
    )


def test_growing_of_the_mean_and_of_each_seed() -> None:
    runs = (_reach(0.09, 0, 6.0), _reach(0.01, 0, 2.0), _reach(0.01, 1, 4.0), _reach(0.09, 1, 3.0))
    result = BiasResult(runs, 8.0)
    assert result.grows
    assert result.grows_in == {0: True, 1: False}
    first, last = result.rows()
    assert (first["reach"], last["reach"]) == (3.0, 4.5)
    assert first["reach_sd"] == pytest.approx(2.0**0.5)
    assert first["likeness"] == pytest.approx(0.7)
    assert not BiasResult((runs[0],), 8.0).grows
    assert not BiasResult((_reach(0.01, 0, 3.0), _reach(0.09, 0, 3.0)), 8.0).grows
    assert len(result.table().rows) == 4
    assert "in 1 of 2 seeds" in render_report(result.report({"seed": 0}))
