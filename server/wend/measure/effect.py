"""Effects: what a walk moves most between its ends, as a factor network reads it."""

from dataclasses import dataclass

import numpy as np

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
