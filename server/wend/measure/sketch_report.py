"""Sketch report: what `wend measure sketch` found, as a page."""

from collections.abc import Mapping

import torch
from torch import Tensor

from wend.measure.chart import Axis, BarChart
from wend.measure.export import Cell
from wend.measure.report.page import Fact, Pictures, Report, Section, picture_sheet
from wend.measure.report.scale import written
from wend.measure.sketch_judge import Judge
from wend.measure.sketch_sight import Sight
from wend.measure.sketch_truth import SketchTruth

_COLUMNS = 10


def sketch_report(
    truth: SketchTruth,
    judge: Judge,
    child: Sight,
    picked: Sight | None,
    baseline: SketchTruth | None,
    made_with: Mapping[str, Cell],
    selection: str,
) -> Report:
    """Headline figures, the drawings, target, parent and child by the same seeds, and every factor.

    picked, baseline: the parent's samples nearest in lines, where they were looked for.
    """
    name = made_with["model"]
    return Report(
        title=f"{name}: {judge.task.title.lower()}",
        lead=f"{truth.count} pictures of {name} and of its parent {made_with['parent']}, without truncation, "
        f"against {truth.count} of the world that keep the task's bounds. {selection}".rstrip(),
        facts=facts_of(truth, baseline),
        sections=(
            Section(
                "Pictures",
                "The first of each, not chosen; parent and child by the same seeds.",
                (*sheets(judge, child), *(_picked(picked))),
            ),
            Section("Factors", "As the factor network measures them.", factor_charts(truth)),
        ),
        made_with={**made_with, "n": truth.count, "k": truth.ceiling.k},
    )


def facts_of(truth: SketchTruth, baseline: SketchTruth | None) -> tuple[Fact, ...]:
    """What is read first."""
    child, parent = truth.child, truth.parent
    facts = [
        Fact(
            "Fréchet distance",
            written(child.frechet),
            f"{truth.ratio:.2f} of the parent's {written(parent.frechet)}; "
            f"the target from itself {written(truth.floor.mean)}",
        ),
        Fact(
            "Precision",
            f"{child.manifold.precision:.3f}",
            f"parent {parent.manifold.precision:.3f}, in its whole world {_text(truth.parent_precision)}; "
            f"the target's own {truth.ceiling.precision:.3f}",
        ),
        Fact(
            "Recall",
            f"{child.manifold.recall:.3f}",
            f"parent {parent.manifold.recall:.3f}; the target's own {truth.ceiling.recall:.3f}",
        ),
        Fact(
            "Match of lines",
            f"{truth.match:.3f}",
            f"parent {truth.parent_match:.3f}, target {truth.target_match:.3f}",
        ),
    ]
    facts += [
        Fact(f"{name}: moved", _text(move.moved), f"sd {_text(move.kept)} of the parent's")
        for name, move in truth.factors.items()
        if move.is_sketched
    ]
    if baseline is not None:
        facts.append(Fact("Nearest samples", written(baseline.child.frechet), f"match {baseline.match:.3f}"))
    return tuple(facts)


def _text(value: float | None) -> str:
    return "not told" if value is None else f"{value:.2f}"


def sheets(judge: Judge, child: Sight) -> tuple[Pictures, ...]:
    """Drawings, target, parent, child."""
    drawings = judge.drawings.paper.expand(-1, 3, -1, -1)
    return (
        picture_sheet("Drawings", "by F of pictures of the target's law", drawings, _COLUMNS),
        picture_sheet("Target", "exact pictures of the task", _shown(judge.target), _COLUMNS),
        picture_sheet("Parent", "", _shown(judge.parent.pool), _COLUMNS),
        picture_sheet("Child", "", _shown(child), _COLUMNS),
    )


def _picked(picked: Sight | None) -> tuple[Pictures, ...]:
    if picked is None:
        return ()
    ink = picked.drawings(slice(0, 3 * _COLUMNS))
    return (
        picture_sheet(
            "Nearest samples", "what F draws of them", (1.0 - 2.0 * ink).expand(-1, 3, -1, -1), _COLUMNS
        ),
    )


def _shown(sight: Sight) -> Tensor:
    shown: Tensor = sight.sample.shown[: 3 * _COLUMNS]
    return shown if len(shown) else torch.ones(1, 3, 8, 8)


def factor_charts(truth: SketchTruth) -> tuple[BarChart, ...]:
    """How far each factor with a way to go has moved, and how much of every other's spread is left."""
    moved = {n: m.moved for n, m in truth.factors.items() if m.moved is not None}
    kept = {n: m.kept for n, m in truth.factors.items() if m.kept is not None and not m.is_sketched}
    charts = []
    for title, values, note in (
        ("Moved from parent to target", moved, "1 is all the way; only factors that differ between the two"),
        ("Spread kept", kept, "of the parent's, factors that were not sketched"),
    ):
        if values:
            names = tuple(sorted(values, key=lambda name: values[name]))
            series = {"child": tuple(float(values[name]) for name in names)}
            charts.append(BarChart(title, Axis("share"), names, series, note, 1.0))
    return tuple(charts)
