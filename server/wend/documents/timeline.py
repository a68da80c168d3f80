"""Timeline: pictures in a row, and how to get from each to the next."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from wend.documents.mixing import latents_of
from wend.documents.picture import MAX_ALPHA, MAX_EDITS, BlendLatent, Finite, Frozen, Name, Picture
from wend.documents.sound import Sha256

MAX_KEYFRAMES = 256
MAX_DURATION_S = 600.0
MAX_KEYFRAME_PARTS = 8  # four neighbours on a spline then fit into the parts of one picture
MAX_KEYFRAME_WEIGHT = 2.0  # a spline's shares make up to 1.5 of it: see picture.MAX_WEIGHT

Easing = Literal["linear", "ease_in", "ease_out", "ease_in_out", "hold"]
Repeat = Literal["once", "loop", "ping_pong"]
Path = Literal["lerp", "slerp", "spline"]


class Keyframe(Frozen):
    """A picture that the timeline passes through, and the stretch to the next one."""

    picture: Picture
    duration: Annotated[Finite, Field(ge=0.0, le=MAX_DURATION_S, description="s to the next; 0 is a cut")] = (
        2.0
    )
    easing: Annotated[Easing, Field(description="of that stretch; hold: stay until the next begins")] = (
        "linear"
    )


class Drive(Frozen):
    """The sound of a timeline, and a slider that it moves on top of what the keyframes say: alpha + amount *
    level, level 0..1.

    Only in pictures of `Timeline.driven_models`: a walk of one model may be none of another's.
    """

    audio: Annotated[Sha256, Field(description="GET /api/audio/{id}")]
    walk: Annotated[Name | None, Field(description="None: it is heard, and moves no slider")] = None
    amount: Annotated[Finite, Field(ge=-MAX_ALPHA, le=MAX_ALPHA, description="alpha added at level 1")] = 1.0
    by: Annotated[Literal["loudness", "beats"], Field(description="beats: 1 on a beat, falling to 0")] = (
        "loudness"
    )


class Timeline(Frozen):
    """Keyframes in order.

    repeat: once ends on the last keyframe, whose duration is not used; loop uses it for the way back to the
    first; ping_pong goes back through all of them. path: what lies between; lerp straight in w, slerp on the
    sphere in z, spline smoothly through the keyframes in w.
    """

    keyframes: Annotated[tuple[Keyframe, ...], Field(min_length=1, max_length=MAX_KEYFRAMES)]
    repeat: Repeat = "once"
    path: Path = "lerp"
    drive: Drive | None = None

    @property
    def walks(self) -> tuple[str, ...]:
        """Every walk that moves in it, in order of first appearance, the driven one last."""
        edits = (edit.walk for keyframe in self.keyframes for edit in keyframe.picture.edits)
        driven = () if self.drive is None or self.drive.walk is None else (self.drive.walk,)
        return tuple(dict.fromkeys((*edits, *driven)))

    @property
    def driven_models(self) -> frozenset[str]:
        """Models that the drive moves: of the keyframes with its slider; where none has it, the first one's.

        None without a slider.
        """
        if self.drive is None or self.drive.walk is None:
            return frozenset()
        pictures = [keyframe.picture for keyframe in self.keyframes]
        having = [
            picture for picture in pictures if any(edit.walk == self.drive.walk for edit in picture.edits)
        ]
        return frozenset(picture.model for picture in having or pictures[:1])

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        # What lies between two keyframes is a picture: it must be one in its limits, too.
        if len(self.walks) > MAX_EDITS:
            raise ValueError(f"keyframes: more than {MAX_EDITS} walks move in them")
        for index, keyframe in enumerate(self.keyframes):
            blends = [each for each in latents_of(keyframe.picture) if isinstance(each, BlendLatent)]
            counts = [len(blend.parts) for blend in blends]
            if max((len(keyframe.picture.noise_blend), *counts)) > MAX_KEYFRAME_PARTS:
                raise ValueError(f"keyframes: number {index + 1} blends more than {MAX_KEYFRAME_PARTS} seeds")
            if any(abs(part.weight) > MAX_KEYFRAME_WEIGHT for blend in blends for part in blend.parts):
                raise ValueError(f"keyframes: number {index + 1} has a weight beyond {MAX_KEYFRAME_WEIGHT:g}")
        return self
