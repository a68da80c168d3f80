"""Region names: what a slider of a region is called, after where it works and what was measured to change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.measure.attributes import of_factors
from wend.measure.effect import Effect, effects
from wend.measure.visibility import SIGHTS, WEARABLE
from wend.methods.discover.name import name_walk, runs_backwards, say_moves, turned
from wend.methods.region.ground import Ground

ChangeKind = Literal["factor", "color", "shape", "texture"]

_PLACES: dict[str, str] = {
    "lips": "mouth",
    "mouth": "mouth",
    "teeth": "mouth",
    "eye": "eyes",
    "iris": "eyes",
    "brow": "brows",
    "ear": "ears",
    "earring": "earrings",
}
"""What people call what several labels are."""
_COVERED = 0.6  # of a thing that the mask is about
_LEAST_THERE = 0.04  # of the mask, that such a thing fills
_NOTABLE = 0.35  # standard deviations of own pictures: one region moves less than the whole
_LEADING = 0.6
_TOLD = 3
_FLAT = 0.55
_COLORS = ("_tone", "_hue", "_lightness", "_level", "blush")
"""Endings of factors that are a colour."""
_FINE = 0.5
_WORDS = {"color": "colour", "shape": "shape", "texture": "texture"}


@dataclass(frozen=True)
class RegionName:
    """title: of a slider whose right end is `images[-1]`; moves: what was measured, in words. is_turned: the
    slider reads better with its ends swapped. focus: how many times more, in standard deviations of own
    pictures, the factors of what the mask covers move than all others; None where none are read.
    """

    title: str
    kind: ChangeKind
    moves: str
    is_turned: bool
    focus: float | None = None


def place_of(mask: Tensor, start: Tensor, ground: Ground) -> str:
    """What lies under a mask float32 [h, w] of the picture [1, 3, h, w], or where it lies.

    A thing most of which is covered is what the mask is about, the one that fills most of it first; else
    the label that fills it most; without labels a side of the picture.
    """
    if ground.labels is None:
        return _side_of(mask)
    names = [_PLACES.get(name, name) for name in ground.labels.labels]
    labels = ground.labels.logits(start).argmax(dim=1)[0].to(mask.device)
    shares: dict[str, tuple[float, float]] = {}
    for index, name in enumerate(names):
        pixels = (labels == index).float()
        inside, everywhere = shares.get(name, (0.0, 0.0))
        shares[name] = (inside + float((pixels * mask).sum()), everywhere + float(pixels.sum()))
    total = float(mask.sum())
    things = {
        name: inside
        for name, (inside, everywhere) in shares.items()
        if inside >= _COVERED * everywhere and inside >= _LEAST_THERE * total
    }
    if things:
        return max(things, key=lambda name: things[name])
    return max(shares, key=lambda name: shares[name][0])


def name_region(
    low: Tensor, high: Tensor, mask: Tensor, place: str, ground: Ground, taken: Collection[str]
) -> RegionName:
    """What a slider is called, from the pictures float32 [1, 3, h, w] at its two ends.

    After factors that a network reads, where one moves by a third of its usual spread or more; else after
    the place and the kind of change.
    """
    kind = kind_of(low, high, mask)
    told, others = _effects(low, high, mask, ground)
    focus = focus_of(told, others)
    found = tuple(effect for effect in told if effect.size >= _NOTABLE)[:_TOLD]
    if kind == "color":
        # A network that reads shapes reads them a little otherwise off another colour.
        found = tuple(effect for effect in found if effect.name.endswith(_COLORS))
    if found:
        is_turned = runs_backwards(found[0])
        shown = tuple(turned(effect) if is_turned else effect for effect in found)
        leading = [effect for effect in shown if effect.size >= _LEADING * shown[0].size]
        words = name_walk(leading[:1], ()) or ""
        title = words if words.lower().startswith(place) else f"{place}: {words.lower()}"
        return RegionName(_free(_capital(title), taken), "factor", say_moves(shown), is_turned, focus)
    title = _free(_capital(f"{place}: {_WORDS[kind]}"), taken)
    return RegionName(title, kind, "", is_turned=False, focus=focus)


def focus_of(own: Sequence[Effect], others: Sequence[Effect]) -> float | None:
    """Root mean square of the sizes of some effects over that of others; None where there are not both."""
    if not own or not others:
        return None
    squares = [sum(effect.size**2 for effect in each) / len(each) for each in (own, others)]
    return float((squares[0] / max(squares[1], 1e-12)) ** 0.5)


def kind_of(low: Tensor, high: Tensor, mask: Tensor) -> Literal["color", "shape", "texture"]:
    """Color: most of the squared change inside is one change of colour all over; texture: most of the rest
    lies in the finest octave; else shape."""
    change = (high - low)[0]
    weights = mask.to(change)
    total = float((change.square() * weights).sum())
    if total <= 0.0:
        return "shape"
    mean = (change * weights).sum(dim=(1, 2)) / weights.sum()
    flat = float((mean.square() * weights.sum()).sum())
    if flat > _FLAT * total:
        return "color"
    coarse = F.interpolate(F.avg_pool2d(change[None], 2), size=change.shape[-2:], mode="bilinear")[0]
    fine = float(((change - coarse).square() * weights).sum())
    return "texture" if fine > _FINE * (total - flat) else "shape"


def _effects(
    low: Tensor, high: Tensor, mask: Tensor, ground: Ground
) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
    """What moves of the things that the mask covers, and what else is read to: a network reads others with an
    error of its own, so that no slider is named after them."""
    if ground.factors is None or ground.own is None:
        return (), ()
    read = [of_factors(ground.factors, images) for images in (low, high)]
    found = effects(ground.own, *read)
    covered = _covered(torch.cat([low, high]), mask, ground)
    told = tuple(effect for effect in found if _is_of(effect.name, covered))
    return told, tuple(effect for effect in found if not _is_of(effect.name, covered))


def _covered(images: Tensor, mask: Tensor, ground: Ground) -> frozenset[str] | None:
    """The labels most of which lie under the mask in one of the pictures; None where none are known."""
    if ground.labels is None:
        return None
    labels = ground.labels.logits(images).argmax(dim=1).to(mask.device)
    names: set[str] = set()
    for index, name in enumerate(ground.labels.labels):
        there = (labels == index).float()
        everywhere = there.sum(dim=(1, 2))
        inside = (there * mask).sum(dim=(1, 2))
        if bool(((everywhere > 0) & (inside >= 0.5 * everywhere)).any()):
            names.add(name)
    return frozenset(names)


def _is_of(factor: str, covered: frozenset[str] | None) -> bool:
    """Whether a factor is about something covered, as far as it is known what factors are about."""
    if covered is None:
        return True
    if factor in SIGHTS:
        return not covered.isdisjoint(SIGHTS[factor].labels)
    if factor in WEARABLE:
        return WEARABLE[factor][0] in covered
    return False


def _free(name: str, taken: Collection[str]) -> str:
    numbered: Sequence[str] = (name, *(f"{name} {number}" for number in range(2, len(taken) + 2)))
    return next(each for each in numbered if each not in taken)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _side_of(mask: Tensor) -> str:
    """Where a mask lies: 'upper left', 'middle', ..."""
    total = mask.sum().clamp_min(1e-6)
    height, width = mask.shape
    rows = torch.linspace(-1.0, 1.0, height, device=mask.device)
    columns = torch.linspace(-1.0, 1.0, width, device=mask.device)
    y = float((mask.sum(dim=1) * rows).sum() / total)
    x = float((mask.sum(dim=0) * columns).sum() / total)
    third = 1.0 / 3.0
    upright = "upper" if y < -third else "lower" if y > third else ""
    sideways = "left" if x < -third else "right" if x > third else ""
    return " ".join(part for part in (upright, sideways) if part) or "middle"
