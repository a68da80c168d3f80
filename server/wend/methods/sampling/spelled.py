"""Spelled distributions: as people type them after the name of a factor.

x=uniform(-0.3,0.3)                     every value equally often
x=bumps(-0.2:0.03,0.2:0.06)             center:sd of each; center:sd:weight where they differ
x=histogram(-0.3,0.3:1 2 3 0 5)         bars of one width from low to high
x=like(portraits:head_x.sd=2x)          as in a world or a variant of one
x=like(folder)                          as in the pictures of a folder
"""

import re
from collections.abc import Callable

from pydantic import JsonValue

from wend.errors import InvalidParams

_FORM = re.compile(r"(?P<factor>[^=\s]+)=(?P<kind>[a-z]+)\((?P<inside>.*)\)", re.DOTALL)
_EXAMPLE = "it is written like x=uniform(-0.3,0.3), x=bumps(-0.2:0.03,0.2:0.06) or x=like(folder)"


def spelled(
    text: str, images_of: Callable[[str], tuple[str, ...] | None]
) -> tuple[str, dict[str, JsonValue]]:
    """The factor's name and its distribution, as the job's parameters have it.

    images_of: the pictures of a folder, by hash; None where there is no such folder, and it is a world then.
    Raises: InvalidParams; what `images_of` raises.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise InvalidParams("factor", f"{text!r}: {_EXAMPLE}")
    inside = match["inside"].strip()
    distribution: dict[str, JsonValue] | None = None
    try:
        match match["kind"]:
            case "uniform":
                low, high = _numbers(inside, ",")
                distribution = {"kind": "uniform", "low": low, "high": high}
            case "bumps":
                distribution = _bumps(inside)
            case "histogram":
                ends, _, bars = inside.partition(":")
                low, high = _numbers(ends, ",")
                heights: list[JsonValue] = [*_numbers(bars, None)]
                distribution = {"kind": "histogram", "low": low, "high": high, "heights": heights}
            case "like" if inside:
                images = images_of(inside)
                distribution = {"kind": "like", "world": inside}
                if images is not None:
                    distribution = {"kind": "like", "images": list(images)}
    except ValueError as error:
        raise InvalidParams("factor", f"{text!r} has what is no number; {_EXAMPLE}") from error
    if distribution is None:
        raise InvalidParams("factor", f"{text!r}: {_EXAMPLE}")
    return match["factor"], distribution


def _bumps(inside: str) -> dict[str, JsonValue]:
    """Raises: ValueError."""
    parts = [_numbers(bump, ":") for bump in inside.split(",")]
    if not all(len(part) in (2, 3) for part in parts):
        raise ValueError(inside)
    return {
        "kind": "bumps",
        "centers": [part[0] for part in parts],
        "sds": [part[1] for part in parts],
        "weights": [part[2] if len(part) == 3 else 1.0 for part in parts],
    }


def _numbers(text: str, separator: str | None) -> list[float]:
    """Raises: ValueError."""
    return [float(word) for word in text.split(separator)]
