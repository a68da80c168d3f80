"""Sound: what an audio file says about time, so that a timeline can follow it."""

from bisect import bisect_right
from math import floor
from typing import Annotated

from pydantic import Field

from wend.documents.picture import Finite, Frozen

LOUDNESS_RATE = 20
"""Values of the loudness curve in a second."""

MAX_SOUND_S = 1800.0
MAX_BEATS = 20_000

_BEAT_S = 0.5  # until a beat has died away, where the next does not come sooner

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Level = Annotated[Finite, Field(ge=0.0, le=1.0)]


class Sound(Frozen):
    """An audio file as a timeline hears it."""

    id: Annotated[Sha256, Field(description="sha256 of the file's bytes")]
    seconds: Annotated[Finite, Field(ge=0.0, le=MAX_SOUND_S, description="its length")]
    tempo: Annotated[Finite, Field(ge=0.0, description="beats a minute; 0 where none was found")]
    beats: Annotated[
        tuple[Finite, ...], Field(max_length=MAX_BEATS, description="times of the beats, in seconds, rising")
    ]
    loudness: Annotated[
        tuple[Level, ...],
        Field(
            max_length=int(MAX_SOUND_S * LOUDNESS_RATE) + 1,
            description=f"value k is at k/{LOUDNESS_RATE} s; eased, 1 at its loudest",
        ),
    ]


def level_at(sound: Sound, by: str, seconds: float) -> float:
    """How strongly sound drives at a time, 0..1; 0 outside of it.

    loudness: on the line between the curve's values. beats: 1 on a beat, and (1 - x)^2 after it, x the share
    of the way to the next beat or of half a second, whichever is shorter.
    """
    if by == "loudness":
        place = seconds * LOUDNESS_RATE
        index = floor(place)
        if not 0 <= index < len(sound.loudness):
            return 0.0
        here = sound.loudness[index]
        after = sound.loudness[min(index + 1, len(sound.loudness) - 1)]
        return here + (place - index) * (after - here)
    number = bisect_right(sound.beats, seconds)
    if number == 0:
        return 0.0
    beat = sound.beats[number - 1]
    gap = sound.beats[number] - beat if number < len(sound.beats) else _BEAT_S
    left = 1.0 - (seconds - beat) / min(gap, _BEAT_S)
    return left * left if left > 0.0 else 0.0
