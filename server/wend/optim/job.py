"""Job: long work that can be stopped, saved and resumed at any update."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:  # outcomes are read where nothing is computed
    from torch import Tensor


@dataclass(frozen=True)
class SliceReport:
    """What one slice did.

    fraction: share of the whole job done, 0..1, never falling; label: what is being done, in words;
    updates: parameter updates done; losses: of the last whole update, by name, empty where there is none.
    """

    fraction: float
    label: str
    is_done: bool = False
    updates: int = 0
    losses: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a finished job leaves.

    facts: short measured facts, name -> value with its unit, in the order to show them; model: id of a model
    it published; walks: ids put on the shelf of that model, or of the job's own where it published none.
    """

    facts: dict[str, str] = field(default_factory=dict)
    walks: tuple[str, ...] = ()
    model: str | None = None


class Job(Protocol):
    """Any object that works in slices and whose whole state is a tree of tensors and plain values.

    Pause, cancel and resume are then "stop calling", "stop and save", "load and go on": no threads or
    flags inside methods. A resumed CPU run equals an unbroken one, bit for bit.
    """

    def step(self) -> SliceReport:
        """One slice: a micro-batch or chunk, aimed at 30 ms or less on bundled models."""
        ...

    @property
    def is_at_rest(self) -> bool:
        """Whether `state_dict` may be taken now: between two updates, no gradient half gathered."""
        ...

    def state_dict(self) -> dict[str, object]:
        """Nested plain values and tensors: all that `load_state_dict` needs, random states included."""
        ...

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Go on from there. Raises: KeyError, RuntimeError, ValueError for a state of something else."""
        ...

    def preview(self) -> "tuple[Tensor, int] | None":
        """Images float32 [N, 3, H, W] in [-1, 1] that show how far it is, and how many go in a row.

        Small enough to draw in one slice; draws from no generator of the job, so looking changes nothing.
        """
        ...

    def finish(self, folder: Path) -> Outcome:
        """Put the result where it belongs (shelf, model folder) and its files into `folder`.

        Called once after the last step; called again after a crash in between, it does the same again.
        """
        ...


@runtime_checkable
class EndsEarly(Protocol):
    """A job that has something to leave before its end: whoever watches it may say that this is enough."""

    def end_early(self) -> SliceReport:
        """Asked between two updates: what it has by now is its result, and it is done."""
        ...
