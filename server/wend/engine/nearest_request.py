"""Nearest, asked and answered: samples of a model for a drawing, as they cross the engine's border."""

from dataclasses import dataclass

from wend.documents.sketch import SketchKind
from wend.engine.view_key import SearchKey, ViewKey

NEAREST_PREFIX = "nearest:"
"""Of the names of works that look for samples like a drawing."""


@dataclass(frozen=True)
class NearestRequest:
    """Samples of a model wanted whose maps are nearest to a drawing; it ends an older search of its view.

    request: counts up per view; drawing: hash of an image; pose: (name, x, y) of points instead. Without
    either the first samples answer.
    """

    key: ViewKey
    request: int
    model: str
    kind: SketchKind
    extractor: str | None
    drawing: str | None
    pose: tuple[tuple[str, float, float], ...] | None
    count: int

    @property
    def search(self) -> SearchKey:
        return SearchKey(self.key, "samples")

    @property
    def work(self) -> str:
        """The name of the work that answers it."""
        return f"{NEAREST_PREFIX}{self.key.session}:{self.key.view}:{self.request}"


@dataclass(frozen=True)
class FoundSample:
    """One sample: see the message NearSample. picture, map: hashes of assets."""

    seed: int
    match: float
    picture: str
    map: str


@dataclass(frozen=True)
class NearestReport:
    """What is known by now: see the message NearestFound. assets: hash and bytes of thumbnails not sent
    before; warning, lack: a sentence and a hint; parts: names and colours of what a drawing is made of."""

    key: ViewKey
    request: int
    samples: tuple[FoundSample, ...]
    assets: tuple[tuple[str, bytes], ...]
    usual: float | None
    width: float | None
    drawn_width: float | None
    seen: int
    of: int
    is_done: bool
    warning: tuple[str, str] | None = None
    lack: tuple[str, str] | None = None
    parts: tuple[tuple[str, str], ...] = ()
