"""A chart as a file of its own: well-formed, with its style inside."""

from wend.measure.chart import Axis, Line, LineChart
from wend.measure.report.alone import draw_alone


def test_a_chart_stands_alone() -> None:
    chart = LineChart("A < B", Axis("x"), Axis("y"), (Line("one", (0.0, 1.0), (1.0, 2.0)),))
    drawn = draw_alone(chart)
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 260"')
    assert drawn.rstrip().endswith("</svg>")
    assert "<title>A &lt; B</title>" in drawn
    assert "--accent" in drawn[: drawn.index("</style>")]
