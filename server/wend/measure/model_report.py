"""Model report: what `wend measure model` found, as a page."""

from collections.abc import Mapping

import numpy as np

from wend.measure.chart import Axis, BarChart, Line, LineChart, ScatterChart, density_chart
from wend.measure.distribution import densities
from wend.measure.export import Cell
from wend.measure.model_truth import ModelTruth
from wend.measure.report.page import Fact, Report, Section, picture_sheet
from wend.measure.report.scale import written
from wend.measure.sample import Sample

_COLUMNS = 8


def model_report(
    truth: ModelTruth, world: Sample, model: Sample, made_with: Mapping[str, Cell], judged: str = ""
) -> Report:
    """Headline figures, pictures of either, labels, coverage, and every factor's two densities.

    judged: what to say of a label network that took part in the training (`card_world.judgement`).
    """
    name, world_name = made_with["model"], made_with["world"]
    n, psi = written(float(truth.count)), written(float(made_with["psi"] or 0.0))
    return Report(
        title=f"{name} beside its world",
        lead=f"{n} pictures of {name} at ψ {psi} and {n} of {world_name}, "
        f"all of {made_with['resolution']} pixels and seen by the same networks ({made_with['features']}). "
        "Figures compare with others only at the same count, size and networks. These were trained to see "
        "through blur and noise: their distance, precision and recall forgive blurred pictures. Those of "
        "plain pixels, colours on an 8 x 8 grid and grain on a 4 x 4 grid, do not.",
        facts=_facts(truth),
        sections=(
            _pictures(world, model),
            _labels(truth, judged),
            _reach(truth),
            _factors(truth, world, model),
        ),
        made_with={**made_with, "n": truth.count, "k": truth.features.manifold.k},
    )


def _facts(truth: ModelTruth) -> tuple[Fact, ...]:
    least = min(truth.coverage.factors, key=lambda f: f.fraction)
    mean = float(np.mean([f.fraction for f in truth.coverage.factors]))
    seen, plain = truth.features, truth.pixels
    return (
        Fact(
            "Fréchet distance",
            written(seen.frechet.total),
            f"less is nearer; the world from itself reads {written(seen.floor.mean)}",
        ),
        Fact(
            "without bias", written(truth.limit.total), "the same, extrapolated to infinitely many pictures"
        ),
        Fact(
            "Precision",
            f"{seen.manifold.precision:.3f}",
            f"of its pictures lie among the world's; of the world's own {seen.ceiling.precision:.3f}",
        ),
        Fact(
            "Recall",
            f"{seen.manifold.recall:.3f}",
            f"of the world's pictures lie among its; among the world's own {seen.ceiling.recall:.3f}",
        ),
        Fact(
            "Fréchet distance of pixels",
            written(plain.frechet.total),
            f"no network, so blur and noise count; the world from itself reads {written(plain.floor.mean)}",
        ),
        Fact(
            "Precision, recall of pixels",
            f"{plain.manifold.precision:.3f}, {plain.manifold.recall:.3f}",
            f"of the world's own {plain.ceiling.precision:.3f}, {plain.ceiling.recall:.3f}",
        ),
        Fact("Coverage", f"{mean:.3f}", "of the factors' central ranges, on average"),
        Fact("Least reached", f"{least.fraction:.2f}", f"of {least.name}"),
    )


def _pictures(world: Sample, model: Sample) -> Section:
    return Section(
        "Pictures",
        "The first of either, not chosen.",
        (
            picture_sheet("World", "drawn by its laws", world.shown, _COLUMNS),
            picture_sheet("Model", "in the order of their seeds", model.shown, _COLUMNS),
        ),
    )


def _labels(truth: ModelTruth, judged: str) -> Section:
    seen = {name: s for name, s in truth.labels.items() if s.world > 0.0 or s.model > 0.0}
    ordered = sorted(seen, key=lambda name: -seen[name].world)
    world = tuple(100.0 * seen[name].world for name in ordered)
    model = tuple(100.0 * seen[name].model for name in ordered)
    present = [
        (n, 100.0 * s.world_present, 100.0 * s.model_present)
        for n, s in seen.items()
        if min(s.world_present, s.model_present) < 0.995
    ]
    figures: list[BarChart | ScatterChart] = [
        BarChart(
            "How much of the picture each label covers",
            Axis("mean area", "% of the picture", scale="log"),
            tuple(ordered),
            {"world": world, "model": model},
            "a logarithmic axis: rare things are where generators fail",
        )
    ]
    if present:
        figures.append(
            ScatterChart(
                "How often a label is there at all",
                Axis("world", "% of pictures", low=0.0),
                Axis("model", "% of pictures", low=0.0),
                tuple(n for n, _, _ in present),
                tuple(a for _, a, _ in present),
                tuple(b for _, _, b in present),
                "below the dashed line the model drops it; labels that are nearly always there are left out",
                has_diagonal=True,
            )
        )
    return Section("Labels", f"What the label network sees in either. {judged}".rstrip(), tuple(figures))


def _reach(truth: ModelTruth) -> Section:
    ordered = sorted(truth.coverage.factors, key=lambda f: f.fraction)
    counts, distances = truth.limit.counts, truth.limit.distances
    fitted = tuple(truth.limit.total + truth.limit.slope / c for c in counts)
    inverse = tuple(1000.0 / c for c in counts)
    options = [(f"{c} {o}", s) for c, found in truth.choices.items() for o, s in found.items()]
    figures: list[BarChart | LineChart] = [
        BarChart(
            "Coverage by factor, the least reached first",
            Axis("share of the world's central range", low=0.0, high=1.0),
            tuple(f.name for f in ordered),
            {"coverage": tuple(f.fraction for f in ordered)},
            reference=1.0,
        ),
        LineChart(
            "Fréchet distance shrinks with more pictures",
            Axis("1 000 / pictures", low=0.0),
            Axis("Fréchet distance"),
            (
                Line("line in 1 / n", (0.0, *inverse[::-1]), (truth.limit.total, *fitted[::-1])),
                Line("measured", inverse[::-1], distances[::-1], has_points=True),
            ),
            "where the line meets the left edge is the distance without the bias of small samples",
        ),
    ]
    if options:
        figures.append(
            BarChart(
                "How often each choice is made",
                Axis("share of pictures", "%", scale="log"),
                tuple(name for name, _ in options),
                {
                    "world": tuple(100.0 * s.world for _, s in options),
                    "model": tuple(100.0 * s.model for _, s in options),
                },
                "as the factor network tells it, in either",
            )
        )
    return Section(
        "Reach",
        "How much of each factor's central range in the world the model reaches too. A part counts as "
        "reached when the model draws it at least a fifth as often as the world.",
        tuple(figures),
    )


def _factors(truth: ModelTruth, world: Sample, model: Sample) -> Section:
    ordered = sorted(truth.factors, key=lambda name: truth.factors[name].intersection)
    charts = []
    for name in ordered:
        real, drawn = world.factors[name], model.factors[name]
        found = densities({"world": real.values, "model": drawn.values}, real.period)
        share = truth.factors[name].intersection
        charts.append(density_chart(name, Axis(real.unit), found, f"{100.0 * share:.0f} % in common"))
    return Section(
        "Factors",
        "How often each value occurs, as the factor network measures it in either; the least alike first.",
        tuple(charts),
        "small",
        ("world", "model"),
    )
