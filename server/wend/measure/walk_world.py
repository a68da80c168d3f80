"""Walk world: the world's own pictures beside a walk's, and how far the judge's answers can be believed."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.agreement import r_squared
from wend.measure.attributes import Attributes
from wend.measure.sample import BATCH
from wend.measure.slices import Sliced
from wend.measure.walk_judge import Columns, Judge, columns_of, from_rows, look_at, rows_of
from wend.worlds.world import World, sample_factors

LEAST_R2 = 0.8
"""Factors told worse than this, in pictures of the world at the model's own size, judge nothing."""


@dataclass(frozen=True)
class WorldSight:
    """Pictures of the world as the judge sees them.

    trust: factor -> R^2 of what the judge says against the truth, over all pictures, whether they show
    it or not; attributes without a true value (those read off pixels) are not in it; vectors: their
    features, [N, F].
    """

    seen: Attributes
    trust: dict[str, float]
    vectors: NDArray[np.float32]

    @property
    def weak(self) -> tuple[str, ...]:
        """Factors this judge tells too badly to judge by."""
        return tuple(name for name, r2 in self.trust.items() if r2 < LEAST_R2)

    def require(self, name: str) -> None:
        """Raises: InvalidInput for a factor that is not measured, or too badly."""
        self.seen[name]
        if name in self.weak:
            raise InvalidInput(
                f"{name} is told with an R² of {self.trust[name]:.2f} here, less than {LEAST_R2:g}: "
                "no basis for judging."
            )


class WorldLook:
    """Looks at `count` pictures of a world, a batch a step, and can be saved between any two.

    Picture k depends on (seed, k) alone. size: their side; device: where the judge is.
    """

    def __init__(
        self,
        world: World,
        judge: Judge,
        count: int,
        seed: int,
        size: int,
        device: torch.device | str = "cpu",
        batch: int = BATCH,
    ) -> None:
        self._world, self._judge, self._size, self._batch = world, judge, size, batch
        self._count = count
        self._truth = sample_factors(world, count, seed, device)
        self._rows: list[Tensor] = []
        self._vectors: list[Tensor] = []
        self._columns: Columns = []

    @property
    def total(self) -> int:
        """Steps in all."""
        return -(-self._count // self._batch)

    @property
    def taken(self) -> int:
        return len(self._rows)

    @property
    def is_done(self) -> bool:
        return self.taken >= self.total

    def step(self) -> None:
        """Draw one batch and look at it."""
        part = slice(self.taken * self._batch, (self.taken + 1) * self._batch)
        values = {name: value[part] for name, value in self._truth.items()}
        with torch.no_grad():
            images = self._world.render(values, self._size).images
            seen = look_at(self._judge, images)
            self._vectors.append(self._judge.features.vector(images).float().cpu())
        self._columns = columns_of(seen)
        self._rows.append(rows_of(seen))

    def result(self) -> WorldSight:
        """What was seen, held against what the pictures truly are; once all steps are taken."""
        assert self.is_done
        seen = from_rows(self._columns, self._rows)
        trust: dict[str, float] = {}
        for column in seen.columns:
            if column.name in self._truth:
                r2 = r_squared(_array(self._truth[column.name]), column.values, column.period)
                if r2 is not None:
                    trust[column.name] = r2
        return WorldSight(seen, trust, torch.cat(self._vectors).numpy())

    def state_dict(self) -> dict[str, object]:
        return {
            "columns": self._columns, "rows": list(self._rows), "vectors": list(self._vectors),
            "batch": self._batch,
        }  # fmt: skip

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a look in other batches."""
        if state["batch"] != self._batch:
            raise ValueError("this was a look in other batches")
        self._columns = cast("Columns", state["columns"])
        self._rows = list(cast("list[Tensor]", state["rows"]))
        self._vectors = list(cast("list[Tensor]", state["vectors"]))


def look_at_world(
    world: World, judge: Judge, count: int, seed: int, size: int, device: torch.device | str = "cpu"
) -> Sliced[WorldSight]:
    """All at once, a slice per batch of 16."""
    look = WorldLook(world, judge, count, seed, size, device)
    while not look.is_done:
        look.step()
        yield
    return look.result()


def _array(values: Tensor) -> NDArray[np.float64]:
    array: NDArray[np.float64] = values.double().cpu().numpy()
    return array
