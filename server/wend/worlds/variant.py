"""Variants: a bundled world with some laws changed, written in one line or in a TOML file.

    portraits:glasses=none             every picture has that choice
    portraits:hat.beanie=0.3           the share of one choice; the others keep their proportions
    portraits:head_x.sd=0.06           the spread, or as a multiple: head_x.sd=2x
    portraits:head_y.mean=0.03         the mean; head_y.shift=0.03 moves it, in every class by as much
    portraits:tilt=uniform             every value of the range equally often
    portraits:smile~mouth_open=0.6     two factors that go together
    portraits:glasses=none,tilt.sd=2x  several changes

The same as a file: world = "portraits", then [change] with one line per change, as `"tilt.sd" = "2x"`.
"""

import math
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from wend.errors import InvalidFactor, InvalidVariant
from wend.worlds.factor import Categorical, Factor, Law, Normal, Uniform, WorldConfig

MAX_LENGTH = 1000
_CHANGE = re.compile(
    r"(?P<factor>[a-z][a-z0-9_]*)(?:~(?P<other>[a-z][a-z0-9_]*)|\.(?P<part>[A-Za-z0-9_ -]+))?=(?P<value>.+)"
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
MAX_FILE_BYTES = 64 * 1024


def split_name(text: str) -> tuple[str, tuple[str, ...]]:
    """The world's own name and its changes. Raises: InvalidVariant for an empty or endless one."""
    name, colon, rest = text.partition(":")
    if not colon:
        return name.strip(), ()
    if len(text) > MAX_LENGTH:
        raise InvalidVariant(rest[:40] + "...", f"is part of more than {MAX_LENGTH} characters")
    changes = tuple(change.strip() for change in rest.split(","))
    for change in changes:
        if not change:
            raise InvalidVariant(rest, "has nothing between two commas, or after the colon")
    return name.strip(), changes


def read_variant(path: Path) -> str:
    """The one-line form of a variant file.

    Raises: InvalidVariant for a file that is none; what it says is checked when the world is opened.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InvalidVariant(path.name, "is a file too long to be a variant")
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidVariant(path.name, f"is no file that can be read ({error})") from error
    world, changes = content.get("world"), content.get("change", {})
    if not isinstance(world, str) or not isinstance(changes, dict) or set(content) - {"world", "change"}:
        raise InvalidVariant(path.name, 'is no variant file: it has world = "..." and a table [change]')
    lines: list[str] = []
    for key, value in changes.items():
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise InvalidVariant(f"{key}", "is neither a number nor a word; dotted names stand in quotes")
        lines.append(f"{key}={value}")
    if any("," in line for line in lines):
        raise InvalidVariant(path.name, "is a file with a comma in a name or value")
    return f"{world}:{','.join(lines)}" if lines else world


def variant_config(changes: tuple[str, ...], factors: tuple[Factor, ...]) -> WorldConfig:
    """The configuration that a list of changes makes of a world's factors.

    Later changes see what earlier ones did; a change made twice is refused. The configuration's name is
    the list itself. Raises: InvalidVariant, InvalidFactor.
    """
    known = {factor.name: factor for factor in factors}
    laws: dict[str, Law | tuple[Law, ...]] = {}
    correlations: list[tuple[str, str, float]] = []
    seen: set[str] = set()
    for change in changes:
        match = _CHANGE.fullmatch(change)
        if match is None:
            raise InvalidVariant(change, "is not of the form factor=choice, factor.sd=0.1 or the like")
        target = change.partition("=")[0]
        if target in seen:
            raise InvalidVariant(change, f"comes after another for {target}")
        seen.add(target)
        factor = _known(known, match["factor"])
        if match["other"] is not None:
            correlations.append((factor.name, _known(known, match["other"]).name, _rho(change, match)))
            continue
        edit = _edit(change, factor, match["part"], match["value"].strip())
        before = laws.get(factor.name, factor.class_laws or factor.law)
        after = tuple(edit(law) for law in before) if isinstance(before, tuple) else edit(before)
        # All classes alike need no law each.
        laws[factor.name] = after[0] if isinstance(after, tuple) and len(set(after)) == 1 else after
    name = ",".join(change.replace(" ", "") for change in changes)
    return WorldConfig(name or "default", tuple(laws.items()), tuple(correlations))


def _known(known: dict[str, Factor], name: str) -> Factor:
    if name not in known:
        raise InvalidFactor(name, "is not a factor of this world")
    return known[name]


def _rho(change: str, match: re.Match[str]) -> float:
    rho = _number(change, match["value"].strip())
    if not -1.0 < rho < 1.0 or match["factor"] == match["other"]:
        raise InvalidVariant(change, "is no correlation: two factors, and a number between -1 and 1")
    return rho


def _number(change: str, text: str) -> float:
    if _NUMBER.fullmatch(text) is None or not math.isfinite(float(text)):
        raise InvalidVariant(change, f"needs a number, not {text!r}")
    return float(text)


def _edit(change: str, factor: Factor, part: str | None, value: str) -> Callable[[Law], Law]:
    """What a change does to a law of its factor."""
    if factor.is_discrete:
        return _edit_choices(change, factor, part, value)
    if part is None and value == "uniform":
        return lambda _law: Uniform()
    if part not in ("mean", "shift", "sd"):
        raise InvalidVariant(
            change,
            f"is none of {factor.name}=uniform, {factor.name}.mean, {factor.name}.shift, {factor.name}.sd",
        )
    is_multiple = part == "sd" and value.endswith("x")
    number = _number(change, value.removesuffix("x") if is_multiple else value)

    def edit(law: Law) -> Law:
        if not isinstance(law, Normal):
            # A uniform factor becomes the normal one of the same mean and spread before it changes.
            law = Normal(*replace(factor, law=law, class_laws=()).moments())
        match part:
            case "mean":
                return replace(law, mean=number)
            case "shift":
                return replace(law, mean=law.mean + number)
            case _:
                return replace(law, sd=law.sd * number if is_multiple else number)

    return edit


def _edit_choices(change: str, factor: Factor, part: str | None, value: str) -> Callable[[Law], Law]:
    choices = factor.choices
    if part is None:
        if value == "uniform":
            return lambda _law: Categorical((1.0,) * len(choices))
        if value not in choices:
            raise InvalidVariant(change, f"names none of {', '.join(choices)} (or uniform)")
        return lambda _law: Categorical(tuple(float(choice == value) for choice in choices))
    if part not in choices:
        raise InvalidVariant(change, f"names none of {', '.join(choices)}")
    share, index = _number(change, value), choices.index(part)
    if not 0.0 <= share <= 1.0:
        raise InvalidVariant(change, "needs a share from 0 to 1")

    def edit(law: Law) -> Law:
        assert isinstance(law, Categorical)
        others = sum(law.weights) - law.weights[index]
        if others <= 0.0 and share < 1.0:
            raise InvalidVariant(change, "leaves nothing to draw: no other choice occurs")
        scale = (1.0 - share) / others if others > 0.0 else 0.0
        return Categorical(tuple(share if i == index else w * scale for i, w in enumerate(law.weights)))

    return edit
