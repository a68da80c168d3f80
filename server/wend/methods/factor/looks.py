"""Factor looks: fresh pictures that tell where a factor's values begin, and how sure they are."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from wend.errors import InvalidParams, NotFound, WendError
from wend.library.seeing import set_looking_at
from wend.measure.attributes import Attributes, of_factors
from wend.measure.circle import difference
from wend.measure.limits import median_change
from wend.measure.walk_judge import PIXELS, pixels_of
from wend.methods.factor.codes import one_hots
from wend.methods.factor.model import Fit
from wend.methods.factor.task import FactorTask
from wend.methods.workbench import Workbench
from wend.perception.network import FactorNetwork

_FRESH = 1_000_003
_MOVED = 8
"""Pictures that are moved to either end of the slider."""
_LEAST_READ = 4


@dataclass(frozen=True)
class Reader:
    """What reads a factor's value in pictures: the pixels themselves, or a network of the model's world."""

    attribute: str
    network: FactorNetwork | None

    @torch.no_grad()
    def read(self, images: Tensor, near: Tensor) -> Tensor:
        """Of images [N, 3, H, W] in [-1, 1], float64 [N], NaN where nothing is found.

        near: [N], what goes round is told as the number nearest to these.
        """
        images = images.clamp(-1.0, 1.0)
        found = (
            pixels_of(images)
            if self.network is None
            else Attributes(of_factors(self.network, images).columns)
        )
        column = found[self.attribute]
        wanted = near.double().cpu().numpy()
        if column.period is None:
            return torch.from_numpy(column.values)
        return torch.from_numpy(wanted + difference(column.values, wanted, column.period))


def find_reader(task: FactorTask, bench: Workbench) -> Reader | None:
    """Who reads the values of this factor, where that is wanted.

    Raises: InvalidParams where only that will do, and nobody can.
    """
    params, attribute = task.params, task.edit.attribute
    if params.anchor == "zero":
        return None
    try:
        if attribute is not None and attribute in PIXELS:
            return Reader(attribute, None)
        if attribute is not None:
            found = set_looking_at(bench.perception, bench.shelf.store.get(bench.model).card, "factors")
            network = bench.perception.eye(found.card.id, bench.device)
            if any(one.name == attribute for one in network.attributes):
                return Reader(attribute, network)
    except NotFound:
        pass
    except WendError as error:
        if params.anchor == "measured":
            raise InvalidParams("anchor", error.sentence.rstrip(".")) from error
    if params.anchor == "measured":
        raise InvalidParams("anchor", "nothing here measures this factor in this model's pictures; take zero")
    return None


@dataclass(frozen=True)
class Told:
    """What fresh pictures said.

    anchor: the number of the middle of the prior, in what adds up, where it was read, else None; rms, r2: of
    the values read against those predicted, in the factor's unit, NaN where none was; slope: of the line
    through the former over the latter, 1 where the curve promises what there is. strength: median mean
    absolute pixel change at the slider's ends, 0..1.
    """

    anchor: float | None
    rms: float
    r2: float
    slope: float
    read: int
    strength: float


class Looks:
    """Paints fresh pictures one by one: some stay, and are read; some are moved to either end."""

    def __init__(self, task: FactorTask, found: Fit, reader: Reader | None) -> None:
        self._task, self._fit, self._reader = task, found, reader
        rng = torch.Generator().manual_seed(task.params.seed + _FRESH)
        count = task.params.looks if reader is not None else _MOVED
        self._classes = [task.classes[k % len(task.classes)] if task.classes else -1 for k in range(count)]
        generator = task.painter.generator
        self._one_hot = one_hots(generator, self._classes)
        self._codes = task.codes.draw(rng, count, self._one_hot)
        self._u = found.u.to(self._codes.device)
        self._read: list[tuple[float, float]] = []
        self._changes: list[float] = []
        self._at = 0

    @property
    def is_done(self) -> bool:
        return self._at == len(self._codes)

    @property
    def fraction(self) -> float:
        return self._at / len(self._codes)

    def step(self) -> None:
        """One picture, or three of one seed."""
        part = slice(self._at, self._at + 1)
        code = self._codes[part]
        image = self._paint(code)
        p = code @ self._u
        if self._reader is not None:
            added = self._fit.curve(p.cpu())
            value = self._task.edit.natural(added, self._task.is_published)
            self._read.append((float(added), float(self._reader.read(image, value))))
        if self._at < _MOVED:
            for end in (-3.0, 3.0):
                moved = code + (end - p)[:, None] * self._u
                self._changes.append(median_change(self._paint(moved), image))
        self._at += 1

    def _paint(self, code: Tensor) -> Tensor:
        one_hot = None if self._one_hot is None else self._one_hot[self._at : self._at + 1]
        with torch.no_grad():
            images = self._task.painter.paint(code, self._codes[self._at : self._at + 1], one_hot)
        return images.clamp(-1.0, 1.0)

    @property
    def told(self) -> Told:
        """Of all that has been looked at."""
        strength = float(np.median(self._changes))
        predicted = np.array([added for added, _ in self._read])
        values = np.array([value for _, value in self._read])
        edit, is_published = self._task.edit, self._task.is_published
        good = np.isfinite(values) & ((values > 0.0) | (not edit.is_magnification))
        if good.sum() < _LEAST_READ:
            return Told(None, float("nan"), float("nan"), float("nan"), int(good.sum()), strength)
        predicted, values = predicted[good], values[good]
        offset = float(np.median(edit.of_natural(values, is_published) - predicted))
        told = edit.natural(torch.from_numpy(predicted + offset), is_published).numpy()
        error = float(np.square(values - told).mean())
        spread = float(np.square(values - values.mean()).mean())
        middle = offset + float(self._fit.curve(torch.zeros(())))
        across = told - told.mean()
        slope = float(across @ values) / max(float(across @ across), 1e-24)
        return Told(middle, error**0.5, 1.0 - error / max(spread, 1e-24), slope, int(good.sum()), strength)
