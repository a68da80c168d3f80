"""Readings: what the engine says of what it sees, in the words of the wire."""

import math

from wend.engine.request import OverlayResult, Reading, Sight
from wend.protocol import messages
from wend.protocol.base import Lack
from wend.protocol.factors import FactorReading
from wend.protocol.frames import Frame


def sight_message(sight: Sight) -> messages.Sight:
    """What can be told of a model's pictures."""
    return messages.Sight(
        view=sight.key.view,
        model=sight.model,
        title=sight.title,
        factors=tuple(
            messages.MeasuredFactor(name=a.name, unit=a.unit, low=a.low, high=a.high)
            for a in sight.attributes
        ),
        choices=tuple(messages.MeasuredChoice(name=c.name, options=c.options) for c in sight.choices),
        labels=tuple(messages.NamedLabel(name=name, color=color) for name, color in sight.labels),
        has_labels="labels" in sight.overlays,
        has_lines="lines" in sight.overlays,
        lack=None if sight.lack is None else Lack(sentence=sight.lack[0], hint=sight.lack[1]),
    )


def reading_message(reading: Reading) -> messages.Reading:
    """What was measured of one revision."""
    return messages.Reading(
        view=reading.key.view,
        revision=reading.revision,
        values=tuple(
            messages.FactorValue(name=v.name, value=_finite(v.value), before=_finite(v.before))
            for v in reading.values
        ),
        chances=tuple(
            messages.ChoiceChances(name=c.name, chances=_chances(c.chances), before=_chances(c.before))
            for c in reading.chances
        ),
        factors=tuple(
            FactorReading(
                walk=f.walk,
                value=f.value,
                measured=f.measured,
                position=f.position,
                is_off_prior=f.is_off_prior,
                is_unseen=f.is_unseen,
            )
            for f in reading.factors
        ),
        ms=reading.ms,
    )


def overlay_frame(result: OverlayResult, serial: int) -> Frame:
    """A map over a picture; it says nothing of how long its picture waited."""
    height, width = result.size
    return Frame(
        view=result.key.view,
        revision=result.revision,
        serial=serial,
        codec="zlib",
        quality=result.quality,
        height=height,
        width=width,
        render_ms=result.ms,
        wait_ms=0.0,
        payload=result.payload,
        kind=result.overlay,
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _chances(chances: tuple[float, ...]) -> tuple[float, ...]:
    """Rounding may have carried a sure chance a hair past 1; what is no number is no chance."""
    return tuple(min(1.0, max(0.0, chance)) if math.isfinite(chance) else 0.0 for chance in chances)
