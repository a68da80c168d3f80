"""Comparison: the six methods on pictures that the generator drew itself, where z, r and pixels are known.

Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, section 4.3. d and e bound from below what
the generator can do, f from above: it may leave what the early layers can make.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.measure.export import Cell, Table
from wend.measure.recovery import Recovery, recovery
from wend.measure.slices import Sliced
from wend.methods.layerwise.inversion import Eye, LayeredModel, LayerwiseInversion
from wend.methods.layerwise.settings import METHODS, TITLES, LayerwiseSettings, Start

SHOWN = 6
"""Targets whose pictures a page shows."""
_SEED = 5_000_011  # of targets, which no encoder is tested or trained on


@dataclass(frozen=True)
class Row:
    """One target by one method. updates: of the optimiser; seconds: of wall clock, encoding included; image:
    float32 [1, 3, R, R], None where nobody kept it."""

    method: str
    target: int
    recovery: Recovery
    updates: int
    seconds: float
    image: Tensor | None


def targets_of(model: LayeredModel, count: int, seed: int) -> Tensor:
    """True tops [count, D]."""
    rng = torch.Generator().manual_seed(_SEED + seed)
    z = torch.randn(count, model.split.generator.spec.z_dim, generator=rng)
    return model.split.top_of(z.to(model.split.device))


def compare(
    models: Mapping[Start, LayeredModel],
    eye: Eye,
    count: int,
    seed: int,
    shorten: Callable[[LayerwiseSettings], LayerwiseSettings],
    kept: Sequence[Row] = (),
    keep: Callable[[Row], None] = lambda _row: None,
) -> Sliced[tuple[Row, ...]]:
    """Every method whose start there is an encoder for, on `count` targets; a slice is one of both.

    models: by start; `random` goes with any. shorten: changes settings, to try a command. kept: rows that
    were measured before; keep: told of each new one.
    """
    rows = list(kept)
    done = {(row.method, row.target) for row in kept}
    tops = targets_of(_any(models), count, seed)
    for index in range(count):
        for method in methods_of(models):
            if (method, index) in done:
                continue
            rows.append(_row(models, method, shorten(METHODS[method]), index, tops[index], eye))
            keep(rows[-1])
            yield
    return tuple(rows)


def methods_of(models: Mapping[Start, LayeredModel]) -> tuple[str, ...]:
    """Those of a to f that there are encoders for."""
    return tuple(name for name, each in METHODS.items() if each.start == "random" or each.start in models)


def _any(models: Mapping[Start, LayeredModel]) -> LayeredModel:
    return models["layered"]


def _row(
    models: Mapping[Start, LayeredModel],
    method: str,
    settings: LayerwiseSettings,
    index: int,
    true: Tensor,
    eye: Eye,
) -> Row:
    model = models.get(settings.start, _any(models))
    split, encoder = model.split, model.encoder
    top = true[None]
    with torch.no_grad():
        state = split.early(top)[-1]
        x = split.late(state, top)
    started = time.perf_counter()
    search = LayerwiseInversion(model, x, settings, eye)
    search.run()
    seconds = time.perf_counter() - started
    with torch.no_grad():
        found, image = search.objective.top_now(), search.image()
        units = [(each - encoder.top_mean) / encoder.top_sd for each in (top, found)]
        numbers = recovery(units[0], units[1], state.x, search.objective.r(), x, image)
    return Row(method, index, numbers, search.updates, seconds, image.clamp(-1.0, 1.0).cpu())


@dataclass(frozen=True)
class Mean:
    """One method over all targets."""

    method: str
    recovery: Recovery
    updates: float
    seconds: float


def means_of(rows: Sequence[Row]) -> tuple[Mean, ...]:
    """By method, in the order a to f."""
    found = []
    for method in METHODS:
        own = [row for row in rows if row.method == method]
        if own:
            count = len(own)
            numbers = Recovery.of([row.recovery for row in own])
            updates, seconds = sum(row.updates for row in own), sum(row.seconds for row in own)
            found.append(Mean(method, numbers, updates / count, seconds / count))
    return tuple(found)


@dataclass(frozen=True)
class Bracket:
    """Between d and f lies what the generator can make of pictures: both ends' errors, 0..255, and
    correlations at r.

    f_is_nearest: whether f has the smallest error of all; d_leads: whether d's is below those of a, b and c,
    as far as these were measured; None where there are none.
    """

    error_d: float
    error_f: float
    r_d: float
    r_f: float
    f_is_nearest: bool
    d_leads: bool | None


def bracket_of(means: Sequence[Mean]) -> Bracket | None:
    """None where d or f was not measured. Source: Bau et al., ICCV 2019, section 4.3 and figure 7."""
    found = {mean.method: mean.recovery for mean in means}
    if "d" not in found or "f" not in found:
        return None
    d, f = found["d"], found["f"]
    before = [found[name].error for name in "abc" if name in found]
    return Bracket(
        d.error,
        f.error,
        d.r,
        f.r,
        all(f.error <= each.error for each in found.values()),
        d.error < min(before) if before else None,
    )


def table_of(means: Sequence[Mean], top: str) -> Table:
    """A row for each method. top: what stands before the first layer, z or w."""
    rows: list[tuple[Cell, ...]] = [
        (
            mean.method,
            TITLES[mean.method],
            mean.recovery.z,
            mean.recovery.r,
            mean.recovery.pixels,
            mean.recovery.error,
            mean.updates,
            mean.seconds,
        )
        for mean in means
    ]
    names = ("method", "how", f"correlation {top}", "correlation r", "correlation pixels", "error", "updates")
    return Table((*names, "seconds"), tuple(rows))
