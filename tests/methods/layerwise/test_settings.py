"""The six methods, field by field; as published (B8, B9)."""

from dataclasses import asdict

import pytest

from wend.methods.layerwise.settings import METHODS, TITLES

COMMON = {"pixels": 1.0, "with_top": False, "with_last": False, "check_every": 25, "patience": 8,
          "least_gain": 0.005, "seed": 0, "updates": 3000}  # fmt: skip
SEARCH = {**COMMON, "free": "top", "method": "lbfgs", "learning_rate": 1.0, "drops": (), "penalty": 0.0}
FULL = {**COMMON, "method": "adam", "learning_rate": 0.01, "penalty": 1.0, "perceptual": 1.0,
        "consistency": 0.0, "drops": (800 / 3000, 1200 / 3000, 1800 / 3000)}  # fmt: skip
WANTED: dict[str, dict[str, object]] = {
    "a": {**SEARCH, "start": "random", "perceptual": 1.0, "consistency": 0.0},
    "b": {**FULL, "start": "direct", "free": "nothing", "updates": 0},
    "c": {**SEARCH, "start": "direct", "perceptual": 1.0, "consistency": 0.0},
    "d": {**FULL, "start": "layered", "free": "nothing", "updates": 0},
    "e": {**SEARCH, "start": "layered", "perceptual": 0.0, "consistency": 0.25},
    "f": {**FULL, "start": "layered", "free": "layers"},
}


@pytest.mark.parametrize("method", WANTED)
def test_each_method_is_as_published(method: str) -> None:
    assert asdict(METHODS[method]) == WANTED[method]


def test_there_are_six_and_each_has_its_words() -> None:
    assert list(METHODS) == list(TITLES) == list("abcdef")
