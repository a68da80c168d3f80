"""Messages: every JSON text on the socket, tagged by `type`. This file is the protocol document.

The browser renders nothing itself: it sends a picture with a revision, and gets frames (binary, see
`frames.py`) that carry the revision they belong to.
"""

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from wend.documents.picture import Picture
from wend.errors import all_errors
from wend.protocol.base import Chance, Finite, Lack, Message, Revision, ViewId
from wend.protocol.documents import DocumentRemoved, DocumentSaved
from wend.protocol.factors import FactorReading
from wend.protocol.nearest import FindNearest, NearestFound, StopNearest
from wend.protocol.regions import Drift, FindRegion, RegionFound, StopRegion

Quality = Literal["live", "final"]
Overlay = Literal["labels", "lines", "difference"]
ERROR_CODES: tuple[str, ...] = tuple(cls.code for cls in all_errors())
ErrorCode = Annotated[
    str, WithJsonSchema({"type": "string", "enum": list(ERROR_CODES), "description": "of the error tree"})
]


# -- browser to server ----------------------------------------------------------------------------


class Render(Message):
    """Show this picture. A newer one of the same view replaces one still waiting."""

    type: Literal["render"] = "render"
    view: ViewId = 0
    revision: Revision
    quality: Quality = Field(default="live", description="live while the hand moves, final when it lets go")
    picture: Picture


class Discover(Message):
    """Find the closed-form walks of a model (principal components, factorisation), unless on the shelf."""

    type: Literal["discover"] = "discover"
    model: str = Field(min_length=1, max_length=128)


class Watch(Message):
    """Tell this view what its pictures show, from the next one or the one it shows already. The server
    looks when no render waits: a few times a second while the hand moves, always once it has let go."""

    type: Literal["watch"] = "watch"
    view: ViewId = 0
    factors: bool = Field(default=False, description="measure named factors: answered by readings")
    overlay: Overlay | None = Field(default=None, description="a map over the picture: answered by frames")


ClientMessage = Annotated[
    Render | Discover | Watch | FindRegion | StopRegion | FindNearest | StopNearest,
    Field(discriminator="type"),
]


# -- server to browser ----------------------------------------------------------------------------


class Hello(Message):
    """First message of every connection."""

    type: Literal["hello"] = "hello"
    version: str = Field(description="version of the server's package")
    device: str = Field(description="for the status line, e.g. 'cpu, 1 thread' or the GPU's name")
    notes: tuple[str, ...] = Field(description="plain sentences about how this machine serves, e.g. eager")
    default_model: str


class Problem(Message):
    """Something went wrong; the connection lives on and the document stays."""

    type: Literal["error"] = "error"
    code: ErrorCode
    sentence: str
    hint: str
    view: ViewId | None = Field(default=None, description="the view it belongs to, if any")
    revision: Revision | None = Field(default=None, description="the revision that failed, if any")


class Progress(Message):
    """Long work on its way."""

    type: Literal["progress"] = "progress"
    work: str = Field(description="id of the work, e.g. 'discover:portraits-64'")
    label: str = Field(description="what is being done, in words")
    fraction: Annotated[float, Field(ge=0.0, le=1.0)]
    seconds_left: float | None = Field(description="estimate; None while unknown")
    is_done: bool = Field(default=False, description="set on the last report of a work, whole or broken")
    failure: str | None = Field(default=None, description="a sentence, if the work broke")


class WalksChanged(Message):
    """The shelf of a model has new walks: fetch GET /api/walks?model=ID."""

    type: Literal["walks_changed"] = "walks_changed"
    model: str


JobState = Literal["queued", "running", "paused", "done", "failed", "cancelled"]


class Loss(Message):
    """A named loss of a job's last update."""

    name: str
    value: Finite | None = Field(description="None where it was not finite")


class JobFact(Message):
    """A short measured fact of a finished job, ready to read."""

    name: str
    value: str = Field(description="with its unit")


class JobSummary(Message):
    """A job as lists show it."""

    id: str
    kind: str = Field(description="name of its recipe, e.g. 'steer'")
    title: str
    model: str | None = Field(description="model it works on, if any")
    state: JobState
    label: str = Field(description="what it is doing, or why it stands still, in words")
    fraction: Annotated[float, Field(ge=0.0, le=1.0)]
    seconds_left: Finite | None = Field(description="estimate; None while unknown")
    updates: int
    losses: tuple[Loss, ...]
    place: int | None = Field(description="jobs before it in the queue; None unless queued")
    created: str = Field(description="ISO 8601, UTC")
    ended: str | None = Field(description="ISO 8601, UTC; None while it may go on")
    seconds: Finite = Field(description="time it has run, over all sessions")
    failure: str | None = Field(description="a sentence, if it failed")
    hint: str | None = Field(description="what to do then")
    preview: int = Field(description="counts up with every new preview; 0: there is none yet")
    facts: tuple[JobFact, ...] = Field(description="what was measured of the result; empty until it is done")
    walks: tuple[str, ...] = Field(description="ids of the walks it put on the shelf of its model")
    result_model: str | None = Field(description="id of the model it published")
    notes: str = Field(description="written by people")
    is_here: bool = Field(description="False: another server or command on this data folder runs it")


class JobChanged(Message):
    """A job is new, or has moved on. Only the newest of a job is sent."""

    type: Literal["job"] = "job"
    job: JobSummary


class JobRemoved(Message):
    """A job was deleted, with its files."""

    type: Literal["job_removed"] = "job_removed"
    id: str


class ModelsChanged(Message):
    """The list of models changed: fetch GET /api/models."""

    type: Literal["models_changed"] = "models_changed"


class MeasuredFactor(Message):
    """A continuous factor that readings carry."""

    name: str
    unit: str = Field(description="e.g. 'degrees', 'of width', '-1..1'")
    low: Finite = Field(description="least value in the world's pictures")
    high: Finite


class MeasuredChoice(Message):
    """A discrete factor that readings carry."""

    name: str
    options: tuple[str, ...]


class NamedLabel(Message):
    """A label of the labels map; its number there is its place in the list."""

    name: str
    color: str = Field(description="#rrggbb")


class Sight(Message):
    """What a watched view can be told of a model's pictures. Comes before the first reading of the model,
    and again when it changes."""

    type: Literal["sight"] = "sight"
    view: ViewId
    model: str
    title: str | None = Field(description="of the networks that look; None where none does")
    factors: tuple[MeasuredFactor, ...] = Field(description="empty unless factors are watched")
    choices: tuple[MeasuredChoice, ...] = Field(description="empty unless factors are watched")
    labels: tuple[NamedLabel, ...] = Field(description="empty unless labels are watched")
    has_labels: bool = Field(description="whether there is a map of labels; the difference is always there")
    has_lines: bool = Field(description="whether there is a line drawing")
    lack: Lack | None = None


class FactorValue(Message):
    """A factor in its unit. `before` is that of the start: the picture without edits."""

    name: str
    value: Finite | None = Field(description="None where the network gave no number")
    before: Finite | None


class ChoiceChances(Message):
    """The chance of every option of a discrete factor."""

    name: str
    chances: tuple[Chance, ...]
    before: tuple[Chance, ...]


class Reading(Message):
    """What was measured of one revision of a view. Only the newest of a view is sent."""

    type: Literal["reading"] = "reading"
    view: ViewId
    revision: Revision
    values: tuple[FactorValue, ...]
    chances: tuple[ChoiceChances, ...]
    factors: tuple[FactorReading, ...] = Field(
        default=(), description="every factor on the model's shelf, as it predicts this picture"
    )
    ms: Finite = Field(description="device time of the measurement")


ServerMessage = Annotated[
    Hello
    | Problem
    | Progress
    | WalksChanged
    | ModelsChanged
    | JobChanged
    | JobRemoved
    | DocumentSaved
    | DocumentRemoved
    | Sight
    | Reading
    | RegionFound
    | Drift
    | NearestFound,
    Field(discriminator="type"),
]
