"""Factor sight: who sees a factor, and hues as the number nearest to the one wanted."""

from dataclasses import replace

import pytest
import torch

from tests.methods.factors_by_hand import LIT, X
from wend.measure.factor_sight import FactorSight, is_seen


def test_only_what_is_counted_from_a_measure_is_seen() -> None:
    assert is_seen(LIT, None)
    assert not is_seen(X, None)
    assert LIT.factor is not None
    assert not is_seen(replace(LIT, factor=replace(LIT.factor, anchor="zero")), None)
    assert not is_seen(replace(LIT, factor=replace(LIT.factor, attribute="head_x")), None)
    assert not is_seen(replace(LIT, factor=None), None)


def test_what_is_not_seen_is_no_number() -> None:
    sight = FactorSight([X, LIT], None)
    values = sight.values(torch.full((2, 3, 8, 8), 0.5), torch.zeros(2, 2))
    assert sight.seen == (False, True)
    assert values[:, 0].isnan().all()
    assert values[:, 1].tolist() == pytest.approx([0.5, 0.5])


def test_a_hue_is_told_near_what_is_wanted() -> None:
    assert LIT.factor is not None
    hue = replace(LIT, factor=replace(LIT.factor, attribute="picture_hue"))
    red = torch.tensor([1.0, -1.0, -1.0]).reshape(1, 3, 1, 1).expand(2, 3, 8, 8)
    values = FactorSight([hue], None).values(red, torch.tensor([[350.0], [-10.0]]))
    assert values[:, 0].tolist() == pytest.approx([360.0, 0.0], abs=1e-6)
