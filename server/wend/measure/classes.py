"""Classes: whether a class-conditional generator draws what it is told, and varies as its world varies."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.generators.generator import Generator
from wend.measure.export import Plain, to_dict
from wend.measure.sample import model_pictures
from wend.perception.network import ClassNetwork, FactorNetwork
from wend.worlds.world import World, class_names, occurring_classes, sample_factors

# A factor is compared class by class where its spreads differ by this much between classes ...
_LEAST_RATIO = 1.5
# ... and its means by no more than this share of the widest spread: then only spread tells classes apart.
_LARGEST_MEAN_SHIFT = 0.1
_Z95 = 1.959964


@dataclass(frozen=True)
class Accuracy:
    """Share of pictures that a network takes for what they should be, 0..1: of all, and per class.

    NaN for a class without pictures.
    """

    overall: float
    per_class: tuple[float, ...]
    count: int


@dataclass(frozen=True)
class Correlation:
    """Pearson's r of two lists, and its 95 % interval by Fisher's transformation (Fisher 1921)."""

    r: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """Standard deviations of one factor, class by class, in its unit.

    true: by the world's laws; world: measured in the world's pictures; model: measured in the model's,
    both by the same network. follows: model with true; attainable: world with true, what this network
    and this many pictures would give a perfect model.
    """

    unit: str
    true: tuple[float, ...]
    world: tuple[float, ...]
    model: tuple[float, ...]
    follows: Correlation
    attainable: Correlation


@dataclass(frozen=True)
class ClassTruth:
    """Everything `wend measure classes` says, of `per_class` pictures of each class on either side.

    classes: those that occur in the world, in whose order every list is; a variant may leave some out.
    """

    classes: tuple[str, ...]
    per_class: int
    world_accuracy: Accuracy
    model_accuracy: Accuracy
    spreads: dict[str, Spread]

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def class_accuracy(network: ClassNetwork, pictures: Iterable[Tensor], classes: NDArray[np.int64]) -> Accuracy:
    """Accuracy on batches of images float32 [n, 3, H, W] whose classes are given, int64 [N], in order."""
    with torch.no_grad():
        told = [network.chances(images).argmax(dim=1).cpu().numpy() for images in pictures]
    right = np.concatenate(told) == classes
    of_class = [right[classes == k] for k in range(len(network.labels))]
    per_class = tuple(float(part.mean()) if len(part) else math.nan for part in of_class)
    return Accuracy(float(right.mean()), per_class, len(right))


def pearson(xs: Sequence[float], ys: Sequence[float]) -> Correlation:
    """r with its 95 % interval; NaN where a list does not vary or has fewer than four numbers."""
    if len(xs) < 4 or np.ptp(xs) == 0.0 or np.ptp(ys) == 0.0:
        return Correlation(math.nan, math.nan, math.nan)
    r = float(np.corrcoef(xs, ys)[0, 1])
    middle, half = math.atanh(min(max(r, -1.0 + 1e-12), 1.0 - 1e-12)), _Z95 / math.sqrt(len(xs) - 3)
    return Correlation(r, math.tanh(middle - half), math.tanh(middle + half))


def class_spreads(world: World) -> dict[str, tuple[float, ...]]:
    """Factors that classes differ in by spread alone: name -> standard deviation per class, in its unit.

    Of the classes that occur, in their order.
    """
    found: dict[str, tuple[float, ...]] = {}
    for factor in world.factors:
        if factor.is_discrete or not factor.class_laws:
            continue
        moments = [factor.given(k).moments() for k in occurring_classes(world)]
        means, sds = [m for m, _ in moments], tuple(sd for _, sd in moments)
        if max(sds) < _LEAST_RATIO * min(sds) or np.ptp(means) > _LARGEST_MEAN_SHIFT * max(sds):
            continue
        found[factor.name] = sds
    return found


def class_seeds(
    classes: int, per_class: int, start: int = 0, shown: Sequence[int] | None = None
) -> list[int]:
    """Seeds whose pictures are of each class `per_class` times: a seed shows class seed mod `classes`.

    shown: indices of the classes wanted, all by default.
    """
    wanted = range(classes) if shown is None else shown
    return [row * classes + k for row in range(start, start + per_class) for k in wanted]


def world_of_classes(world: World, per_class: int, seed: int, size: int, batch: int = 16) -> Iterator[Tensor]:
    """Pictures of a world that go round the classes that occur in it, as `class_seeds` does, in batches.

    Raises: InvalidInput for a world without classes, or one whose class is correlated with a factor:
    pictures of a given class are not drawn by its laws alone then.
    """
    if world.class_factor is None:
        raise InvalidInput(f"{world.name} has no classes.")
    if any(world.class_factor in pair[:2] for pair in world.config.correlations):
        raise InvalidInput(f"In this variant {world.class_factor} is correlated with another factor.")
    classes = torch.tensor(occurring_classes(world)).repeat(per_class)
    values = sample_factors(world, len(classes), seed, classes=classes)
    for start in range(0, len(classes), batch):
        part = {name: value[start : start + batch] for name, value in values.items()}
        yield world.render(part, size).images


class _Watched:
    """Pictures passed on, with what a factor network measures of them on the way."""

    def __init__(self, network: FactorNetwork, names: Sequence[str]) -> None:
        self._network, self._names = network, names
        self._parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}

    def passing(self, pictures: Iterable[Tensor]) -> Iterator[Tensor]:
        for images in pictures:
            measured = self._network.measure(images).values
            for name in self._names:
                self._parts[name].append(measured[name].double().cpu().numpy())
            yield images

    def spreads(self, name: str, classes: int) -> tuple[float, ...]:
        """Standard deviation of one factor, class by class; pictures went round the classes."""
        values = np.concatenate(self._parts[name]).reshape(-1, classes)
        return tuple(float(sd) for sd in values.std(axis=0, ddof=1))


def compare_classes(
    world: World,
    generator: Generator,
    teller: ClassNetwork,
    eye: FactorNetwork | None,
    per_class: int,
    psi: float = 1.0,
    seed: int = 0,
) -> ClassTruth:
    """A class-conditional model beside its world: `per_class` pictures of each class of either.

    eye: what measures spreads; None measures none. Accuracy per class is on the model's pictures of that
    class. Source of the question: Jahanian, Chai and Isola 2020, section 4.3.
    """
    all_names, shown, size = class_names(world), occurring_classes(world), generator.spec.resolution
    true = class_spreads(world)
    classes = np.tile(np.array(shown, dtype=np.int64), per_class)
    measured = {} if eye is None else {a.name: a.unit for a in eye.attributes if a.name in true}
    accuracies: list[Accuracy] = []
    watched: list[_Watched] = []
    for pictures in (
        world_of_classes(world, per_class, seed + 880_001, size),
        model_pictures(generator, class_seeds(len(all_names), per_class, seed * per_class, shown), psi),
    ):
        if eye is None:
            accuracies.append(class_accuracy(teller, pictures, classes))
            continue
        watched.append(_Watched(eye, tuple(measured)))
        accuracies.append(class_accuracy(teller, watched[-1].passing(pictures), classes))
    spreads = {
        name: _spread(unit, true[name], *(w.spreads(name, len(shown)) for w in watched))
        for name, unit in measured.items()
    }
    names = tuple(all_names[k] for k in shown)
    real, drawn = (replace(a, per_class=tuple(a.per_class[k] for k in shown)) for a in accuracies)
    return ClassTruth(names, per_class, real, drawn, spreads)


def _spread(unit: str, true: tuple[float, ...], world: tuple[float, ...], model: tuple[float, ...]) -> Spread:
    return Spread(unit, true, world, model, pearson(true, model), pearson(true, world))
