"""Effects: what a walk moves most between its ends, as a factor network reads it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.latents.walk import Walk
from wend.measure.attributes import AttributeColumn, Attributes, ChoiceColumn, concatenate, of_factors
from wend.measure.circle import difference, spread
from wend.measure.probe import Probe
from wend.measure.slices import Sliced
from wend.perception.network import FactorNetwork

# A choice turned over in this share of pictures counts as a number that moved by its standard deviation.
_TURNED = 0.4


@dataclass(frozen=True)
class Effect:
    """One factor, from the low end of a walk to the high one.

    change: median over seeds, in `unit`; of a choice the chance that moved, 0..1. size: the change in
    standard deviations of the generator's own pictures, never negative. agreement: share of seeds that
    changed the same way. options: of a choice, what is likelier at the low end and at the high one.
    """

    name: str
    unit: str
    change: float
    size: float
    agreement: float
    options: tuple[str, str] | None = None


def look_at(
    probe: Probe, network: FactorNetwork, walk: Walk | None = None, alpha: float = 0.0
) -> Sliced[Attributes]:
    """What the network reads of all seeds of a probe, moved. A slice is one chunk of the probe."""
    parts: list[Attributes] = []
    for part in probe.chunks:
        images = probe.render(part, walk if alpha else None, alpha)
        yield
        parts.append(of_factors(network, images))
        yield
    return concatenate(parts)


def effects(own: Attributes, low: Attributes, high: Attributes) -> tuple[Effect, ...]:
    """Every factor's change between the ends of a walk, the largest first.

    own: of many of the generator's own pictures, whose spread says what is large; low, high: of the same
    seeds at either end. A factor that never varies in them, or was not found, is left out.
    """
    found = [_of_column(own[a.name], a, b) for a, b in zip(low.columns, high.columns, strict=True)]
    found += [_of_choice(a, b) for a, b in zip(low.choices, high.choices, strict=True)]
    return tuple(sorted((effect for effect in found if effect is not None), key=lambda effect: -effect.size))


def lead_of(name: str, own: Attributes, low: Attributes, high: Attributes) -> float:
    """How much of all that a walk moves between two of its pictures the factor of that name is, 0..1.

    own, low, high: as in `effects`. The factor's squared size over the sum of what every factor moves,
    squared in the same spreads and meant over seeds, whichever way each seed goes: hues that scatter, which
    no name tells, count too. 1: nothing else moves; 0: that factor does not, or cannot be told.
    """
    named = [effect.size for effect in effects(own, low, high) if effect.name == name]
    moved = [_motion(own[a.name], a, b) for a, b in zip(low.columns, high.columns, strict=True)]
    moved += [
        0.5 * np.abs(b.chances - a.chances).sum(axis=1) / _TURNED
        for a, b in zip(low.choices, high.choices, strict=True)
    ]
    total = sum(float(np.square(each).mean()) for each in moved if len(each))
    return 0.0 if not named or total == 0.0 else min(1.0, named[0] ** 2 / total)


def _motion(own: AttributeColumn, low: AttributeColumn, high: AttributeColumn) -> NDArray[np.float64]:
    """What each seed changes, either way, in spreads [N]; none where nothing usual is known."""
    known = own.values[np.isfinite(own.values)]
    change = difference(high.values, low.values, own.period)
    usual = spread(known, own.period) if len(known) else 0.0
    return np.zeros(0) if usual == 0.0 else np.abs(change[np.isfinite(change)]) / usual


def _of_column(own: AttributeColumn, low: AttributeColumn, high: AttributeColumn) -> Effect | None:
    known = own.values[np.isfinite(own.values)]
    change = difference(high.values, low.values, own.period)
    change = change[np.isfinite(change)]
    usual = spread(known, own.period) if len(known) else 0.0
    if usual == 0.0 or len(change) == 0:
        return None
    middle = float(np.median(change))
    agreement = float((np.sign(change) == np.sign(middle)).mean())
    return Effect(own.name, own.unit, middle, abs(middle) / usual, agreement)


def _of_choice(low: ChoiceColumn, high: ChoiceColumn) -> Effect | None:
    moved = high.chances - low.chances
    mean = moved.mean(axis=0)
    fallen, risen = int(mean.argmin()), int(mean.argmax())
    if fallen == risen:
        return None
    share = float(min(-mean[fallen], mean[risen]))
    agreement = float((moved[:, risen] > 0.0).mean())
    options = (low.options[fallen], low.options[risen])
    return Effect(low.name, "chance", share, max(0.0, share) / _TURNED, agreement, options)
