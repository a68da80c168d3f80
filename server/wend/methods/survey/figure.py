"""Figure: what a survey found, as charts."""

from collections.abc import Mapping, Sequence

from wend.measure.chart import Axis, ClassChart, ScatterChart
from wend.measure.class_areas import AreaComparison, ClassArea


def class_chart(against: str, shown: Sequence[str], found: Mapping[str, AreaComparison]) -> ClassChart:
    """The two panels: classes in the order of `shown`, every model of `found` beside the real pictures.

    Source: Bau et al., "Seeing what a GAN cannot generate", 2019, figure 2.
    """
    rows = {title: {c.name: c for c in comparison.classes} for title, comparison in found.items()}
    first = next(iter(rows.values()))
    return ClassChart(
        "What is drawn less than it is there",
        tuple(shown),
        tuple(first[name].real for name in shown),
        {title: tuple(of[name].model for name in shown) for title, of in rows.items()},
        {title: tuple(of[name].relative or 0.0 for name in shown) for title, of in rows.items()},
        {title: tuple(_half(of[name]) for name in shown) for title, of in rows.items()},
        f"against {against}; the largest classes first; a class that is gone stands at -100 %",
    )


def _half(row: ClassArea) -> float:
    return 0.0 if row.high is None or row.relative is None else row.high - row.relative


def loss_charts(title: str, comparison: AreaComparison, shown: Sequence[str]) -> tuple[ScatterChart, ...]:
    """Relative difference of the classes against their area, frequency and outline."""
    rows = [c for c in comparison.classes if c.name in shown and c.relative is not None]
    names = tuple(c.name for c in rows)
    change = tuple(100.0 * (c.relative or 0.0) for c in rows)
    ranks = comparison.correlations
    kinds = (
        (Axis("mean area", "% of the picture", scale="log"), [c.real for c in rows], ranks.area),
        (Axis("frequency", "% of pictures"), [100.0 * c.real_frequency for c in rows], ranks.frequency),
        (Axis("outline", "sides of the picture"), [c.real_outline for c in rows], ranks.outline),
    )
    return tuple(
        ScatterChart(
            f"{title}: difference against {axis.label}",
            axis,
            Axis("relative difference", "%"),
            names,
            tuple(values),
            change,
            "rank correlation of loss: " + ("none" if rank is None else f"{rank:.2f}"),
        )
        for axis, values, rank in kinds
    )
