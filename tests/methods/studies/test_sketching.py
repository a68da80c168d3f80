"""The study of teaching by sketches: rows, means over seeds, tables in the shape of the published ones."""

from dataclasses import replace

import pytest

from wend.measure.chart import BarChart
from wend.measure.report.page import Report, render_report
from wend.methods.studies.sketching import EXPERIMENTS, PUBLISHED, Checkpoint, Row, SketchingStudy


def _row(setting: str, task: str, seed: int, checkpoint: Checkpoint, frechet: float) -> Row:
    return Row(
        experiment="tasks", setting=setting, task=task, seed=seed, checkpoint=checkpoint, updates=10,
        seconds=1.0, n=50, frechet=frechet, frechet_parent=40.0, noise_floor=2.0, pixel_frechet=5.0,
        pixel_frechet_parent=6.0, precision=0.5, precision_parent=0.4, precision_parent_world=0.6, recall=0.2,
        recall_parent=0.1, match=0.8, match_parent=0.7, match_target=0.9, moved=0.8, sd=0.5, kept=0.9,
    )  # fmt: skip


ROWS = (
    _row("parent", "tilted", 0, "parent", 40.0),
    _row("nearest samples", "tilted", 0, "nearest samples", 30.0),
    _row("as by default", "tilted", 0, "best", 20.0),
    _row("as by default", "tilted", 1, "best", 24.0),
    _row("as by default", "tilted", 0, "last", 26.0),
    _row("as by default", "low", 0, "best", 10.0),
    _row("as by default", "low", 0, "last", 12.0),
    _row("parent", "low", 0, "parent", 42.0),
    _row("nearest samples", "low", 0, "nearest samples", 33.0),
)


def _first_chart(report: Report) -> BarChart:
    chart = report.sections[0].figures[0]
    assert isinstance(chart, BarChart)
    return chart


def test_seeds_are_averaged_and_their_spread_is_told() -> None:
    summary = SketchingStudy("tasks", "m", ROWS).summary()
    tilted = next(r for r in summary if (r["task"], r["checkpoint"]) == ("tilted", "best"))
    assert tilted["frechet"] == pytest.approx(22.0)
    assert tilted["frechet_spread"] == pytest.approx(4.0)
    assert tilted["ratio"] == pytest.approx(0.55)
    assert tilted["seeds"] == 2


def test_by_task_each_column_has_its_own_parent_and_nearest_samples() -> None:
    report = SketchingStudy("tasks", "m", ROWS).report({"model": "m"})
    chart = _first_chart(report)
    assert chart.names == ("tilted", "low")
    assert chart.series == {
        "parent": (40.0, 42.0), "nearest samples": (30.0, 33.0), "best": (22.0, 10.0), "last": (26.0, 12.0),
    }  # fmt: skip
    page = render_report(report)
    assert "Bui et al." in page
    assert "third party" in page


def test_by_setting_parent_and_nearest_samples_stand_beside_all() -> None:
    rows = [row for row in ROWS if row.task == "tilted"]
    rows += [replace(row, setting="5 drawings") for row in rows if row.checkpoint in ("best", "last")]
    chart = _first_chart(SketchingStudy("sketches", "m", tuple(rows)).report({}))
    assert chart.names == ("as by default", "5 drawings")
    assert chart.series["parent"] == (40.0, 40.0)


def test_tables_are_whole_and_settings_have_names_of_their_own() -> None:
    study = SketchingStudy("tasks", "m", ROWS)
    table = study.table()
    assert len(table.rows) == len(ROWS)
    assert table.rows[2][table.columns.index("ratio")] == pytest.approx(0.5)
    assert len(study.published().rows) == len(PUBLISHED)
    for settings in EXPERIMENTS.values():
        assert len({setting.key for setting in settings}) == len(settings)
