"""Requests and results: what crosses the engine's border, frozen and pickleable, without tensors."""

from dataclasses import dataclass
from typing import Literal

from wend.documents.picture import Picture
from wend.imaging.codec import Codec

Quality = Literal["live", "final"]


@dataclass(frozen=True)
class ViewKey:
    """One stage of one session; waiting renders are keyed by it."""

    session: str
    view: int


@dataclass(frozen=True)
class RenderRequest:
    """One picture wanted by one view. `arrived` is time.monotonic() at the socket, in seconds."""

    key: ViewKey
    revision: int
    picture: Picture
    quality: Quality
    codec: Codec
    arrived: float


@dataclass(frozen=True)
class RenderResult:
    """One encoded picture. Size is (height, width) in pixels; times in milliseconds."""

    key: ViewKey
    revision: int
    quality: Quality
    codec: Codec
    size: tuple[int, int]
    payload: bytes
    render_ms: float
    wait_ms: float


@dataclass(frozen=True)
class RenderFailure:
    """A render that could not be done: the stable code, sentence and hint of the error tree."""

    key: ViewKey
    revision: int
    code: str
    sentence: str
    hint: str


@dataclass(frozen=True)
class WorkProgress:
    """Long work on its way; `done` is set on its last report, `failure` (a sentence) if it broke."""

    work: str
    model: str
    label: str
    fraction: float
    seconds_left: float | None
    done: bool = False
    failure: str | None = None


EngineEvent = RenderResult | RenderFailure | WorkProgress
