"""Sketching: runs of "draw a few lines, get a generator", by number of drawings, losses, what is trained, ...

Source: Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021, section 4: four tasks, and an ablation on each.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from pydantic import JsonValue

from wend.measure.chart import Axis, BarChart
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.report.page import Fact, Pictures, Report, Section
from wend.measure.report.scale import written
from wend.measure.sketch_tasks import DRAWINGS, task_named
from wend.measure.sketch_truth import SketchTruth
from wend.methods.sketch.params import MAPPING

Checkpoint = Literal["parent", "nearest samples", "best", "last"]
"""parent: untouched; nearest samples: the parent's, picked by lines; best, last: what a training leaves."""
KEPT: tuple[Checkpoint, ...] = ("best", "last")
UNSKETCHED = ("skin_tone", "background_hue")
"""Factors that no line tells, whose spread must stay."""
SELECTION = (
    "'best' is the newest checkpoint whose samples are, in lines and within a standard error, as near as any "
    "to drawings held out of the same set (to the drawings themselves where there are fewer than 12); once "
    "they are as near as drawings are to each other, only one that is nearer by more than that replaces it. "
    "Nothing of the target took part. 'last' is the end of the training."
)


@dataclass(frozen=True)
class Setting:
    """One kind of run. overrides: of the training's parameters; drawings: how many of the task's 30 are used;
    is_wobbly: whether they are made unsteady first."""

    name: str
    overrides: Mapping[str, JsonValue] = field(default_factory=dict)
    drawings: int = DRAWINGS
    is_wobbly: bool = False

    @property
    def key(self) -> str:
        """As part of a file's name."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


DEFAULT = Setting("as by default")
EXPERIMENTS: dict[str, tuple[Setting, ...]] = {
    "tasks": (DEFAULT,),
    "sketches": tuple(Setting(f"{n} drawing{'s' * (n > 1)}", drawings=n) for n in (1, 5, 30)),
    "discriminator": (
        Setting("D_Y pre-trained"),
        Setting("D_Y fresh", {"discriminator": "fresh"}),
    ),
    "losses": (
        Setting("L_sketch alone", {**MAPPING, "image_weight": 0.0}),
        Setting("L_sketch + L_image", MAPPING),
        Setting("L_sketch + L_weight", {**MAPPING, "image_weight": 0.0, "l1_weight": 50.0}),
        Setting("L_sketch + way of z"),
    ),
    "extractors": (
        Setting("lines"),
        Setting("painted labels", {"extractor": "labels"}),
        Setting("poses", {"extractor": "pose"}),
    ),
    "trainable": (
        Setting("warp of z"),
        Setting("mapping network", MAPPING),
        Setting("w shift", {**MAPPING, "trainable": "w_shift"}),
    ),
    "gradient": (
        Setting("told from w"),
        Setting("through pictures", {"gradient": "pictures"}),
    ),
    "augmentation": tuple(
        Setting(
            f"{'wobbly' if wobbly else 'clean'} lines, {'shifted' if on else 'as by default'}",
            {"augmentation": "always"} if on else {},
            is_wobbly=wobbly,
        )
        for wobbly in (False, True)
        for on in (False, True)
    ),
}
TITLES = {
    "tasks": "Four tasks, 30 drawings each",
    "sketches": "1, 5 and 30 drawings",
    "discriminator": "D_Y pre-trained or fresh",
    "losses": "Which losses: the first three of the mapping network, as published, the last of a warp of z",
    "extractors": "Lines, painted labels, or poses",
    "trainable": "A warp of z, the mapping network, or one vector",
    "gradient": "What D_Y says: told from w, or followed through pictures",
    "augmentation": "Shifted drawings, clean and wobbly",
}

PUBLISHED: tuple[tuple[str, float, float, float], ...] = (
    ("nearest samples (Bui et al.)", 59.86, 29.94, 43.53),
    ("full method", 36.73, 21.35, 30.39),
    ("full method, re-implemented (Jittor)", 38.09, 20.64, 30.84),
)
PUBLISHED_TASKS = ("standing cat", "gabled church", "horse on a side")
PUBLISHED_NOTE = (
    "FID at 256 px, 30 sketches, 2,500 against 2,500 pictures, checkpoints chosen on the target itself; as a "
    "re-implementation quotes the paper's table (third party: the paper's own could not be read). Features, "
    "pictures and generators differ from those here: orders compare, values do not."
)


@dataclass(frozen=True)
class Row:
    """One state of one run beside target and parent.

    moved: of the sketched factors, the least share of the way; sd: of the same, the largest share of the
    parent's spread; kept: of factors that no line tells, the least share of it; seconds: of training.
    """

    experiment: str
    setting: str
    task: str
    seed: int
    checkpoint: Checkpoint
    updates: int
    seconds: float
    n: int
    frechet: float
    frechet_parent: float
    noise_floor: float
    pixel_frechet: float
    pixel_frechet_parent: float
    precision: float
    precision_parent: float
    precision_parent_world: float
    recall: float
    recall_parent: float
    match: float
    match_parent: float
    match_target: float
    moved: float
    sd: float
    kept: float

    @classmethod
    def of(
        cls,
        experiment: str,
        setting: str,
        task: str,
        seed: int,
        checkpoint: Checkpoint,
        truth: SketchTruth,
        updates: int = 0,
        seconds: float = 0.0,
    ) -> "Row":
        sketched = [move for move in truth.factors.values() if move.is_sketched]
        free = [truth.factors[name] for name in UNSKETCHED if name in truth.factors]
        numbers = truth.as_dict()
        del numbers["factors"]
        told = {name: numbers[name] for name in cls.__dataclass_fields__ if name in numbers}
        return cls(
            experiment=experiment, setting=setting, task=task, seed=seed, checkpoint=checkpoint,
            updates=updates, seconds=seconds,
            moved=min((move.moved or 0.0 for move in sketched), default=0.0),
            sd=max((move.kept or 0.0 for move in sketched), default=0.0),
            kept=min((move.kept or 0.0 for move in free), default=1.0),
            **told,  # type: ignore[arg-type]  # the numbers of a truth, by the same names
        )  # fmt: skip

    @property
    def ratio(self) -> float:
        """Its distance as a share of the untouched parent's."""
        return self.frechet / self.frechet_parent


@dataclass(frozen=True)
class SketchingStudy:
    """All rows of an experiment. sheets: pictures of some of the runs."""

    experiment: str
    model: str
    rows: tuple[Row, ...]
    sheets: tuple[Pictures, ...] = ()

    def table(self) -> Table:
        """A row per run and checkpoint."""
        names = tuple(name for name in Row.__dataclass_fields__ if name != "experiment")
        columns = (*names, "ratio")
        rows = tuple((*(_cell(getattr(row, name)) for name in names), row.ratio) for row in self.rows)
        return Table(columns, rows)

    def published(self) -> Table:
        """What others have found, on their data."""
        return Table(("method", *PUBLISHED_TASKS), PUBLISHED)

    def summary(self) -> list[dict[str, Plain]]:
        """A row per task, setting and checkpoint: mean and spread over seeds."""
        found: list[dict[str, Plain]] = []
        for task, setting, checkpoint in dict.fromkeys((r.task, r.setting, r.checkpoint) for r in self.rows):
            own = [r for r in self.rows if (r.task, r.setting, r.checkpoint) == (task, setting, checkpoint)]
            told: dict[str, Plain] = {
                "task": task, "setting": setting, "checkpoint": checkpoint, "seeds": len(own),
            }  # fmt: skip
            for name in (
                "frechet",
                "ratio",
                "precision",
                "recall",
                "match",
                "moved",
                "sd",
                "kept",
                "seconds",
            ):
                values = [float(getattr(row, name)) for row in own]
                told[name] = float(np.mean(values))
                told[f"{name}_spread"] = max(values) - min(values)
            found.append(told)
        return found

    def as_dict(self) -> dict[str, Plain]:
        return {
            "summary": to_plain(self.summary()),
            "rows": to_plain(self.rows),
            "published": {"note": PUBLISHED_NOTE, "rows": to_plain(self.published())},
            "selection": SELECTION,
        }

    def report(self, made_with: Mapping[str, Cell]) -> Report:
        """In the shape of the published tables: a line per method, a column per task or setting."""
        first = self.rows[0]
        charts = [
            self._chart("Fréchet distance to the exact target", "frechet", Axis("less is nearer", low=0.0)),
            self._chart("Precision", "precision", Axis("share of its pictures", low=0.0, high=1.0)),
            self._chart("Recall", "recall", Axis("share of the target's", low=0.0, high=1.0)),
            self._chart("Match of lines", "match", Axis("F-score with held-out drawings", low=0.0, high=1.0)),
            self._chart("Sketched factor: way gone", "moved", Axis("share, 1 is the target's mean")),
            self._chart(
                "Unsketched factors: spread kept", "kept", Axis("least share of the parent's", low=0.0)
            ),
        ]
        theirs = BarChart(
            "Fréchet distance as published",
            Axis("FID", low=0.0),
            PUBLISHED_TASKS,
            {name: values for name, *values in PUBLISHED},  # type: ignore[misc]  # three numbers each
            PUBLISHED_NOTE,
        )
        return Report(
            f"Sketching: {TITLES[self.experiment].lower()}",
            f"{self.model}, {first.n} pictures of each against {first.n} exact ones of the target, no "
            f"truncation. {SELECTION}",
            tuple(self._fact(told) for told in self.summary() if told["checkpoint"] == "best"),
            (
                Section("Tables", "Means over seeds; every run is in the CSV file.", tuple(charts)),
                *(
                    (Section("Pictures", "By the same seeds, not chosen.", self.sheets),)
                    if self.sheets
                    else ()
                ),
                Section("Published", "Of the paper's own tasks, on photographs.", (theirs,)),
            ),
            made_with,
        )

    def _fact(self, told: Mapping[str, Plain]) -> Fact:
        name = str(told["setting"]) if self.experiment != "tasks" else task_named(str(told["task"])).title
        spread = f", spread {float(str(told['frechet_spread'])):.1f}" if told["seeds"] != 1 else ""
        return Fact(
            name,
            written(float(str(told["frechet"]))),
            f"{float(str(told['ratio'])):.2f} of the parent's{spread}; way gone "
            f"{float(str(told['moved'])):.2f}",
        )

    def _chart(self, title: str, name: str, axis: Axis) -> BarChart:
        """Across: tasks or settings; down: parent, nearest samples, best, last."""
        is_by_task = self.experiment == "tasks"
        across = tuple(dict.fromkeys(r.task if is_by_task else r.setting for r in self._trained()))
        series: dict[str, tuple[float, ...]] = {}
        for checkpoint in dict.fromkeys(row.checkpoint for row in self.rows):
            values = []
            for place in across:
                # Parent and nearest samples are of a task, whatever the setting.
                own = [
                    getattr(row, name)
                    for row in self.rows
                    if row.checkpoint == checkpoint and place in (row.task, row.setting)
                ] or [getattr(row, name) for row in self.rows if row.checkpoint == checkpoint]
                values.append(float(np.mean(own)))
            series[checkpoint] = tuple(values)
        return BarChart(title, axis, across, series)

    def _trained(self) -> Sequence[Row]:
        return [row for row in self.rows if row.checkpoint in ("best", "last")]


def _cell(value: object) -> Cell:
    assert value is None or isinstance(value, bool | int | float | str)
    return value
