"""Layer-wise settings: where a picture is looked for and from where, and six methods to compare."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

Start = Literal["random", "direct", "layered"]
Free = Literal["nothing", "top", "layers"]


@dataclass(frozen=True)
class LayerwiseSettings:
    """start: z at random, or of an encoder: one learnt as a whole, or layer by layer. free: what is
    optimised: nothing, z (w), or the corrections of layers.

    with_top, with_last: whether z and r_n are corrected, too, not only r_1 to r_{n-1}. updates: the longest
    it may take; method, learning_rate: of the optimiser; drops: shares of the run at which the rate halves.
    pixels, perceptual: weights of both mean absolute differences; penalty: of each correction's mean square;
    consistency: of the mean squared difference of what the encoder says of both pictures. check_every,
    patience, least_gain: how a plateau is known; patience 0: it runs to its end. seed: of a random start.
    """

    start: Start = "layered"
    free: Free = "layers"
    method: Literal["adam", "lbfgs"] = "adam"
    updates: int = 3000
    learning_rate: float = 0.01
    drops: tuple[float, ...] = (800 / 3000, 1200 / 3000, 1800 / 3000)
    pixels: float = 1.0
    perceptual: float = 1.0
    penalty: float = 1.0
    consistency: float = 0.0
    with_top: bool = False
    with_last: bool = False
    check_every: int = 25
    patience: int = 8
    least_gain: float = 0.005
    seed: int = 0


_FULL = LayerwiseSettings()
_SEARCH = replace(_FULL, free="top", method="lbfgs", learning_rate=1.0, drops=(), penalty=0.0, updates=3000)

METHODS: Mapping[str, LayerwiseSettings] = MappingProxyType(
    {
        "a": replace(_SEARCH, start="random"),
        "b": replace(_FULL, start="direct", free="nothing", updates=0),
        "c": replace(_SEARCH, start="direct"),
        "d": replace(_FULL, start="layered", free="nothing", updates=0),
        "e": replace(_SEARCH, start="layered", perceptual=0.0, consistency=0.25),
        "f": _FULL,
    }
)
"""Optimise z; an encoder learnt as a whole; both; the layered encoder; it and z; it and r.

Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, section 4.3 and figure 7, and, for e and
f, the released code. What a and c are searched with was not released: they have e's search and f's likeness.
The stop at a plateau is ours.
"""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "a": "z optimised from a random start",
        "b": "one encoder, learnt as a whole",
        "c": "b, then z optimised",
        "d": "the layered encoder alone",
        "e": "d, then z optimised",
        "f": "d, then the layers corrected",
    }
)
