"""Sound: what an audio file says about time, so that a timeline can follow it."""

from typing import Annotated

from pydantic import Field

from wend.documents.picture import Finite, Frozen

LOUDNESS_RATE = 20
"""Values of the loudness curve in a second."""

MAX_SOUND_S = 1800.0
MAX_BEATS = 20_000

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
