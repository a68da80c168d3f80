"""Angles: the shorter way round, and where they gather."""

import numpy as np
import pytest

from wend.measure.circle import centre, difference, spread


def test_differences_go_the_shorter_way() -> None:
    a, b = np.array([359.0, 1.0, 180.0, 90.0]), np.array([1.0, 359.0, 0.0, 30.0])
    assert difference(a, b, 360.0).tolist() == [-2.0, 2.0, -180.0, 60.0]
    assert difference(a, b, None).tolist() == [358.0, -358.0, 180.0, 60.0]


def test_centre_and_spread() -> None:
    assert centre(np.array([350.0, 10.0, 0.0]), 360.0) == pytest.approx(0.0, abs=1e-9)
    assert spread(np.array([350.0, 10.0]), 360.0) == pytest.approx(10.0)
    assert centre(np.array([1.0, 3.0]), None) == 2.0
    assert spread(np.array([1.0, 3.0]), None) == 1.0
    everywhere = np.arange(0.0, 360.0, 0.1) + np.linspace(0.0, 0.05, 3600)
    assert spread(everywhere, 360.0) == pytest.approx(360.0 / 12.0**0.5, rel=0.01)
