"""Walk names: what a found walk is called, after what it was measured to move."""

import re
from collections.abc import Collection, Sequence

from wend.measure.effect import Effect

# Moved by less than its usual spread between two pictures, a factor is not what a walk is about.
_LEAST_SIZE = 1.0
_LEAST_AGREEMENT = 0.75
# A second factor is named where it moves about as much; a third is only told.
_SECOND = 0.85
_TOLD = 3
_NUMBER = re.compile(r" \(\d+\)$")

# Of what is said in more than a name: the low end, and what the high end says instead of its last word.
_ENDS: dict[str, tuple[str, str, str]] = {
    "x": ("", "left", "right"),
    "y": ("", "up", "down"),
    "head_x": ("head", "left", "right"),
    "head_y": ("head", "up", "down"),
    "head_scale": ("head", "small", "large"),
    "tilt": ("head leans", "left", "right"),
    "yaw": ("face turns", "left", "right"),
    "pitch": ("face turns", "up", "down"),
    "face_width": ("face", "narrow", "wide"),
    "skin_tone": ("skin", "light", "deep"),
    "eye_open": ("eyes", "closed", "open"),
    "eye_size": ("eyes", "small", "large"),
    "gaze_x": ("gaze", "left", "right"),
    "gaze_y": ("gaze", "up", "down"),
    "mouth_open": ("mouth", "closed", "open"),
    "mouth_width": ("mouth", "narrow", "wide"),
    "hair_volume": ("hair", "flat", "full"),
    "hair_length": ("hair", "short", "long"),
    "shirt_lightness": ("shirt", "dark", "light"),
    "background_lightness": ("background", "dark", "light"),
    "light_x": ("light from", "left", "right"),
    "light_level": ("light", "dim", "bright"),
    "size": ("", "small", "large"),
    "brightness": ("", "dark", "bright"),
}
_UNITS = {"0..1": "", "-1..1": "", "x": "×"}


def notable(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """What is told of a walk: up to three effects that are large and, in most seeds, go the same way.

    effects: the largest first.
    """
    clear = [e for e in effects if e.size >= _LEAST_SIZE and e.agreement >= _LEAST_AGREEMENT]
    return tuple(clear[:_TOLD])


def name_walk(found: Sequence[Effect], taken: Collection[str]) -> str | None:
    """'Head left/right', low end first: the largest effect, and the next if it is about as large.

    A name that is taken gets a number. None without an effect.
    """
    if not found:
        return None
    words = ", ".join(_say(effect) for effect in found[:2] if effect.size >= _SECOND * found[0].size)
    return _free(words[0].upper() + words[1:], taken)


def renumbered(named: Sequence[tuple[str, float]], taken: Collection[str]) -> tuple[str, ...]:
    """New numbers for walks of one name: the one with the most lead gets the plain one.

    named: each walk's title and lead (`measure.effect.lead_of`); taken: titles of others, which stay theirs.
    """
    given: dict[int, str] = {}
    for index in sorted(range(len(named)), key=lambda index: -named[index][1]):
        given[index] = _free(_NUMBER.sub("", named[index][0]), {*taken, *given.values()})
    return tuple(given[index] for index in range(len(named)))


def _free(name: str, taken: Collection[str]) -> str:
    numbered = (name, *(f"{name} ({number})" for number in range(2, len(taken) + 2)))
    return next(each for each in numbered if each not in taken)


def runs_backwards(effect: Effect) -> bool:
    """Whether a walk reads better with its ends swapped: a number falls along it, or a thing is taken off."""
    if effect.options is None:
        return effect.change < 0.0
    return effect.options[1] == "none"


def turned(effect: Effect) -> Effect:
    """The effect of the same walk with its ends swapped."""
    options = None if effect.options is None else (effect.options[1], effect.options[0])
    change = effect.change if effect.options is not None else -effect.change
    return Effect(effect.name, effect.unit, change, effect.size, effect.agreement, options)


def say_moves(found: Sequence[Effect]) -> str:
    """'head x +0.05 of width, smile -0.4': the changes from the low end to the high one."""
    return ", ".join(_say_change(effect) for effect in found)


def _say(effect: Effect) -> str:
    if effect.options is not None:
        return f"{_plain(effect.name)} {effect.options[0]}/{effect.options[1]}".replace("_", " ")
    if effect.name not in _ENDS:
        # Around a circle of colours there is no less.
        is_less = effect.change < 0.0 and not effect.name.endswith("_hue")
        return f"{_plain(effect.name)} more/less" if is_less else _plain(effect.name)
    what, low, high = _ENDS[effect.name]
    first, second = (low, high) if effect.change >= 0.0 else (high, low)
    return f"{what} {first}/{second}".strip()


def _say_change(effect: Effect) -> str:
    if effect.options is not None:
        return f"{_plain(effect.name)} from {effect.options[0]} to {effect.options[1]}"
    unit = _UNITS.get(effect.unit, effect.unit)
    return f"{_plain(effect.name)} {effect.change:+.2g} {unit}".strip()


def _plain(name: str) -> str:
    return name.replace("_", " ")
