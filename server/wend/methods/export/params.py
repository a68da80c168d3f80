"""Export parameters: which animation, as which file."""

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from wend.documents.document import Document
from wend.documents.sampling import frame_count, seconds_of
from wend.documents.sound import Sha256
from wend.imaging.video import MOST_FPS, WITH_SOUND, Format

MAX_FRAMES = 36_000
"""Ten minutes at 60 a second."""

MAX_WEBP_PIXELS = 2 * 10**9
"""Of an animated WebP, over all pictures: its encoder keeps them compressed until the end, 0.03 bytes a pixel
of the bundled portraits, and many times that of busy pictures."""


def why_too_large(kind: Format, count: int, size: tuple[int, int]) -> str | None:
    """Why count pictures of size (height, width) are too many for a format; None where they are not."""
    pixels = count * size[0] * size[1]
    if kind != "webp" or pixels <= MAX_WEBP_PIXELS:
        return None
    return (
        f"a webp is kept in memory until its end, and at {size[1]} x {size[0]} px has at most "
        f"{MAX_WEBP_PIXELS // (size[0] * size[1])} pictures, not {count}; lower it, or choose mp4 or webm"
    )


class ExportParams(BaseModel):
    """A document's timeline, and how it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Document = Field(
        title="Animation", description="whose timeline is drawn", json_schema_extra={"picks": "document"}
    )
    format: Format = Field(
        default="mp4",
        title="Format",
        description="mp4 (H.264) and webm (VP9) carry sound; gif has 255 colours a picture; png is a zip of "
        "pictures without loss",
    )
    fps: float = Field(
        default=30.0,
        ge=1.0,
        le=120.0,
        allow_inf_nan=False,
        title="Pictures a second",
        description="of a GIF at most 50",
        validate_default=True,
    )
    size: int | None = Field(
        default=None,
        ge=16,
        le=4096,
        multiple_of=2,
        title="Size",
        description="side of a picture; empty: the model's own",
        json_schema_extra={"unit": "px"},
    )
    compare: bool = Field(
        default=False,
        title="Side by side",
        description="on the left the same animation without its sliders",
    )
    audio: Sha256 | None = Field(
        default=None,
        title="Sound",
        description="laid under the pictures of mp4 and webm; POST /api/audio keeps one",
        json_schema_extra={"picks": "audio"},
    )

    @field_validator("document")
    @classmethod
    def _check_timeline(cls, document: Document) -> Document:
        if document.timeline is None:
            raise ValueError("it has no timeline; put keyframes on one first")
        if seconds_of(document.timeline) == 0.0:
            raise ValueError(
                "its timeline lasts no time; it takes a second keyframe, or a loop, and a duration above 0"
            )
        return document

    @field_validator("fps")
    @classmethod
    def _check_count(cls, fps: float, info: ValidationInfo) -> float:
        kind, document = info.data.get("format"), info.data.get("document")
        if kind is not None and fps > MOST_FPS[kind]:
            raise ValueError(f"a {kind} shows at most {MOST_FPS[kind]:g} pictures a second")
        if isinstance(document, Document) and document.timeline is not None:
            count = frame_count(document.timeline, fps)
            if count > MAX_FRAMES:
                raise ValueError(
                    f"that makes {count} pictures, and an export has at most {MAX_FRAMES}; "
                    "lower it, or shorten the timeline"
                )
            if count == 0:
                raise ValueError(
                    "the timeline is shorter than one picture; raise it, or lengthen the timeline"
                )
        return fps

    @field_validator("size")
    @classmethod
    def _check_room(cls, size: int | None, info: ValidationInfo) -> int | None:
        # Of a model's own size, and side by side, `ExportFrames` knows more.
        kind, document, fps = (info.data.get(name) for name in ("format", "document", "fps"))
        if size is not None and kind is not None and fps is not None and isinstance(document, Document):
            assert document.timeline is not None, "checked above"
            why = why_too_large(kind, frame_count(document.timeline, fps), (size, size))
            if why is not None:
                raise ValueError(why)
        return size

    @field_validator("audio")
    @classmethod
    def _check_sound(cls, audio: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("format")
        if audio is not None and kind is not None and kind not in WITH_SOUND:
            raise ValueError(f"a {kind} carries no sound; choose {' or '.join(sorted(WITH_SOUND))}")
        return audio

    @property
    def model(self) -> str:
        """Of the first keyframe: the one that is resident."""
        timeline = self.document.timeline
        assert timeline is not None, "checked above"
        return timeline.keyframes[0].picture.model
