"""Factor look: a factor that is taken off the shelf while somebody looks."""

import torch

from wend.engine.factor_look import with_measured
from wend.pictures.factors import FactorValue


def test_one_that_is_gone_meanwhile_is_told_no_more() -> None:
    gone = FactorValue("family/x", 0.5, 0.1, is_off_prior=False, is_unseen=False)
    assert with_measured([gone], [], torch.zeros(1, 3, 8, 8), None, None) == ()
