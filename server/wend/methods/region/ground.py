"""Region ground: what is known of a generator before a region is painted - what its own pictures are like."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor, nn

from wend.errors import FileInvalid, PerceptionNotFound
from wend.library.seeing import set_looking_at
from wend.measure.attributes import Attributes, concatenate, of_factors
from wend.measure.likeness import Likeness, picture_statistics
from wend.measure.probe import Probe, classes_of
from wend.measure.slices import Sliced
from wend.methods.region.jacobian import Linearization
from wend.methods.region.space import RegionSpace
from wend.methods.workbench import Workbench
from wend.perception.network import FactorNetwork, LabelNetwork, Role

OWN_SEEDS: Sequence[int] = range(10_000, 10_150)
"""Enough own pictures to fit 24 components and to tell the worst twentieth of the judge's scores."""
_READ = 48  # of them, that factors are read off: a spread needs no more
_LOW_SHARE = 0.05

Network = TypeVar("Network")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Judge:
    """The discriminator published with a model, and the scores of the generator's own pictures.

    low: below it lies one own picture in twenty; spread: their standard deviation.
    """

    network: nn.Module
    low: float
    spread: float

    def scores(self, images: Tensor) -> Tensor:
        """float32 [N] of images [N, 3, R, R], each judged by itself."""
        return judge_scores(self.network, images)


@dataclass(frozen=True)
class Ground:
    """space: where directions are looked for. likeness, judge, own: of the generator's own pictures, None
    where not measured. factors, labels: networks that look at its world, None where there are none."""

    space: RegionSpace
    likeness: Likeness | None = None
    judge: Judge | None = None
    factors: FactorNetwork | None = None
    own: Attributes | None = None
    labels: LabelNetwork | None = None


class Grounding:
    """Measures a generator's ground once, whoever asks for it first. psi: of the own pictures.

    The space and the labels come first: sliders can be looked for with them alone.
    """

    def __init__(self, bench: Workbench, psi: float) -> None:
        # The generator is held by these two alone: once all is known, it may leave memory.
        self._begin: Callable[[], Sliced[None]] | None = partial(_measure, bench, psi, self._tell)
        self._slices: Sliced[None] | None = None
        self.told: Ground | None = None

    @property
    def is_whole(self) -> bool:
        return self._begin is None

    def advance(self) -> bool:
        """One slice; True when nothing is left.

        What breaks is raised to whoever asked for the slice; the next who asks begins anew.
        """
        if self._begin is None:
            return True
        if self._slices is None:
            self._slices = self._begin()
        try:
            next(self._slices)
        except StopIteration:
            self._begin = self._slices = None
        except Exception:
            self._slices = None
            raise
        return self.is_whole

    def first(self) -> Sliced[Ground]:
        """As soon as sliders can be looked for."""
        while self.told is None:
            self.advance()
            yield
        return self.told

    def whole(self) -> Sliced[Ground]:
        """All of it."""
        while not self.advance():
            yield
        assert self.told is not None
        return self.told

    def _tell(self, ground: Ground) -> None:
        self.told = ground


def _measure(bench: Workbench, psi: float, tell: Callable[[Ground], None]) -> Sliced[None]:
    generator = bench.generator
    space = yield from RegionSpace.fit(generator)
    labels = _open(bench, lambda set_id: bench.perception.labels(set_id, bench.device), "labels")
    tell(Ground(space, labels=labels))
    yield
    # The first derivative of a process takes a second more than any other.
    center = generator.center(classes_of(generator, torch.zeros(1, dtype=torch.long)))
    yield from Linearization.at(generator, center[:, None].repeat(1, generator.spec.num_ws, 1), noise=None)
    factors = _open(bench, lambda set_id: bench.perception.factors(set_id, bench.device), "factors")
    yield
    network = _open_judge(bench)
    yield
    statistics: list[Tensor] = []
    scores: list[Tensor] = []
    read: list[Attributes] = []
    probe = Probe(generator, psi, list(OWN_SEEDS))
    for part in probe.chunks:
        images = probe.render(part)
        statistics.append(picture_statistics(images))
        yield
        if network is not None:
            scores.append(judge_scores(network, images))
            yield
        if factors is not None and part.start < _READ:
            read.append(of_factors(factors, images))
            yield
    tell(
        Ground(
            space,
            Likeness.fit(torch.cat(statistics)),
            None if network is None else _judge(network, torch.cat(scores)),
            factors,
            concatenate(read) if read else None,
            labels,
        )
    )


def _open(bench: Workbench, load: Callable[[str], Network], role: Role) -> Network | None:
    try:
        return load(set_looking_at(bench.perception, bench.shelf.store.get(bench.model).card, role).card.id)
    except (PerceptionNotFound, FileInvalid) as error:
        _log.info("regions of %s are found without %s: %s", bench.model, role, error)
        return None


def _open_judge(bench: Workbench) -> nn.Module | None:
    """The model's discriminator, where there is one that can be read; of a model with classes it would have
    to be told the class."""
    if bench.generator.spec.c_dim > 0:
        return None
    try:
        return bench.shelf.store.load_discriminator(bench.model, bench.device)
    except FileInvalid as error:
        _log.warning("regions of %s are found without its discriminator: %s", bench.model, error)
        return None


def judge_scores(network: nn.Module, images: Tensor) -> Tensor:
    """Scores float32 [N] of a discriminator, each picture by itself.

    A batch of odd size shares no statistics between its pictures (groups are of even sizes), so that a
    picture's score does not depend on its neighbours.
    """
    count = len(images)
    padded = images if count % 2 else torch.cat([images, images[:1]])
    scores: Tensor = network(padded)[:count, 0]
    return scores.float().cpu()


def _judge(network: nn.Module, scores: Tensor) -> Judge:
    return Judge(network, float(torch.quantile(scores, _LOW_SHARE)), float(scores.std()))
