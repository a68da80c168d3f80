"""Model side: the pictures of one generator, gone through once, and then examples of every class."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import cast

from torch import Tensor

from wend.measure.area_tally import AreaTally
from wend.measure.slices import Sliced
from wend.methods.survey.eye import SurveyEye
from wend.methods.survey.gallery import ClassExamples, Gallery, pick_examples
from wend.methods.survey.real_side import RealSide
from wend.methods.survey.sheet import as_bytes, as_tensor, draw_sheet
from wend.methods.survey.source import Source


@dataclass(frozen=True)
class Subject:
    """What is surveyed. opens: its pictures, opened when its turn comes, so that one generator is in memory
    at a time.
    """

    title: str
    opens: Callable[[], Source]


class ModelSide:
    """First all pictures, a batch a slice; then a sheet of examples a slice, where any are wanted."""

    def __init__(self, subject: Subject, eye: SurveyEye, count: int, size: int) -> None:
        self.title = subject.title
        self._subject, self._eye, self._count, self._size = subject, eye, count, size
        self._source: Source | None = None
        self.tally = AreaTally(eye.names)
        self._gallery = Gallery()
        self.examples: dict[str, ClassExamples] = {}
        self.sheets: dict[str, bytes] = {}
        self._showing: Sliced[None] | None = None  # the sheet under way; drawn anew by a job that goes on

    @property
    def has_seen_all(self) -> bool:
        return self.tally.count >= self._count

    def take(self, batch: int) -> None:
        """Look at the next pictures, `batch` at most."""
        start = self.tally.count
        fetched = self._open().fetch(range(start, min(start + batch, self._count)))
        areas = self._eye.areas(fetched.images)
        if not self._gallery.is_full:
            self._gallery.add(fetched.places, areas, self._eye.vectors(fetched.images))
        self.tally.add(areas)

    def show(self, name: str, real: RealSide) -> None:
        """Find examples of a class and draw some of them; after some slices the sheet is there."""
        if self._showing is None:
            self._showing = self._show(name, real)
        try:
            next(self._showing)
        except StopIteration:
            self._showing = None

    def _show(self, name: str, real: RealSide) -> Sliced[None]:
        examples = pick_examples(real.gallery, self._gallery, self._eye.names.index(name))
        sheet = yield from draw_sheet(examples, real.source, self._open(), self._size)
        self.sheets[name], self.examples[name] = sheet, examples

    def close(self) -> None:
        """Let go of the generator."""
        self._source = None

    def _open(self) -> Source:
        if self._source is None:
            self._source = self._subject.opens()
        return self._source

    def state_dict(self) -> dict[str, object]:
        return {
            "tally": self.tally.state_dict(),
            "gallery": self._gallery.state_dict(),
            "examples": {
                name: {key: list(places) for key, places in asdict(each).items()}
                for name, each in self.examples.items()
            },
            "sheets": {name: as_tensor(jpeg) for name, jpeg in self.sheets.items()},
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError for a state of something else."""
        self._showing = None
        self.tally.load_state_dict(cast("dict[str, object]", state["tally"]))
        self._gallery.load_state_dict(cast("dict[str, object]", state["gallery"]))
        kept = cast("dict[str, dict[str, list[int]]]", state["examples"])
        self.examples = {
            name: ClassExamples(**{key: tuple(places) for key, places in each.items()})
            for name, each in kept.items()
        }
        sheets = cast("dict[str, Tensor]", state["sheets"])
        self.sheets = {name: as_bytes(sheet) for name, sheet in sheets.items()}
