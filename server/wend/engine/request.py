"""Requests and results: what crosses the engine's border, frozen and pickleable, without tensors."""

from dataclasses import dataclass
from typing import Literal

from wend.documents.picture import Picture
from wend.engine.nearest_request import NearestReport, NearestRequest
from wend.engine.view_key import SearchKey
from wend.engine.view_key import ViewKey as ViewKey  # noqa: PLC0414 - it is looked for here
from wend.imaging.codec import Codec
from wend.methods.setting.picture import Loop, SetFactors
from wend.perception.network import Attribute, Choice
from wend.pictures.factors import FactorValue

Quality = Literal["live", "final"]
Overlay = Literal["labels", "lines", "difference"]
"""A map over a picture: a class per pixel, a line drawing, or how far it is from its start."""
RangeEnd = Literal["likeness", "parts", "judge", "leak", "still", "furthest"]
ChangeKind = Literal["factor", "color", "shape", "texture"]
REGION_PREFIX = "region:"
"""Of the names of works that search regions."""
SETTING_PREFIX = "set:"
"""Of the names of works that set pictures."""


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
class WatchRequest:
    """What a view wants told of the pictures it is shown; nothing, if neither factors nor an overlay."""

    key: ViewKey
    factors: bool = False
    overlay: Overlay | None = None

    @property
    def is_wanted(self) -> bool:
        return self.factors or self.overlay is not None


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
    """Long work on its way; `done` is set on its last report.

    failure: a sentence, if it broke; code, hint: of the error that broke it; stopped: it ended early, as
    asked, with its state kept; updates, losses: as Work has them.
    """

    work: str
    model: str
    label: str
    fraction: float
    seconds_left: float | None
    done: bool = False
    failure: str | None = None
    code: str | None = None
    stopped: bool = False
    updates: int = 0
    losses: tuple[tuple[str, float], ...] = ()
    hint: str | None = None


@dataclass(frozen=True)
class Sight:
    """What can be told of a model's pictures; said before the first reading of them, and when it changes.

    title: of the networks that look; labels: their names with colours as '#rrggbb'; lack: why less can
    be told than was asked for, and a hint, both sentences.
    """

    key: ViewKey
    model: str
    title: str | None
    attributes: tuple[Attribute, ...]
    choices: tuple[Choice, ...]
    labels: tuple[tuple[str, str], ...]
    overlays: tuple[Overlay, ...]
    lack: tuple[str, str] | None


@dataclass(frozen=True)
class MeasuredValue:
    """One continuous factor in its unit, of the picture and of its start, the picture without edits."""

    name: str
    value: float
    before: float


@dataclass(frozen=True)
class MeasuredChances:
    """One discrete factor: the chance of each of its options, of the picture and of its start."""

    name: str
    chances: tuple[float, ...]
    before: tuple[float, ...]


@dataclass(frozen=True)
class Reading:
    """What was measured of the picture of one revision. factors: of the model's shelf, as they predict it;
    ms: device time it took."""

    key: ViewKey
    revision: int
    values: tuple[MeasuredValue, ...]
    chances: tuple[MeasuredChances, ...]
    ms: float
    factors: tuple[FactorValue, ...] = ()


@dataclass(frozen=True)
class OverlayResult:
    """A map over the picture of one revision: uint8 samples row by row, compressed by zlib.

    labels: index of a pixel's label; lines: 0 paper to 255 ink; difference: mean absolute difference
    from the start over the channels, in 8-bit steps. Size is (height, width); ms: device time it took.
    """

    key: ViewKey
    revision: int
    quality: Quality
    overlay: Overlay
    size: tuple[int, int]
    payload: bytes
    ms: float


@dataclass(frozen=True)
class RegionRequest:
    """Sliders wanted for a mask on a picture; it ends an older search of its view.

    request: counts up per view; mask: hash of an image; layers: style rows [start, end) to look at, None:
    all; walks: ids to measure again instead. arrived: time.monotonic() at the socket, in seconds. families:
    of region sliders that are in use and stay on the shelf.
    """

    key: ViewKey
    request: int
    picture: Picture
    mask: str
    layers: tuple[int, int] | None
    walks: tuple[str, ...]
    arrived: float
    families: tuple[str, ...] = ()

    @property
    def search(self) -> SearchKey:
        return SearchKey(self.key, "region")

    @property
    def work(self) -> str:
        """The name of the work that answers it."""
        return f"{REGION_PREFIX}{self.key.session}:{self.key.view}:{self.request}"


@dataclass(frozen=True)
class FoundSlider:
    """One slider, measured: see the message RegionSlider. strip, heat: hashes of assets."""

    walk: str
    title: str
    low: float
    high: float
    low_end: RangeEnd
    high_end: RangeEnd
    layers: tuple[int, int]
    place: str
    kind: ChangeKind
    moves: str
    inside: float
    outside: float
    strip: str
    strip_frames: int
    heat: str


@dataclass(frozen=True)
class RegionReport:
    """What is known of a region by now. assets: hash and bytes of thumbnails not sent before, JPEG or PNG;
    lack: why there is less than hoped for, a sentence and a hint."""

    key: ViewKey
    request: int
    model: str
    family: str
    sliders: tuple[FoundSlider, ...]
    assets: tuple[tuple[str, bytes], ...]
    label: str
    fraction: float
    seconds: float
    is_done: bool
    lack: tuple[str, str] | None = None


@dataclass(frozen=True)
class DriftReport:
    """What 'keep still' keeps of one picture: see the message Drift. Mean absolute changes, of 255. is_busy:
    it is being worked out, and another picture and report of this revision follow."""

    key: ViewKey
    revision: int
    still: float
    still_without: float
    moved: float
    moved_without: float
    is_busy: bool = False


@dataclass(frozen=True)
class SetRequest:
    """Put factors of a picture at values: (walk, value) each. key: whom to answer."""

    key: ViewKey
    picture: Picture
    targets: tuple[tuple[str, float], ...]
    loop: Loop = "closed"

    @property
    def search(self) -> SearchKey:
        return SearchKey(self.key, "factors")

    @property
    def work(self) -> str:
        """The name of the work that answers it."""
        return f"{SETTING_PREFIX}{self.key.session}:{self.key.view}"


@dataclass(frozen=True)
class SetReport:
    """The answer: what was found, or the code, sentence and hint of why nothing was."""

    key: ViewKey
    found: SetFactors | None
    failure: tuple[str, str, str] | None = None


Question = RegionRequest | SetRequest | NearestRequest
"""What is worked out for a view, beside its pictures."""
EngineEvent = (
    RenderResult
    | RenderFailure
    | WorkProgress
    | Sight
    | Reading
    | OverlayResult
    | RegionReport
    | DriftReport
    | SetReport
    | NearestReport
)
