"""Portion: how many pictures are drawn at once, so that those of large ones do not fill the memory."""

_SMALL = 256
"""Side in pixels up to which as many as are wanted go together."""
_DRAWN, _LEARNED = 2**21, 2**20
"""Pixels of all that go together beyond that: a StyleGAN2 of 1024 px holds 0.6 GiB for each picture that it
draws, and 1 to 2 GiB for each that a gradient will pass."""


def portion(side: int, most: int, has_gradient: bool = False) -> int:
    """Pictures of `side` pixels that are drawn together, `most` of them and 1 at least.

    has_gradient: what every layer keeps for the way back is held as well.
    """
    if side <= _SMALL:
        return most
    return max(1, min(most, (_LEARNED if has_gradient else _DRAWN) // side**2))
