"""Walk limits: how far a walk can go, from strengths to look at to the numbers, tables and charts of it."""

import math
from dataclasses import dataclass

import numpy as np

from wend.measure.chart import LineChart
from wend.measure.export import Plain, Table, to_plain
from wend.measure.leakage import world_spreads
from wend.measure.slices import Sliced
from wend.measure.walk_aim import Aim, aimed, strongest
from wend.measure.walk_judge import PIXELS, Seat
from wend.measure.walk_response import WalkResponse, sum_up
from wend.measure.walk_steps import WalkSteps
from wend.measure.walk_world import WorldSight
from wend.measure.walk_zones import Zone

BEYOND = 1.5
"""Strengths go this many times as far as the trained ones: what lies beyond is part of the question.
Source: the grids of Jahanian, Chai and Isola, 2020, released code (shift to 200 px, trained to 127)."""


def strengths(
    low: float, high: float, steps: int = 8, beyond: float = BEYOND, most: float = math.inf
) -> tuple[float, ...]:
    """Strengths to look at, ascending, 0 among them: `steps` even ones in [low, high], low <= 0 <= high,
    shared out by length, at least two on either side that has a length, and more of them up to `beyond`,
    but none further than `most`."""
    length = high - low
    found = {0.0}
    for end in (low, high):
        if end:
            count = max(2, round(steps * abs(end) / length))
            found |= {end * (k / count) for k in range(1, int(count * beyond + 1e-9) + 1)}
    return tuple(sorted(alpha for alpha in found if abs(alpha) <= most))


@dataclass(frozen=True)
class WalkLimits:
    """One walk, judged. aim: by what; seat: by whom; trust: R^2 of the judge's answers against the truth,
    per factor; weak: factors it may not judge by; count: seeds; world_count: pictures of the world."""

    response: WalkResponse
    aim: Aim
    seat: Seat
    trust: dict[str, float]
    weak: tuple[str, ...]
    count: int
    world_count: int

    def as_dict(self) -> dict[str, Plain]:
        """The keys of the command. `asked`, `measured` and what is fitted to them are over the trained
        strengths; `all` goes beyond. asked: what alpha asks for, in `unit`, or alpha itself where its own
        unit says nothing of the attribute (`asked_unit`)."""
        found, fit = self.response, self.response.calibration
        low, high = found.zones.trained
        inside = [i for i, alpha in enumerate(found.alphas) if low <= alpha <= high]
        asks = 1.0 if self.aim.per_alpha is None else self.aim.per_alpha
        answer: dict[str, object] = {
            "attribute": found.name,
            "unit": found.unit,
            "asked_unit": found.unit if self.aim.per_alpha is not None else "alpha",
            "asked": [found.alphas[i] * asks for i in inside],
            "measured": [found.change.median[i] for i in inside],
            "r2_medians": fit.r2_medians,
            "r2_all": fit.r2_all,
            "slope": fit.slope / asks,
            "monotone": fit.monotone,
            "reachable": fit.reachable,
            "leakage": {leak.name: leak.size for leak in found.leakage.leaks},
            "leakage_drift": {leak.name: leak.drift for leak in found.leakage.leaks},
            "zones": found.zones,
            "all": {
                "alpha": found.alphas,
                "asked": [alpha * asks for alpha in found.alphas],
                "measured": found.change.median,
                "overlap_start": found.overlap,
                "overlap_world": found.with_world,
                "frechet_start": found.frechet_start,
                "frechet_world": found.frechet_world,
                "step_length": found.lengths.median,
                "edit_error": None if found.edit_error is None else found.edit_error.median,
                "discards": found.discards,
            },
            "judge": {
                "set": self.seat.set_id,
                "network": self.seat.name,
                "apart": self.seat.is_apart,
                "features_apart": self.seat.features_apart,
            },
            "frechet_floor": found.frechet_floor,
            "n_frechet": found.frechet_count,
            "judge_r2": self.trust.get(found.name),
            "weak": self.weak,
            "n": self.count,
            "n_world": self.world_count,
        }
        plain = to_plain(answer)
        assert isinstance(plain, dict)
        return plain

    def charts(self) -> tuple[LineChart, ...]:
        return self.response.charts()

    def table(self) -> Table:
        """A row per strength."""
        found = self.response
        asks = 1.0 if self.aim.per_alpha is None else self.aim.per_alpha
        errors = (None,) * len(found.alphas) if found.edit_error is None else found.edit_error.median
        columns = (
            "alpha", f"asked ({found.unit if self.aim.per_alpha is not None else 'alpha'})",
            f"median change ({found.unit})", "quartile_low", "quartile_high", f"sd ({found.unit})",
            "overlap_start", "overlap_world", "frechet_start", "frechet_world", "edit_error",
            "step_length_to_next", "discards",
        )  # fmt: skip
        rows = zip(
            found.alphas, (alpha * asks for alpha in found.alphas), found.change.median,
            found.change.quartile_low, found.change.quartile_high, found.sd, found.overlap,
            found.with_world, found.frechet_start, found.frechet_world, errors,
            (*found.lengths.median, None), found.discards,
            strict=True,
        )  # fmt: skip
        return Table(columns, tuple(rows))


def judge_walk(
    steps: WalkSteps, aim: Aim | None, world: WorldSight, seat: Seat, trained: Zone, seed: int = 0
) -> Sliced[WalkLimits]:
    """Put together what was seen; without an aim, by the attribute that moves most.

    Raises: InvalidInput for an attribute the judge tells too badly, or that does not move.
    """
    if aim is None:
        # What pixels tell never moves most, and a hue may not be found in any picture.
        named = [c.name for c in steps.factors[0].columns if c.name not in PIXELS]
        changes = {name: float(np.sqrt(np.nanmean(np.square(steps.changes(name))))) for name in named}
        aim = Aim(strongest(changes, world_spreads(world.seen), world.weak), "", per_alpha=None)
    world.require(aim.attribute)
    real = aimed(world.seen, aim)
    response = yield from sum_up(
        steps.aimed(aim), aim.attribute, real, world.vectors, trained, world.weak, seed
    )
    count = len(real.columns[0].values)
    return WalkLimits(response, aim, seat, world.trust, world.weak, steps.vectors.shape[1], count)
