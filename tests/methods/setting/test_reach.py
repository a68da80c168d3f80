"""Reach: what a factor is likely to do is what was read of it."""

from dataclasses import replace

import pytest

from tests.methods.factors_by_hand import LIT, X
from wend.methods.setting.reach import slopes_of


def test_slopes_are_those_that_were_read() -> None:
    read = replace(LIT, settings={**LIT.settings, "read_slope": 0.6})
    none = replace(LIT, settings={**LIT.settings, "read_slope": float("nan")})
    assert slopes_of([read, X, none]).tolist() == pytest.approx([0.6, 1.0, 1.0])
