"""Trial of a factor: how well fresh pictures are put at values, judged by who was not in the loop."""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.generators.generator import Generator
from wend.latents.seed import z_of_seeds
from wend.library.walk_record import WalkRecord
from wend.measure.agreement import r_squared
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import Sliced
from wend.methods.sampling.law import Law, distance, uniform
from wend.methods.setting.batch import FactorBatch, noise_of, one_hot
from wend.methods.setting.corrections import ROUNDS, Corrections
from wend.methods.setting.picture import FURTHEST_SD
from wend.methods.setting.reach import factor_of, slopes_of

LEVELS = 10
"""Stretches of values within which pictures count as set to one."""
WIDE_SD = 2.0
"""Values are asked for from -2 to 2 standard deviations of the prior: 95 % of pictures lie between."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Hit:
    """How pictures came to the values asked for. r2: of the measured value against that, 1 - squared error /
    variance; mae: mean absolute error, mae_of_reach: as a share of the factor's reach; sd_ratio: spread about
    the value asked for, over the spread of the same pictures left alone; bias: mean error; ks: distance of
    the measured values from the law the values were drawn from."""

    r2: float
    mae: float
    mae_of_reach: float
    sd_ratio: float
    bias: float
    ks: float


@dataclass(frozen=True)
class FactorTrial:
    """A factor on fresh seeds. asked: ends of the values asked for; reach: over 99.7 % of pictures;
    off_prior: share of set pictures more than 3 standard deviations out; looks: pictures drawn for one, on
    average; ks_without: of the pictures left alone; ks_predicted: of what the factor predicts, open loop;
    ks_seen, ks_seen_without: of the pictures as set and left alone, as the loop sees them, not the judge.
    in_loop: standard deviation, in what is left of the error, of what the loop itself saw of it; the rest is
    where loop and judge see differently. targets, before, opened, closed: [N], the last three as judged."""

    unit: str
    attribute: str
    seeds: int
    asked: tuple[float, float]
    reach: tuple[float, float]
    sd_before: float
    open_loop: Hit
    set: Hit
    ks_without: float
    ks_predicted: float
    ks_seen: float
    ks_seen_without: float
    off_prior: float
    looks: float
    in_loop: float
    targets: Values = field(repr=False)
    before: Values = field(repr=False)
    opened: Values = field(repr=False)
    closed: Values = field(repr=False)


@dataclass
class _Gathered:
    """Of the batches so far."""

    before: list[Tensor] = field(default_factory=list)
    opened: list[Tensor] = field(default_factory=list)
    predicted: list[Tensor] = field(default_factory=list)
    closed: list[Tensor] = field(default_factory=list)
    started: list[Tensor] = field(default_factory=list)
    seen: list[Tensor] = field(default_factory=list)
    positions: list[Tensor] = field(default_factory=list)
    looks: int = 0


def trial_of(
    generator: Generator,
    record: WalkRecord,
    in_loop: FactorSight,
    judge: FactorSight,
    seeds: range,
    psi: float,
    chunk: int,
    law: Law | None = None,
) -> Sliced[FactorTrial]:
    """Every seed is drawn as it is, put at a value by prediction, and put there by measuring and correcting.

    in_loop, judge: of this one factor; both see it. A slice is a batch of `chunk` drawn and looked at once.
    The values asked for cover a law, evenly from -2 to 2 standard deviations if none is given, in an order
    that has nothing to do with the seeds.
    """
    factor = factor_of(record)
    walk = factor.walk
    if law is None:
        law = uniform(*walk.curve(torch.tensor([-WIDE_SD, WIDE_SD], device=walk.read.device)).tolist())
    count = len(seeds)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(7))
    targets = torch.from_numpy(law.quantile((np.arange(count) + 0.5) / count))[order, None]
    spans = torch.tensor([factor.high - factor.low], dtype=torch.float64)
    noise, gathered = noise_of(generator), _Gathered()
    for start in range(0, count, chunk):
        part = slice(start, min(count, start + chunk))
        z = z_of_seeds(list(seeds[part]), generator.spec.z_dim)
        c = one_hot(generator, torch.arange(count)[part], record.class_index)
        batch = FactorBatch(generator, [walk], psi, z, c, noise)
        yield from _try(batch, targets[part], spans, record, in_loop, judge, gathered)
    asked, before = targets[:, 0].numpy(), _joined(gathered.before)
    opened, closed, seen = _joined(gathered.opened), _joined(gathered.closed), _joined(gathered.seen)
    reach, sd_before = float(spans[0]), float(np.nanstd(before))
    assert factor.attribute is not None, "it is seen"
    return FactorTrial(
        record.unit,
        factor.attribute,
        count,
        (law.low, law.high),
        (factor.low, factor.high),
        sd_before,
        hit_of(asked, opened, reach, sd_before, law),
        hit_of(asked, closed, reach, sd_before, law),
        distance(before, law),
        distance(_joined(gathered.predicted), law),
        distance(seen, law),
        distance(_joined(gathered.started), law),
        float((np.abs(_joined(gathered.positions)) > 3.0).mean()),
        gathered.looks / count,
        float(np.nanstd(seen - asked)),
        asked,
        before,
        opened,
        closed,
    )


def _try(
    batch: FactorBatch,
    targets: Tensor,
    spans: Tensor,
    record: WalkRecord,
    in_loop: FactorSight,
    judge: FactorSight,
    gathered: _Gathered,
) -> Sliced[None]:
    walk = factor_of(record).walk
    images = batch.images(batch.still)
    gathered.before.append(judge.values(images, targets))
    start = in_loop.values(images, targets)
    gathered.started.append(start)
    yield
    alphas = batch.reaching(walk.curve.inverse(targets.to(walk.read.device)[:, 0])[:, None])
    gathered.opened.append(judge.values(batch.images(alphas), targets))
    gathered.predicted.append(batch.values(batch.positions(alphas)))
    yield
    edge = torch.full_like(targets, FURTHEST_SD)
    now = batch.values(batch.positions(batch.still))
    ends = batch.values(-edge) - now, batch.values(edge) - now
    looked = Corrections(targets, spans, batch.still, *ends, ROUNDS, slopes_of([record]))
    looked.look(start)
    gathered.looks += len(batch)
    while not looked.is_done:
        looked.look(in_loop.values(batch.images(looked.alphas), targets))
        gathered.looks += len(batch)
        yield
    best, seen = looked.best
    gathered.seen.append(seen)
    gathered.closed.append(judge.values(batch.images(best), targets))
    gathered.positions.append(batch.positions(best))
    yield


def hit_of(asked: Values, found: Values, reach: float, sd_before: float, law: Law | None = None) -> Hit:
    """How values [N] came to those asked for [N], which cover a law, evenly if none is given; what was not
    found is left out."""
    kept = np.isfinite(found)
    asked, found = asked[kept], found[kept]
    error = found - asked
    r2 = r_squared(asked, found)
    law = law or uniform(float(asked.min()), float(asked.max()))
    mae = float(np.abs(error).mean())
    return Hit(
        float("nan") if r2 is None else r2,
        mae,
        mae / reach,
        _spread(asked, error) / sd_before,
        float(error.mean()),
        distance(found, law),
    )


def _spread(asked: Values, error: Values) -> float:
    """The standard deviation of pictures that were set to about one value, pooled over all values."""
    level = np.argsort(np.argsort(asked)) * LEVELS // len(asked)
    squares, freedom = 0.0, 0
    for number in range(LEVELS):
        own = error[level == number]
        if len(own) > 1:
            squares += float(np.square(own - own.mean()).sum())
            freedom += len(own) - 1
    return float(np.sqrt(squares / max(1, freedom)))


def _joined(parts: list[Tensor]) -> Values:
    found: Values = torch.cat(parts)[:, 0].numpy()
    return found
