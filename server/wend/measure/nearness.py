"""Nearness: how near one set of pictures comes to another, in any one way of describing pictures."""

from dataclasses import dataclass

from wend.errors import InvalidInput
from wend.measure.frechet import REPEATS, FrechetDistance, NoiseFloor, find_floor, frechet_distance
from wend.measure.moments import Moments, Vectors
from wend.measure.precision_recall import ManifoldScores, score_manifolds, slices_of_scores
from wend.measure.slices import Sliced, finish


@dataclass(frozen=True)
class Nearness:
    """Frechet distance, precision and recall of n pictures against n of a world, described alike.

    floor and ceiling: the distance and the scores of n other pictures of the world itself, which no
    model need beat.
    """

    frechet: FrechetDistance
    floor: NoiseFloor
    manifold: ManifoldScores
    ceiling: ManifoldScores


def nearness(world: Vectors, model: Vectors, k: int = 3, seed: int = 0) -> Nearness:
    """A model's descriptions [n, F] against a world's [2 n, F].

    The first n of the world are what the model is held against, and what the other n are for the
    ceiling; all 2 n, split at random into halves of n, give the noise floor at the same count.
    Raises: InvalidInput for other numbers of pictures.
    """
    return finish(find_nearness(world, model, k, seed))


def slices_of_nearness(count: int) -> int:
    """Slices of `find_nearness` for `count` pictures, before the one in which it ends."""
    return 1 + REPEATS + 2 * slices_of_scores(count)


def find_nearness(world: Vectors, model: Vectors, k: int = 3, seed: int = 0) -> Sliced[Nearness]:
    """The same in slices. Raises: as `nearness`, in the first slice."""
    count = len(model)
    if len(world) != 2 * count:
        raise InvalidInput(f"{count} pictures of a model need {2 * count} of its world, not {len(world)}.")
    reference, others = world[:count], world[count:]
    frechet = frechet_distance(Moments.of(reference), Moments.of(model))
    yield
    return Nearness(
        frechet=frechet,
        floor=(yield from find_floor(world, count, seed=seed)),
        manifold=(yield from score_manifolds(reference, model, k)),
        ceiling=(yield from score_manifolds(reference, others, k)),
    )
