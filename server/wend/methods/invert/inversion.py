"""Inversion: one picture looked for inside a generator, slice by slice, for jobs, reports and measures."""

from collections.abc import Generator as Slices
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.generators.generator import Generator
from wend.latents.seed import noise_map
from wend.library.codes import CodeSpace
from wend.methods.invert.objective import InvertObjective
from wend.methods.invert.search import find_class, find_start, slices_of_search
from wend.methods.invert.settings import SearchSettings
from wend.methods.invert.sight import PhotoSight
from wend.methods.invert.space import LatentSpace, check_place, open_space
from wend.optim.optimization import Optimization
from wend.optim.schedules import Schedule
from wend.optim.settings import OptimizationSettings
from wend.perception.network import Distance

NOISE_SEED = 0
"""Of the maps the photo is looked for with: a picture's own default."""
# Forward and backward against forward alone, measured: 3. The search draws forward alone.
_GRADIENT = 3
_SMALL = 64


@dataclass(frozen=True)
class FoundCode:
    """What a search ended with, off the device. values: of the code, as its space has them; error: mean
    absolute difference of a pixel, 0..255; image: float32 [1, 3, R, R], as it was drawn; corrections: by
    style row, of the output of its layer, [C, h, w].
    """

    space: CodeSpace
    values: NDArray[np.float32]
    class_index: int | None
    error: float
    image: Tensor
    corrections: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)


class Inversion:
    """Draw many, evolve from the best, pull the best of all by its gradient.

    The same settings on the same weights give the same code, bit for bit on a CPU with as many threads.
    """

    def __init__(
        self, generator: Generator, target: Tensor, settings: SearchSettings, distance: Distance
    ) -> None:
        """target: float32 [1, 3, R, R] in [-1, 1], of the generator's size.

        Raises: InvalidParams for a place or a class that the generator does not have.
        """
        check_place(generator.spec, settings.place, settings.class_index)
        self.settings, self._generator = settings, generator
        self.sight = PhotoSight(target.to(generator.device), distance, settings.pixels)
        self.noise = noise_of(generator)
        self._chunk = 8 if generator.spec.resolution <= _SMALL else 1
        self._space: LatentSpace | None = None
        self._searching: Slices[None, None, Tensor] | None = self._search()
        self._searched = 0
        self.optimization: Optimization | None = None

    @property
    def space(self) -> LatentSpace:
        """Where it is looked for; known once the class is."""
        assert self._space is not None
        return self._space

    @property
    def is_done(self) -> bool:
        return self.optimization is not None and self.optimization.is_done

    @property
    def is_at_rest(self) -> bool:
        return self.optimization is None or self.optimization.is_at_rest

    @property
    def label(self) -> str:
        """What is being done."""
        return "Looking for a start" if self.optimization is None else "Coming nearer"

    @property
    def updates(self) -> int:
        return 0 if self.optimization is None else self.optimization.updates

    @property
    def losses(self) -> dict[str, float]:
        return {} if self.optimization is None else dict(self.optimization.losses)

    @property
    def fraction(self) -> float:
        """Share done, 0..1; 1 once it is."""
        settings = self.settings
        classes = self._generator.spec.c_dim if settings.class_index is None else 0
        search = slices_of_search(settings.tries, settings.generations, self._chunk, classes)
        done = self._searched * self._chunk + _GRADIENT * self.updates
        whole = search * self._chunk + _GRADIENT * settings.updates
        return 1.0 if self.is_done else min(done / whole, 1.0 - 1e-9)

    def step(self) -> None:
        """Up to a chunk of pictures of the search, or one picture's gradient. Raises: Diverged."""
        if self.optimization is not None:
            self.optimization.step()
            return
        assert self._searching is not None
        try:
            next(self._searching)
            self._searched += 1
        except StopIteration as ended:
            start = self.space.of_z(cast("Tensor", ended.value))
            self._searching, self.optimization = None, self._run(start)

    def run(self) -> FoundCode:
        """All that is left, at once: for measures and tests. Raises: Diverged."""
        while not self.is_done:
            self.step()
        return self.found()

    @torch.no_grad()
    def image(self) -> Tensor | None:
        """The nearest picture so far, float32 [1, 3, R, R]; None while a start is looked for."""
        return None if self.optimization is None else self._objective.image()

    @torch.no_grad()
    def found(self) -> FoundCode:
        """What a search that is done ended with."""
        image = self._objective.image()
        space, values = self.space.code(self._objective.p.detach())
        plain = values.cpu().numpy().astype(np.float32)
        return FoundCode(space, plain, self.space.class_index, self.sight.error(image), image.cpu())

    def _search(self) -> Slices[None, None, Tensor]:
        settings, generator = self.settings, self._generator
        class_index = settings.class_index
        if class_index is None and generator.spec.c_dim:
            class_index = yield from find_class(generator, self.sight, self.noise, settings.seed, self._chunk)
        self._space = open_space(generator, settings.place, class_index, settings.seed)
        return (
            yield from find_start(
                self.space,
                self.sight,
                self.noise,
                settings.tries,
                settings.generations,
                settings.seed,
                self._chunk,
            )
        )

    def _run(self, start: Tensor) -> Optimization:
        settings = self.settings
        objective = InvertObjective(self.space, self.sight, self.noise, start, settings.near)
        # Down to a tenth: what the last steps find is fine.
        schedule = Schedule("cosine", warmup=0.02, floor=0.1)
        return Optimization(
            objective,
            OptimizationSettings(settings.updates, learning_rate=settings.learning_rate, schedule=schedule),
        )

    @property
    def _objective(self) -> InvertObjective:
        assert self.optimization is not None
        objective = self.optimization.objective
        assert isinstance(objective, InvertObjective)
        return objective

    def state_dict(self) -> dict[str, object]:
        """A search that was stopped is begun again: it takes seconds, and ends the same."""
        run = self.optimization
        return {
            "searched": 0 if run is None else self._searched,
            "class_index": None if run is None else self.space.class_index,
            "optimization": None if run is None else run.state_dict(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError for a state of something else."""
        if state["optimization"] is None:
            return
        self._searched = cast("int", state["searched"])
        class_index = cast("int | None", state["class_index"])
        self._space = open_space(self._generator, self.settings.place, class_index, self.settings.seed)
        blank = torch.zeros(1, self.space.rows, self.space.width, device=self._generator.device)
        self._searching, self.optimization = None, self._run(blank)
        self.optimization.load_state_dict(cast("dict[str, object]", state["optimization"]))


def noise_of(generator: Generator) -> list[Tensor | None]:
    """The maps of `NOISE_SEED`, on the generator's device."""
    return [
        noise_map(NOISE_SEED, row, size).to(generator.device) if size else None
        for row, size in enumerate(generator.spec.noise_sizes)
    ]


def difference(one: Tensor, other: Tensor) -> Tensor:
    """Of images float32 [N, 3, H, W] in [-1, 1], grey: black where alike, white at half the range."""
    far = (one.clamp(-1.0, 1.0) - other.clamp(-1.0, 1.0)).abs().mean(dim=1, keepdim=True)
    return (2.0 * far.clamp(max=1.0) - 1.0).expand(-1, 3, -1, -1)
