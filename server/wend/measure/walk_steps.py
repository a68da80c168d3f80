"""Walk steps: what a judge sees of the same seeds at every strength of a walk; can be broken off anywhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.latents.walk import Walk
from wend.measure.attributes import Attributes
from wend.measure.circle import difference
from wend.measure.probe import Probe
from wend.measure.sample import BATCH
from wend.measure.slices import Sliced
from wend.measure.walk_aim import Aim, aimed
from wend.measure.walk_judge import Columns, Judge, columns_of, from_rows, look_at, rows_of

Edit = Callable[[Tensor, float], tuple[Tensor, Tensor]]
"""What a walk should do, done by image processing: (images [N, 3, H, W], alpha) -> target of the same
shape and mask [N, 1 or 3, H, W] in 0..1, 0 where the target is not defined."""


@dataclass(frozen=True)
class WalkSteps:
    """S seeds seen at K strengths, which contain 0.

    vectors: float32 [K, S, F]; factors: per strength; lengths: perceptual distance of neighbouring
    steps, [S, K - 1]; edit_errors: masked mean squared difference from the edit, [S, K], in squared units
    of the pixel range -1..1, or None without an edit.
    """

    alphas: tuple[float, ...]
    vectors: NDArray[np.float32]
    factors: tuple[Attributes, ...]
    lengths: NDArray[np.float64]
    edit_errors: NDArray[np.float64] | None

    @property
    def start(self) -> int:
        """Index of the strength that moves nothing."""
        return self.alphas.index(0.0)

    def changes(self, name: str) -> NDArray[np.float64]:
        """How a factor has changed from the start, [S, K] in its unit; hues by the shorter way."""
        before = self.factors[self.start][name]
        return np.stack([difference(f[name].values, before.values, before.period) for f in self.factors], 1)

    def aimed(self, aim: Aim) -> "WalkSteps":
        """The same with the aim's attribute in its unit."""
        return replace(self, factors=tuple(aimed(at, aim) for at in self.factors))


class WalkLook:
    """Looks along a walk, one batch of seeds at one strength a step, and can be saved between any two.

    alphas: ascending, three or more, with 0 among them; 0 leaves the latents untouched. The start of a
    batch is drawn first, since edits start from it.
    Raises: InvalidInput for other strengths.
    """

    def __init__(
        self,
        probe: Probe,
        walk: Walk,
        alphas: Sequence[float],
        judge: Judge,
        edit: Edit | None = None,
        batch: int = BATCH,
    ) -> None:
        self.alphas = tuple(float(a) for a in alphas)
        if len(self.alphas) < 3 or 0.0 not in self.alphas or any(a >= b for a, b in pairwise(self.alphas)):
            raise InvalidInput("Strengths must be three or more, ascending, with 0 among them.")
        self._probe, self._walk, self._judge, self._edit, self._batch = probe, walk, judge, edit, batch
        start = self.alphas.index(0.0)
        self._order = (start, *(k for k in range(len(self.alphas)) if k != start))
        self._taken = 0
        # Per strength its batches in order; per batch what lies between strengths.
        self._vectors: list[list[Tensor]] = [[] for _ in self.alphas]
        self._values: list[list[Tensor]] = [[] for _ in self.alphas]
        self._errors: list[list[Tensor]] = [[] for _ in self.alphas]
        self._lengths: list[list[Tensor]] = [[] for _ in self.alphas[1:]]
        self._start_images: Tensor | None = None
        self._last_images: Tensor | None = None
        self._columns: Columns = []

    @property
    def total(self) -> int:
        """Steps in all."""
        return -(-len(self._probe) // self._batch) * len(self.alphas)

    @property
    def taken(self) -> int:
        return self._taken

    @property
    def is_done(self) -> bool:
        return self._taken >= self.total

    def step(self) -> None:
        """Draw one batch at one strength and look at it."""
        batch, place = divmod(self._taken, len(self.alphas))
        index = self._order[place]
        first = batch * self._batch
        part = slice(first, min(first + self._batch, len(self._probe)))
        alpha = self.alphas[index]
        with torch.no_grad():
            images = self._probe.render(part, self._walk if alpha else None, alpha)
            if not alpha:
                self._start_images = images
            assert self._start_images is not None
            seen = look_at(self._judge, images)
            self._columns = columns_of(seen)
            self._vectors[index].append(self._judge.features.vector(images).float().cpu())
            self._values[index].append(rows_of(seen))
            if self._edit is not None:
                self._errors[index].append(edit_errors(self._start_images, images, alpha, self._edit))
            if alpha:
                self._measure_lengths(index, images)
        if alpha:
            self._last_images = images
        self._taken += 1
        if self._taken % len(self.alphas) == 0:
            self._start_images = self._last_images = None

    def _measure_lengths(self, index: int, images: Tensor) -> None:
        """The steps that end or begin at this strength; the start was drawn before its neighbours."""
        start = self.alphas.index(0.0)
        if index - 1 == start:
            self._keep_length(start, self._start_images, images)
        elif index > 0:
            self._keep_length(index - 1, self._last_images, images)
        if index + 1 == start:
            self._keep_length(index, images, self._start_images)

    def _keep_length(self, place: int, a: Tensor | None, b: Tensor | None) -> None:
        assert a is not None
        assert b is not None
        self._lengths[place].append(self._judge.distance.distance(a, b).double().cpu())

    def result(self) -> WalkSteps:
        """Everything seen, once all steps are taken."""
        assert self.is_done
        return WalkSteps(
            alphas=self.alphas,
            vectors=np.stack([torch.cat(v).numpy() for v in self._vectors]),
            factors=tuple(from_rows(self._columns, rows) for rows in self._values),
            lengths=torch.stack([torch.cat(v) for v in self._lengths], dim=1).numpy(),
            edit_errors=(
                torch.stack([torch.cat(v) for v in self._errors], dim=1).numpy() if self._edit else None
            ),
        )

    def state_dict(self) -> dict[str, object]:
        """All that was seen so far."""
        return {
            "taken": self._taken,
            "alphas": list(self.alphas),
            "batch": self._batch,
            "columns": self._columns,
            "vectors": [list(v) for v in self._vectors],
            "values": [list(v) for v in self._values],
            "errors": [list(v) for v in self._errors],
            "lengths": [list(v) for v in self._lengths],
            "start_images": self._start_images,
            "last_images": self._last_images,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Go on from there. Raises: ValueError for a look along other strengths or in other batches."""
        if state["alphas"] != list(self.alphas) or state["batch"] != self._batch:
            raise ValueError("this was a look along other strengths")
        device = self._probe.ws.device
        self._taken = cast("int", state["taken"])
        self._vectors, self._values = _lists(state["vectors"]), _lists(state["values"])
        self._errors, self._lengths = _lists(state["errors"]), _lists(state["lengths"])
        self._start_images = _placed(state["start_images"], device)
        self._last_images = _placed(state["last_images"], device)
        self._columns = cast("Columns", state["columns"])


def _lists(state: object) -> list[list[Tensor]]:
    return [list(part) for part in cast("list[list[Tensor]]", state)]


def _placed(state: object, device: torch.device) -> Tensor | None:
    return state.to(device) if isinstance(state, Tensor) else None


def look_along(
    probe: Probe, walk: Walk, alphas: Sequence[float], judge: Judge, edit: Edit | None = None
) -> Sliced[WalkSteps]:
    """Render all seeds of a probe at every strength and look, a slice per step. Raises: as `WalkLook`."""
    look = WalkLook(probe, walk, alphas, judge, edit)
    while not look.is_done:
        look.step()
        yield
    return look.result()


def slices_along(probe: Probe, alphas: Sequence[float]) -> int:
    """Slices that `look_along` takes."""
    return -(-len(probe) // BATCH) * len(alphas)


def edit_errors(start: Tensor, images: Tensor, alpha: float, edit: Edit) -> Tensor:
    """Sum of m (x - target)^2 over the count of m != 0, per picture, float64 [n] on the CPU.

    Source: Jahanian, Chai and Isola, 2020, the per-sample L2 of the released code.
    """
    target, mask = edit(start, alpha)
    weight = mask.expand_as(images).double()
    squares = weight * (images.double() - target.double()).square()
    count = (weight != 0.0).sum(dim=(1, 2, 3)).clamp_min(1)
    return (squares.sum(dim=(1, 2, 3)) / count).cpu()
