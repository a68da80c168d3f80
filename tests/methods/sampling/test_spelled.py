"""Spelled distributions: what people type becomes parameters, or is answered with how to type it."""

import pytest

from wend.errors import InvalidParams
from wend.methods.sampling.spelled import spelled


def folder(text: str) -> tuple[str, ...] | None:
    return ("a" * 64,) if text == "faces" else None


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("x=uniform(-0.3, 0.3)", {"kind": "uniform", "low": -0.3, "high": 0.3}),
        (
            "x=bumps(-0.2:0.03,0.2:0.06:2)",
            {"kind": "bumps", "centers": [-0.2, 0.2], "sds": [0.03, 0.06], "weights": [1.0, 2.0]},
        ),
        (
            "x=histogram(0,1:1 0 2)",
            {"kind": "histogram", "low": 0.0, "high": 1.0, "heights": [1.0, 0.0, 2.0]},
        ),
        ("x=like(portraits:head_x.sd=2x)", {"kind": "like", "world": "portraits:head_x.sd=2x"}),
        ("x=like(faces)", {"kind": "like", "images": ["a" * 64]}),
    ],
)
def test_what_is_typed_is_read(text: str, law: dict[str, object]) -> None:
    assert spelled(text, folder) == ("x", law)


@pytest.mark.parametrize("text", ["x", "x=0.3", "x=uniform(a,b)", "x=uniform(1)", "x=bumps(1)", "x=like()"])
def test_what_cannot_be_read_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(InvalidParams, match=r"x=uniform\(-0\.3,0\.3\)"):
        spelled(text, folder)
