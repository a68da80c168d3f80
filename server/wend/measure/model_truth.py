"""Model truth: a model's pictures beside those of the world it was trained on, in numbers."""

from dataclasses import dataclass

import numpy as np

from wend.measure.area_tally import PRESENT
from wend.measure.attributes import AttributeColumn, ChoiceColumn
from wend.measure.circle import centre, spread
from wend.measure.coverage import Coverage, coverage
from wend.measure.distribution import intersection, kolmogorov_smirnov, kuiper
from wend.measure.export import Plain, to_plain
from wend.measure.frechet import FrechetLimit, find_limit
from wend.measure.nearness import Nearness, find_nearness, slices_of_nearness
from wend.measure.sample import Sample
from wend.measure.slices import Sliced, finish

_LIMIT_SHARES = (0.2, 0.25, 1.0 / 3.0, 0.5, 0.7, 1.0)


@dataclass(frozen=True)
class LabelShare:
    """Mean share of the picture a label covers in either, and how often it is there at all, 0..1."""

    world: float
    model: float
    world_present: float
    model_present: float


@dataclass(frozen=True)
class FactorAgreement:
    """One measured factor in world and model: middles and spreads in its unit, and how alike its laws are.

    intersection: area under both densities, 1 when alike; ks: largest distance of the two distribution
    functions, 0 when alike; where values come round that has no meaning, and kuiper stands in its place.
    """

    unit: str
    world_mean: float
    world_sd: float
    model_mean: float
    model_sd: float
    intersection: float
    ks: float | None
    kuiper: float | None


@dataclass(frozen=True)
class Shares:
    """How often something is so in either, 0..1."""

    world: float
    model: float


@dataclass(frozen=True)
class ModelTruth:
    """Everything `wend measure model` says, of n pictures of either.

    features: by what a trained network sees in them, and limit: that distance for infinitely many
    pictures; pixels: by plain statistics of their pixels, which forgive neither blur nor noise.
    """

    count: int
    features: Nearness
    limit: FrechetLimit
    pixels: Nearness
    labels: dict[str, LabelShare]
    coverage: Coverage
    factors: dict[str, FactorAgreement]
    choices: dict[str, dict[str, Shares]]

    def as_dict(self) -> dict[str, Plain]:
        """With the keys that scripts read at the top: frechet, noise_floor, precision, recall, ..."""
        return {
            "n": self.count,
            **_scores(self.features),
            "frechet_limit": self.limit.total,
            **{f"pixel_{key}": value for key, value in _scores(self.pixels).items()},
            "k": self.features.manifold.k,
            "labels": to_plain(self.labels),
            "coverage": to_plain(self.coverage.fractions),
            "missing": to_plain({f.name: f.missing for f in self.coverage.factors if f.missing}),
            "factors": to_plain(self.factors),
            "choices": to_plain(self.choices),
        }


def _scores(found: Nearness) -> dict[str, Plain]:
    """The numbers that scripts read."""
    return {
        "frechet": found.frechet.total,
        "frechet_mean_part": found.frechet.mean_part,
        "frechet_covariance_part": found.frechet.covariance_part,
        "noise_floor": found.floor.mean,
        "noise_floor_high": found.floor.high,
        "precision": found.manifold.precision,
        "recall": found.manifold.recall,
        "density": found.manifold.density,
        "manifold_coverage": found.manifold.coverage,
        "precision_ceiling": found.ceiling.precision,
        "recall_ceiling": found.ceiling.recall,
    }


def compare(world: Sample, model: Sample, k: int = 3, seed: int = 0) -> ModelTruth:
    """A model's n pictures against a world's 2 n, both looked at by the same eye.

    Which of the world's are held against what: `nearness`. Raises: InvalidInput for other numbers of
    pictures.
    """
    return finish(find_truth(world, model, k, seed))


def slices_of_truth(count: int) -> int:
    """Slices of `find_truth` for `count` pictures of a model, before the one in which it ends."""
    return 2 * slices_of_nearness(count) + len(_limit_counts(count))


def _limit_counts(count: int) -> list[int]:
    return sorted({max(round(count * share), 2) for share in _LIMIT_SHARES})


def find_truth(world: Sample, model: Sample, k: int = 3, seed: int = 0) -> Sliced[ModelTruth]:
    """The same in slices, none of which grows faster than the number of pictures. Raises: as `compare`."""
    count = len(model)
    seen = yield from find_nearness(world.vectors, model.vectors, k, seed)
    reference = world.vectors[:count]
    return ModelTruth(
        count=count,
        features=seen,
        limit=(yield from find_limit(reference, model.vectors, _limit_counts(count), seed)),
        pixels=(yield from find_nearness(world.pixels, model.pixels, k, seed)),
        labels=label_shares(world, model),
        coverage=coverage(world.factors, model.factors),
        factors={c.name: _agreement(c, model.factors[c.name]) for c in world.factors.columns},
        choices={
            c.name: _shares(c, d) for c, d in zip(world.factors.choices, model.factors.choices, strict=True)
        },
    )


def label_shares(world: Sample, model: Sample) -> dict[str, LabelShare]:
    """What the same label network sees in either, class by class."""
    shares: dict[str, LabelShare] = {}
    for column in world.areas.columns:
        real, drawn = column.values, model.areas[column.name].values
        shares[column.name] = LabelShare(
            float(real.mean()),
            float(drawn.mean()),
            float((real >= PRESENT).mean()),
            float((drawn >= PRESENT).mean()),
        )
    return shares


def _shares(world: ChoiceColumn, model: ChoiceColumn) -> dict[str, Shares]:
    """How often each option is the likeliest."""
    return {
        option: Shares(float((world.chosen == i).mean()), float((model.chosen == i).mean()))
        for i, option in enumerate(world.options)
    }


def _agreement(world: AttributeColumn, model: AttributeColumn) -> FactorAgreement:
    real, drawn = (c.values[np.isfinite(c.values)] for c in (world, model))
    period = world.period
    return FactorAgreement(
        world.unit,
        centre(real, world.period),
        spread(real, world.period),
        centre(drawn, world.period),
        spread(drawn, world.period),
        intersection(real, drawn, world.period),
        kolmogorov_smirnov(real, drawn).statistic if period is None else None,
        None if period is None else kuiper(real, drawn, period),
    )
