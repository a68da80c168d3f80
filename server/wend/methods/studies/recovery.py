"""Recovery: factors found on the disc world, whose truth is known, held against it.

Source of the gates: checklist of the specification: |cos(u, truth)| above 0.98 and a root mean square error
of t below 5 % of its range, though every picture begins at a value that is hidden.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.latents.factor import FactorWalk
from wend.measure.chart import Axis, BarChart
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.report.page import Fact, Report, Section

LEAST_COSINE, MOST_ERROR = 0.98, 0.05
_SHARES = (-0.5, -0.25, 0.25, 0.5)
"""Of the factor's usual reach, that pictures are moved by."""


@dataclass(frozen=True)
class Truth:
    """The coordinate of the disc that an edit moves, and its value in the edit's unit."""

    coordinate: str
    value: Callable[[Tensor], Tensor]


TRUTHS: Mapping[str, Truth] = MappingProxyType(
    {
        "shift_x": Truth("x", lambda x: x),
        "shift_y": Truth("y", lambda y: y),
        # Magnifications count from the disc in the middle of its law.
        "scale": Truth("size", lambda size: size / 0.14),
    }
)


@dataclass(frozen=True)
class Recovery:
    """One factor. cosine: of its line with the truth's, without sign; rms: of the true change less the asked
    one, over pictures and amounts; reach: of its values over the prior's middle 99.7 %; n: pictures.

    asked: share of pictures and amounts that end within that reach, beyond which no value is set. What a
    factor falls short of there is error like any other.
    """

    edit: str
    unit: str
    cosine: float
    rms: float
    reach: float
    seconds: float
    n: int
    asked: float = 1.0

    @property
    def error(self) -> float:
        """Share of the reach."""
        return self.rms / self.reach

    @property
    def is_met(self) -> bool:
        return self.cosine > LEAST_COSINE and self.error < MOST_ERROR


@torch.no_grad()
def recovery(
    edit: str,
    unit: str,
    walk: FactorWalk,
    generator: AnalyticGenerator,
    count: int,
    seed: int,
    seconds: float,
) -> Recovery:
    """Fresh codes, moved by shares of the reach, and what they truly are then.

    w is z in this world. Raises: InvalidInput for an edit without a truth here, or where no picture has room.
    """
    truth, names = TRUTHS.get(edit), [factor.name for factor in generator.coordinates]
    if truth is None or truth.coordinate not in names:
        raise InvalidInput(f"Nothing is known here of what {edit} truly moves.")
    index = names.index(truth.coordinate)
    z = torch.randn(count, len(names), generator=torch.Generator().manual_seed(seed))
    latent = z if walk.space == "z" else z[:, None]
    low, high = walk.usual
    before = truth.value(generator.factor_values(z)[truth.coordinate])
    own = walk.value(latent)
    errors: list[Tensor] = []
    for share in _SHARES:
        asked = share * (high - low)
        is_within = (own + asked >= low) & (own + asked <= high)
        moved = walk.apply(latent, asked)
        after = truth.value(generator.factor_values(moved.view_as(z))[truth.coordinate])
        errors.append((after.double() - before.double() - asked)[is_within])
    found = torch.cat(errors)
    if not len(found):
        raise InvalidInput(f"None of {count} pictures has room to be moved by {edit} within its reach.")
    rms = float(found.square().mean().sqrt())
    line = walk.move / walk.move.norm()
    share_asked = len(found) / (count * len(_SHARES))
    return Recovery(edit, unit, abs(float(line[index])), rms, high - low, seconds, count, share_asked)


@dataclass(frozen=True)
class Gates:
    """The table of gates. found: on the disc; judged: on a trained model, by a network that took no part."""

    found: tuple[Recovery, ...]
    judged: tuple[dict[str, Cell], ...]
    model: str

    def table(self) -> Table:
        """A row per factor of the disc."""
        columns = ("edit", "unit", "cosine", "rms", "reach", "rms_share", "met", "seconds", "n", "asked")
        rows: list[tuple[Cell, ...]] = [
            (r.edit, r.unit, r.cosine, r.rms, r.reach, r.error, r.is_met, r.seconds, r.n, r.asked)
            for r in self.found
        ]
        return Table(columns, tuple(rows))

    def judged_table(self) -> Table:
        """A row per factor of the trained model."""
        columns = tuple(self.judged[0]) if self.judged else ()
        return Table(columns, tuple(tuple(row[name] for name in columns) for row in self.judged))

    def as_dict(self) -> dict[str, Plain]:
        rows = [dict(zip(self.table().columns, row, strict=True)) for row in self.table().rows]
        return {"disc": to_plain(rows), "judged": to_plain(self.judged)}

    def report(self, made_with: dict[str, Cell]) -> Report:
        facts = tuple(
            Fact(
                f"disc, {r.edit.replace('_', ' ')}",
                f"cosine {r.cosine:.4f}",
                f"rms {r.error:.1%} of the reach; {'met' if r.is_met else 'not met'}",
            )
            for r in self.found
        )
        names = tuple(r.edit.replace("_", " ") for r in self.found)
        charts = [
            BarChart("Cosine with the truth", Axis("cosine", low=0.0), names,
                     {"disc": tuple(r.cosine for r in self.found)}, "line: the gate", LEAST_COSINE),
            BarChart("Error of a change", Axis("of the reach", low=0.0), names,
                     {"disc": tuple(r.error for r in self.found)}, "line: the gate", MOST_ERROR),
        ]  # fmt: skip
        edits = tuple(str(row["edit"]).replace("_", " ") for row in self.judged)
        for title, keys, line in (
            ("Open loop and set: R²", ("open_r2", "set_r2"), 0.9),
            ("Open loop and set: sd, of that before", ("open_sd_ratio", "set_sd_ratio"), 0.7),
        ):
            series = {
                key.partition("_")[0]: tuple(_number(row.get(key)) for row in self.judged) for key in keys
            }
            if self.judged:
                charts.append(BarChart(f"{self.model}: {title}", Axis(""), edits, series, "", line))
        lead = (
            "Factors found on the disc world against its truth, and on a trained model as a network reads "
            "them that took no part in finding, setting or training."
        )
        return Report("Gates of factors", lead, facts, (Section("Gates", "", tuple(charts)),), made_with)


def _number(value: Cell) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
