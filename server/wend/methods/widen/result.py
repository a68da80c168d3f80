"""Widening result: what the arms of the digit experiment came to, beside the published ones."""

from dataclasses import dataclass

import numpy as np

from wend.measure.chart import Axis, Band, Line, LineChart
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.report.page import Fact, Report, Section
from wend.methods.widen.arms import ARMS
from wend.methods.widen.errors import PUBLISHED_AMOUNTS, EditErrors

PUBLISHED_ERRORS: dict[str, tuple[float, ...]] = {
    "plain": (0.09, 0.07, 0.06, 0.04, 0.02, 0.00, 0.02, 0.04, 0.07, 0.10, 0.12),
    "augmented": (0.07, 0.06, 0.04, 0.03, 0.01, 0.00, 0.01, 0.04, 0.07, 0.10, 0.12),
    "joint": (0.04, 0.03, 0.02, 0.01, 0.01, 0.00, 0.01, 0.02, 0.04, 0.07, 0.11),
}
"""As printed in the notebooks of Jahanian, Chai and Isola 2020, on MNIST, at PUBLISHED_AMOUNTS; two digits,
their arms trained unequally long."""
PUBLISHED_MEANS = {
    name: float(np.mean([e for e, a in zip(errors, PUBLISHED_AMOUNTS, strict=True) if a != 0.0]))
    for name, errors in PUBLISHED_ERRORS.items()
}
WIDENED = 0.7


@dataclass(frozen=True)
class Found:
    """One arm of one seed, its alpha divided by `scale` degrees; still: what no walk at all would read."""

    arm: str
    seed: int
    scale: float
    errors: EditErrors
    still: float


@dataclass(frozen=True)
class Gate:
    """Whether something asked for holds: of every seed there is, by itself; None: only told."""

    name: str
    holds: bool | None
    told: str


@dataclass(frozen=True)
class ArmsResult:
    """Everything found; `scale`: the one at which arms are held against each other."""

    found: tuple[Found, ...]
    scale: float

    def compared(self, arm: str) -> list[Found]:
        """An arm's seeds at the common scale, in order."""
        own = [f for f in self.found if f.arm == arm and f.scale == self.scale]
        return sorted(own, key=lambda f: f.seed)

    def gates(self) -> tuple[Gate, ...]:
        """Joint below both frozen arms; at most 0.7 of plain. The rest is told: an error counts against what
        standing still reads on the same generator, and against what edited pictures alone gain.

        The error at 0 is no gate: the walk moves nothing there, whatever it has learned.
        """
        by_arm = {arm: {f.seed: f.errors for f in self.compared(arm)} for arm in ARMS}
        seeds = [s for s in by_arm["joint"] if s in by_arm["plain"] and s in by_arm["augmented"]]
        joint, plain, augmented = (
            [by_arm[a][s].mean for s in seeds] for a in ("joint", "plain", "augmented")
        )
        shares = [j / p for j, p in zip(joint, plain, strict=True)]
        gains = [a / p for a, p in zip(augmented, plain, strict=True)]
        left = [j / a for j, a in zip(joint, augmented, strict=True)]
        below = all(j < min(p, a) for j, p, a in zip(joint, plain, augmented, strict=True))
        return (
            Gate("joint below both frozen arms", bool(seeds) and below, f"{len(seeds)} seeds"),
            Gate(f"joint at most {WIDENED} of plain", bool(seeds) and max(shares) <= WIDENED, _told(shares)),
            Gate("augmented / plain: what edited pictures alone gain", None, _told(gains)),
            Gate("joint / augmented: what training together adds", None, _told(left)),
            Gate("joint / plain, each as a share of standing still", None, _told(self._of_still())),
            Gate("loss of the walk, last quarter / the one before", None, self._settled()),
        )

    def _of_still(self) -> list[float]:
        shares = {
            arm: {f.seed: f.errors.mean / f.still for f in self.compared(arm)} for arm in ("joint", "plain")
        }
        return [share / shares["plain"][s] for s, share in shares["joint"].items() if s in shares["plain"]]

    def _settled(self) -> str:
        """Of each arm, mean over its seeds: far below 1, and its walk was still learning when it ended."""
        told = []
        for arm in ARMS:
            own = [f.errors.settled for f in self.compared(arm) if f.errors.settled is not None]
            if own:
                told.append(f"{arm} {float(np.mean(own)):.2f}")
        return ", ".join(told) or "not recorded"

    def as_dict(self) -> dict[str, Plain]:
        """Rows and gates as plain data; arms: means over seeds."""
        arms: dict[str, Plain] = {}
        for arm in ARMS:
            seeds = self.compared(arm)
            own = [f.errors for f in seeds]
            if own:
                means = [e.mean for e in own]
                arms[arm] = {
                    "seeds": len(own),
                    "mean": float(np.mean(means)),
                    "sd_over_seeds": float(np.std(means, ddof=1)) if len(own) > 1 else None,
                    "errors": to_plain(np.mean([e.means for e in own], axis=0).tolist()),
                    "still": float(np.mean([f.still for f in seeds])),
                    "of_still": float(np.mean([f.errors.mean / f.still for f in seeds])),
                    "published_mean": PUBLISHED_MEANS.get(arm),
                }
        return {
            "scale": self.scale,
            "amounts": list(PUBLISHED_AMOUNTS),
            "arms": arms,
            "gates": {g.name: {"holds": g.holds, "told": g.told} for g in self.gates()},
            "rows": [
                to_plain({"arm": f.arm, "seed": f.seed, "scale": f.scale, "still": f.still, **_row(f)})
                for f in self.found
            ],
            "published": to_plain(PUBLISHED_ERRORS),
        }

    def table(self) -> Table:
        """A row for each arm, seed and scale; the published ones below."""
        columns = ("arm", "seed", "scale", "mean", "still", *(f"{a:g}" for a in PUBLISHED_AMOUNTS))
        rows: list[tuple[Cell, ...]] = [
            (f.arm, f.seed, f.scale, f.errors.mean, f.still, *f.errors.means) for f in self.found
        ]
        rows += [
            (f"{n} (published)", None, 1.0, PUBLISHED_MEANS[n], None, *e) for n, e in PUBLISHED_ERRORS.items()
        ]
        return Table(columns, tuple(rows))

    def report(self, made_with: dict[str, Cell]) -> Report:
        """Curves of our arms and of the published ones, and the gates."""
        ours = tuple(
            Line(arm, PUBLISHED_AMOUNTS, mean, (Band("seeds", low, high),), has_points=True)
            for arm in ARMS
            if (own := [f.errors.means for f in self.compared(arm)])
            for mean, low, high in (_summary(own),)
        )
        theirs = tuple(Line(n, PUBLISHED_AMOUNTS, e, has_points=True) for n, e in PUBLISHED_ERRORS.items())
        x, y = Axis("turn", "degrees"), Axis("masked squared error", "of 0..1", low=0.0)
        charts = (
            LineChart("Ours, on digits drawn by this project", x, y, ours, "line: mean of the seeds"),
            LineChart("Published, on MNIST, arms trained unequally long", x, y, theirs),
        )
        return Report(
            "Widening the range of a walk",
            "A generator of upright digits is asked to turn them: alone, alone on turned pictures, and "
            "together with the walk on turned pictures. An error counts only beside that of standing still "
            "on the same generator.",
            tuple(Fact(g.name, _WORDS[g.holds], g.told) for g in self.gates()),
            (Section("Edit error by angle", "Training saw turns of up to 20 degrees.", charts),),
            made_with,
        )


_WORDS = {True: "holds", False: "does not hold", None: "told"}


def _row(found: Found) -> dict[str, object]:
    e = found.errors
    return {
        "mean": e.mean, "errors": e.means, "sds": e.sds, "steps": e.steps, "n": e.count,
        "settled": e.settled,
    }  # fmt: skip


def _told(values: list[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)


def _summary(
    means: list[tuple[float, ...]],
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    array = np.array(means)
    mean, low, high = array.mean(axis=0), array.min(axis=0), array.max(axis=0)
    return tuple(mean.tolist()), tuple(low.tolist()), tuple(high.tolist())
