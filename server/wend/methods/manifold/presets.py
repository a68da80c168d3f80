"""Manifold presets: the published settings beside our own faster ones.

Source of the published ones: Yang, Rokeby and Snelgrove, "Mask-guided discovery of semantic manifolds in
generative models", 2020, released code.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import JsonValue

from wend.methods.manifold.params import (
    PUBLISHED_ALPHA,
    PUBLISHED_BETA,
    PUBLISHED_C,
    PUBLISHED_GAMMA,
    PUBLISHED_SIGMA,
)

PUBLISHED: Mapping[str, JsonValue] = MappingProxyType(
    {
        "frames": 36,
        "offsets": "constant",
        "c": PUBLISHED_C,
        "sigma": PUBLISHED_SIGMA,
        "is_pinned": False,
        "layers": [2, 8],
        "outside": "strips",
        "loss": "lpips",
        "alpha": PUBLISHED_ALPHA,
        "beta": PUBLISHED_BETA,
        "gamma": PUBLISHED_GAMMA,
        "start": "line",
        "is_grown": False,
        "method": "lbfgs",
        "calls": 500,
        "inner": 8,
        "learning_rate": 1.0,
        "memory": 20,
        "stops_at_once": True,
    }
)
"""The released code's defaults, without the place: the picture and its rectangle are the user's."""

MOUTH_AT_1024: tuple[int, int, int, int] = (680, 790, 300, 730)
"""The published default rectangle, a mouth in a face of 1024 px."""


def presets() -> dict[str, dict[str, JsonValue]]:
    """Named sets of parameters, ours first."""
    return {
        "Fast": {},
        "From the picture outwards": {"offsets": "growing"},
        "As published": dict(PUBLISHED),
        "As published, its mouth at 1024 px": {
            **PUBLISHED,
            "mask": None,
            "rectangle": list(MOUTH_AT_1024),
        },
    }
