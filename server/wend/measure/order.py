"""Order: whether label areas put generators of one world in the order in which features put them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.agreement import rank_correlation
from wend.measure.area_tally import PERCENT
from wend.measure.export import Plain, Table, to_dict
from wend.measure.frechet import FrechetDistance, NoiseFloor, frechet_distance, noise_floor
from wend.measure.moments import Moments
from wend.measure.sample import Sample


@dataclass(frozen=True)
class OrderRow:
    """One generator, of the same pictures twice. fsd: of label areas, in percent squared; frechet: of
    features, in their squared units."""

    name: str
    fsd: FrechetDistance
    frechet: FrechetDistance


@dataclass(frozen=True)
class Order:
    """rows: the nearest by features first; the floors are of `count` pictures of the world against as many
    others. agreement: Spearman's rank correlation of both distances, None below three generators.
    """

    count: int
    rows: tuple[OrderRow, ...]
    fsd_floor: NoiseFloor
    frechet_floor: NoiseFloor
    agreement: float | None

    @property
    def is_same(self) -> bool:
        """Whether both distances rise from row to row."""
        totals = [row.fsd.total for row in self.rows]
        return totals == sorted(totals)

    def table(self) -> Table:
        """A row per generator, with its rank by either."""
        by_fsd = sorted(self.rows, key=lambda row: row.fsd.total)
        columns = (
            "model", "Frechet distance", "rank", "FSD (%2)", "of means", "of covariances", "rank by FSD",
        )  # fmt: skip
        rows = tuple(
            (
                row.name, row.frechet.total, k + 1, row.fsd.total, row.fsd.mean_part,
                row.fsd.covariance_part, by_fsd.index(row) + 1,
            )
            for k, row in enumerate(self.rows)
        )  # fmt: skip
        return Table(columns, rows)

    def as_dict(self) -> dict[str, Plain]:
        return {**to_dict(self), "is_same": self.is_same}


def order_of(world: Sample, models: Sequence[tuple[str, Sample]], seed: int = 0) -> Order:
    """n pictures of every model against the first n of a world's 2 n, all seen by one eye.

    Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, section 4.1 and table 1.
    Raises: InvalidInput for fewer than two models, or other numbers of pictures.
    """
    count = len(world) // 2
    if len(models) < 2:
        raise InvalidInput("An order needs two models at least.")
    if any(len(sample) != count for _, sample in models):
        raise InvalidInput(f"Every model needs {count} pictures, half as many as the world.")
    areas = percent_areas(world)
    real = Moments.of(areas[:count]), Moments.of(world.vectors[:count])
    rows = [
        OrderRow(
            name,
            frechet_distance(real[0], Moments.of(percent_areas(sample))),
            frechet_distance(real[1], Moments.of(sample.vectors)),
        )
        for name, sample in models
    ]
    rows.sort(key=lambda row: row.frechet.total)
    distances = np.array([[row.fsd.total, row.frechet.total] for row in rows])
    return Order(
        count,
        tuple(rows),
        noise_floor(areas, count, seed=seed),
        noise_floor(world.vectors, count, seed=seed),
        rank_correlation(distances[:, 0], distances[:, 1]),
    )


def percent_areas(sample: Sample) -> NDArray[np.float64]:
    """What every label covers of every picture, float64 [N, K] in percent of it."""
    shares: NDArray[np.float64] = np.stack([column.values for column in sample.areas.columns], axis=1)
    return PERCENT * shares
