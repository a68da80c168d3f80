"""Drop test: worlds in which one class never occurs, surveyed as if they were generators of the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch

from wend.errors import InvalidInput
from wend.measure.export import Plain, Table, to_dict
from wend.measure.frechet import NoiseFloor
from wend.measure.seeds import WORLD_SEED
from wend.methods.survey.eye import SurveyEye
from wend.methods.survey.model_side import Subject
from wend.methods.survey.source import Source, WorldSource
from wend.methods.survey.study import SurveyStudy
from wend.worlds.registry import open_world

DROPS: Mapping[str, str] = MappingProxyType(
    {
        "glasses": "portraits:glasses=none",
        "hat": "portraits:hat=none",
        "beard": "portraits:beard=none",
        "hair": "portraits:hair_style=bald",
        "earring": "portraits:earrings=none",
    }
)
"""Class -> the variant of portraits without it."""

WHOLE = "portraits"
_OTHERS = 5000  # seeds of the variants lie this far from those of the whole world


@dataclass(frozen=True)
class DropRow:
    """One variant. rank: place of the class that is gone among all real ones by relative difference, 1 the
    most lost; sure_rank: the same by the upper end of its 95 % interval, where chance of rare classes counts
    for nothing. ratio: FSD over the noise floor's mean; whole: relative difference of the class where it is
    not dropped.
    """

    name: str
    variant: str
    real: float
    real_frequency: float
    relative: float
    high: float
    rank: int
    sure_rank: int
    fsd: float
    ratio: float
    whole: float


@dataclass(frozen=True)
class DropResult:
    """alike: FSD of what drops nothing: the whole world's other pictures, or the generator that others were
    made of."""

    count: int
    floor: NoiseFloor
    alike: float
    rows: tuple[DropRow, ...]

    def table(self) -> Table:
        """A row per class dropped."""
        columns = (
            "dropped", "world", "real area (%)", "real frequency", "relative", "95 % high", "rank",
            "sure rank", "FSD", "x floor", "relative of the whole",
        )  # fmt: skip
        rows = (
            (
                r.name,
                r.variant,
                r.real,
                r.real_frequency,
                r.relative,
                r.high,
                r.rank,
                r.sure_rank,
                r.fsd,
                r.ratio,
                r.whole,
            )
            for r in self.rows
        )
        return Table(columns, tuple(rows))

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def drop_study(
    eye: SurveyEye,
    count: int,
    batch: int,
    size: int,
    device: torch.device,
    seed: int = 0,
    drops: Mapping[str, str] = DROPS,
) -> SurveyStudy:
    """Portraits against its variants and, last, against other pictures of itself."""

    def opener(variant: str, index: int) -> Subject:
        def opens() -> Source:
            world = open_world(variant)
            return WorldSource(world, count, WORLD_SEED + seed + _OTHERS * (index + 1), size, device)

        return Subject(variant, opens)

    worlds = (*drops.values(), WHOLE)
    subjects = tuple(opener(variant, index) for index, variant in enumerate(worlds))
    return whole_study(eye, subjects, count, batch, size, device, seed)


def whole_study(
    eye: SurveyEye,
    subjects: tuple[Subject, ...],
    count: int,
    batch: int,
    size: int,
    device: torch.device,
    seed: int = 0,
) -> SurveyStudy:
    """Subjects against the whole world, portraits."""
    real = WorldSource(open_world(WHOLE), 2 * count, WORLD_SEED + seed, size, device)
    return SurveyStudy(real, subjects, eye, count, batch, size, seed, has_examples=False)


def drop_result(study: SurveyStudy, drops: Mapping[str, str] = DROPS, whole: str = WHOLE) -> DropResult:
    """What a study that is done says of its variants.

    drops: class -> title of what lacks it; whole: title of what lacks none.
    Raises: InvalidInput for too few pictures.
    """
    found, floor = study.compare(), study.real.floor()
    relative = {row.name: row.relative for row in found[whole].classes}
    rows: list[DropRow] = []
    for name, variant in drops.items():
        ranked = found[variant].ranked()
        by_sure = sorted(ranked, key=lambda row: 0.0 if row.high is None else row.high)
        row = next((row for row in ranked if row.name == name), None)
        if row is None or row.relative is None or row.high is None:
            raise InvalidInput(f"Of {study.real.count} real pictures none shows {name}: take more of them.")
        fsd = found[variant].fsd.total
        rows.append(
            DropRow(
                name,
                variant,
                row.real,
                row.real_frequency,
                row.relative,
                row.high,
                ranked.index(row) + 1,
                by_sure.index(row) + 1,
                fsd,
                fsd / floor.mean,
                relative[name] or 0.0,
            )
        )
    return DropResult(study.count, floor, found[whole].fsd.total, tuple(rows))
