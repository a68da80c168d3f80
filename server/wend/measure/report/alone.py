"""Alone: one chart as an SVG file of its own, to be shown or printed without its page."""

from pathlib import Path

from wend.measure.chart import Chart
from wend.measure.report.draw import WIDE, draw_chart

STYLE = Path(__file__).with_name("style.css")
_OPENING = "<svg "


def draw_alone(chart: Chart, width: float = WIDE) -> str:
    """The chart with the page's style sheet inside, on the page's ground; follows light and dark like it."""
    drawn = draw_chart(chart, width)
    assert drawn.startswith(_OPENING)
    end = drawn.index(">") + 1
    style = f"<style>{STYLE.read_text(encoding='utf-8')}</style>"
    ground = '<rect width="100%" height="100%" style="fill:var(--panel)"/>'
    opening = _OPENING + 'xmlns="http://www.w3.org/2000/svg" ' + drawn[len(_OPENING) : end]
    return f"{opening}{style}{ground}{drawn[end:]}\n"
