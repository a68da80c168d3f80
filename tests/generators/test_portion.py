"""Portion: small pictures go together as wanted; of large ones so many pixels, one picture at least."""

import pytest

from wend.generators.portion import portion


@pytest.mark.parametrize(
    ("side", "most", "drawn", "learned"),
    [
        (64, 100, 100, 100),
        (256, 32, 32, 32),
        (512, 32, 8, 4),
        (512, 3, 3, 3),
        (1024, 9, 2, 1),
        (4096, 9, 1, 1),
    ],
)
def test_pictures_at_once(side: int, most: int, drawn: int, learned: int) -> None:
    assert portion(side, most) == drawn
    assert portion(side, most, has_gradient=True) == learned
