"""Trials of factors: what is told of hits is what was hit."""

from pathlib import Path

import numpy as np
import pytest

from tests.methods.factors_by_hand import LIGHT_SD, LIT, disc_bench
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import finish
from wend.methods.sampling.law import bumps
from wend.methods.setting.trial import hit_of, trial_of


def test_a_hit_tells_error_spread_and_bias() -> None:
    rng = np.random.default_rng(3)
    asked = np.linspace(-1.0, 1.0, 4000)
    found = asked + 0.1 + rng.normal(0.0, 0.2, 4000)
    hit = hit_of(asked, found, reach=4.0, sd_before=1.0)
    assert hit.sd_ratio == pytest.approx(0.2, abs=0.01), "the bias is no spread"
    assert hit.bias == pytest.approx(0.1, abs=0.02)
    assert hit.r2 == pytest.approx(1.0 - (0.1**2 + 0.2**2) / (1.0 / 3.0), abs=0.02)
    assert hit.mae_of_reach == pytest.approx(hit.mae / 4.0)
    exact = hit_of(asked, asked, 4.0, 1.0)
    assert (exact.r2, exact.mae, exact.sd_ratio) == (1.0, 0.0, 0.0)


def test_set_pictures_are_nearer_than_predicted_ones(tmp_path: Path) -> None:
    bench = disc_bench(tmp_path)
    sight = FactorSight([LIT], None)
    trial = finish(trial_of(bench.generator, LIT, sight, sight, range(60), 1.0, 20))
    assert trial.asked[1] - trial.asked[0] == pytest.approx(4.0 * LIGHT_SD, rel=1e-5)
    assert trial.set.sd_ratio < 0.5 * trial.open_loop.sd_ratio
    assert trial.set.r2 > trial.open_loop.r2
    assert trial.ks_predicted < 0.02
    assert 1.0 <= trial.looks <= 4.0
    # Loop and judge are one here: what the loop missed is all there is.
    error = trial.closed - trial.targets
    assert trial.in_loop == pytest.approx(float(error.std()), rel=1e-6)
    assert (trial.ks_seen, trial.ks_seen_without) == (trial.set.ks, trial.ks_without)


def test_values_follow_a_law(tmp_path: Path) -> None:
    bench = disc_bench(tmp_path)
    sight = FactorSight([LIT], None)
    assert LIT.factor is not None
    middle = 0.5 * (LIT.factor.low + LIT.factor.high)
    law = bumps((middle - LIGHT_SD, middle + LIGHT_SD), (0.1 * LIGHT_SD,) * 2, (1.0, 1.0))
    trial = finish(trial_of(bench.generator, LIT, sight, sight, range(40), 1.0, 20, law))
    assert np.sort(trial.targets) == pytest.approx(law.quantile((np.arange(40) + 0.5) / 40))
    assert trial.ks_predicted < 0.03
    assert trial.set.ks < trial.ks_without / 3.0
