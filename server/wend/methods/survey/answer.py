"""Answer: what a survey found, as data, facts and a page."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from wend.measure.class_areas import AreaComparison
from wend.measure.export import Cell, Plain, Table, to_dict
from wend.measure.frechet import NoiseFloor
from wend.measure.report.page import Fact, Pictures, Report, Section
from wend.measure.report.scale import written
from wend.methods.survey.figure import class_chart, loss_charts
from wend.methods.survey.model_side import ModelSide
from wend.methods.survey.sheet import ROWS
from wend.methods.survey.study import SurveyStudy

_LOST_SHOWN = 4


@dataclass(frozen=True)
class SurveyAnswer:
    """against: title of the real side; found: title -> comparison; shown: classes of the figure; notes:
    sentences.
    """

    study: SurveyStudy
    found: dict[str, AreaComparison]
    floor: NoiseFloor
    notes: tuple[str, ...]

    @classmethod
    def of(cls, study: SurveyStudy, notes: tuple[str, ...] = ()) -> "SurveyAnswer":
        """Of a study that is done. Raises: InvalidInput for too few pictures."""
        return cls(study, study.compare(), study.real.floor(), (*notes, *_notes(study)))

    @property
    def against(self) -> str:
        return self.study.real.source.title

    @property
    def facts(self) -> dict[str, str]:
        """Per model its FSD, and what it leaves out most."""
        facts: dict[str, str] = {}
        for title, comparison in self.found.items():
            name = "FSD" if len(self.found) == 1 else f"FSD of {title}"
            facts[name] = f"{written(comparison.fsd.total)} %²"
            lost = [row for row in comparison.ranked() if row.name in self.study.shown and row.is_lost][:3]
            told = ", ".join(f"{row.name} {written(100.0 * (row.relative or 0.0), 0)} %" for row in lost)
            facts["lost most" if len(self.found) == 1 else f"{title} loses"] = told or "nothing for sure"
        facts["noise floor"] = f"{written(self.floor.mean)} %², at most {written(self.floor.high)}"
        facts["pictures"] = f"{self.study.count} against {self.study.real.tally().count} of {self.against}"
        if self.study.real.skipped_count:
            facts["skipped"] = f"{self.study.real.skipped_count} files that cannot be read"
        return facts

    def table(self) -> Table:
        """A row per model and class."""
        tables = {title: comparison.table() for title, comparison in self.found.items()}
        first = next(iter(tables.values()))
        rows = tuple((title, *row) for title, table in tables.items() for row in table.rows)
        return Table(("model", *first.columns), rows)

    def as_dict(self) -> dict[str, Plain]:
        """All of it: survey.json."""
        real = self.study.real
        return to_dict(
            {
                "against": self.against,
                "count": self.study.count,
                "real_count": real.tally().count,
                "segmenter": self.study.eye.segmenter,
                "likeness": self.study.eye.likeness,
                "noise_floor": self.floor,
                "shown": self.study.shown,
                "rows": ROWS,
                "models": [self._model(side) for side in self.study.models],
                "skipped": {"count": real.skipped_count, "files": real.skipped},
                "notes": self.notes,
            }
        )

    def _model(self, side: ModelSide) -> dict[str, object]:
        comparison = self.found[side.title]
        return {
            "title": side.title,
            "fsd": comparison.fsd.total,
            "fsd_mean": comparison.fsd.mean_part,
            "fsd_cov": comparison.fsd.covariance_part,
            "classes": comparison.classes,
            "correlations": comparison.correlations,
            "sheets": {
                name: {"file": sheet_name(self.study, side.title, name), "counts": _counts(side, name)}
                for name in side.sheets
            },
        }

    def report(self, made_with: Mapping[str, Cell]) -> Report:
        """The page: FSD, the figure, what loss goes with, examples of what is lost most."""
        chart = class_chart(self.against, self.study.shown, self.found)
        scatters = tuple(
            figure
            for title, comparison in self.found.items()
            for figure in loss_charts(title, comparison, self.study.shown)
        )
        sections = [
            Section(
                "Classes",
                "Left: how much of the picture each class covers; grey bars are real, dots generated. "
                "Right: how much "
                "more or less is generated, with the 95 % interval; what leaves the axis is told as a "
                "number.",
                (chart,),
            ),
            Section(
                "What is lost",
                "Whether loss goes with how large, frequent or long-edged things are.",
                scatters,
            ),
        ]
        for side in self.study.models:
            pictures = self._lost_pictures(side)
            if pictures:
                text = "Rows from above: " + "; ".join(ROWS) + "."
                sections.append(Section(f"Most lost by {side.title}", text, pictures))
        names = " and ".join(self.found)
        return Report(
            title=f"What {names} cannot draw",
            lead=f"{self.study.count} pictures each, against "
            f"{self.study.real.tally().count} of {self.against}, all "
            f"seen by the segmenter {self.study.eye.segmenter}. {' '.join(self.notes)}".strip(),
            facts=self._report_facts(),
            sections=tuple(sections),
            made_with=made_with,
        )

    def _report_facts(self) -> tuple[Fact, ...]:
        facts = [
            Fact(
                f"FSD of {title}",
                written(c.fsd.total),
                f"%²: {written(c.fsd.mean_part)} of means, {written(c.fsd.covariance_part)} of covariances; "
                f"{written(c.fsd.total / self.floor.mean)} x the floor" if self.floor.mean > 0.0 else "%²",
            )
            for title, c in self.found.items()
        ]  # fmt: skip
        floor = f"%²: {self.floor.count} real pictures against {self.floor.count} others, on average"
        return (*facts, Fact("Noise floor", written(self.floor.mean), floor))

    def _lost_pictures(self, side: ModelSide) -> tuple[Pictures, ...]:
        lost = [row for row in self.found[side.title].ranked() if row.name in side.sheets and row.is_lost]
        figures = []
        for row in lost[:_LOST_SHOWN]:
            image = Image.open(io.BytesIO(side.sheets[row.name]))
            png = io.BytesIO()
            image.save(png, "PNG")
            note = f"{written(row.real)} % of the real picture, {written(row.model)} % of the generated one"
            figures.append(Pictures(row.name, note, png.getvalue(), image.width, image.height))
        return tuple(figures)


def sheet_name(study: SurveyStudy, title: str, name: str) -> str:
    """File of a class's examples: numbers, since labels may hold anything."""
    model = [side.title for side in study.models].index(title)
    return f"examples-{model + 1}-{study.eye.names.index(name):03d}.jpg"


def _counts(side: ModelSide, name: str) -> list[int]:
    """How many examples each row holds."""
    found = side.examples[name]
    return [
        len(found.there), sum(place >= 0 for place in found.missing), len(found.drawn), len(found.nearest),
    ]  # fmt: skip


def _notes(study: SurveyStudy) -> list[str]:
    notes: list[str] = []
    real = study.real.tally()
    floor = study.real.floor()
    if floor.count < study.count:
        notes.append(
            f"There are {study.real.count} real pictures, so the noise floor is that of {floor.count} "
            "against "
            f"{floor.count} and reads higher than one of {study.count}."
        )
    width = len(study.eye.names)
    if min(study.count, real.count) <= width:
        notes.append(
            f"{min(study.count, real.count)} pictures are too few for a covariance of {width} classes to "
            "have full "
            "rank: read the classes, not the FSD."
        )
    return notes
