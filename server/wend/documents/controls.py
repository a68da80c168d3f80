"""Controls: knobs and faders of MIDI controllers that move sliders of a document."""

from typing import Annotated, Literal

from pydantic import Field

from wend.documents.picture import Frozen, Name

MAX_CONTROLS = 128

Device = Annotated[str, Field(min_length=1, max_length=128, description="as the browser names it")]

Sends = Annotated[
    Literal["absolute", "fine", "twos", "offset", "sign"],
    Field(
        description=(
            "how its values are meant. absolute: a place, 0..127; fine: a place, 0..16383, its lower 7 bits "
            "in controller number + 32. Steps of an endless knob, up and down: twos 1 and 127, offset 65 and "
            "63, sign 1 and 65"
        )
    ),
]


class Control(Frozen):
    """A slider held by one control of a device; the page moves it, the server only keeps it.

    Source: MIDI 1.0 Detailed Specification 4.2, control change: a channel, a controller number, 7 bits;
    controllers 0 to 31 have 32 to 63 for their lower bits.
    """

    slider: Annotated[Name | None, Field(description="a walk; None: truncation psi")]
    device: Device
    channel: Annotated[int, Field(ge=1, le=16, strict=True)]
    number: Annotated[int, Field(ge=0, le=119, strict=True, description="120 and above are no knobs")]
    sends: Sends = "absolute"
