"""Page: a report as data, and as one HTML file without scripts or anything from elsewhere."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal, assert_never

import numpy as np
from torch import Tensor

from wend.imaging.codec import encode
from wend.imaging.contact_sheet import contact_sheet
from wend.measure.chart import Chart
from wend.measure.export import Cell, Table
from wend.measure.report.draw import NARROW, WIDE, describe, draw_chart
from wend.measure.report.scale import written

STYLE = Path(__file__).with_name("style.css")


@dataclass(frozen=True)
class Fact:
    """A figure worth reading first: what it is, the number as text, and what to hold it against."""

    name: str
    figure: str
    remark: str = ""


@dataclass(frozen=True)
class Pictures:
    """A sheet of pictures, as the bytes of a PNG file. width, height: as shown, in pixels."""

    title: str
    note: str
    png: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Section:
    """Figures under one heading. size: wide ones two in a row, small ones many.

    key: names of the lines in all small figures, which are too small to name them.
    """

    title: str
    text: str
    figures: tuple[Chart | Pictures, ...]
    size: Literal["wide", "small"] = "wide"
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All of a page. made_with: what it was measured with, name -> value."""

    title: str
    lead: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    made_with: Mapping[str, Cell]


def picture_sheet(title: str, note: str, images: Tensor, columns: int, zoom: int = 1) -> Pictures:
    """Images float32 [N, 3, H, W] in [-1, 1] in rows of `columns`; zoom: whole multiple they are shown at."""
    sheet = contact_sheet(images, columns, gap=0)
    png = encode(np.asarray(sheet.convert("RGB")), "png")
    return Pictures(title, note, png, sheet.width * zoom, sheet.height * zoom)


def render_report(report: Report) -> str:
    """The whole file. Its one style sheet is inline, charts are SVG, pictures are data URIs."""
    facts = "".join(_fact(fact) for fact in report.facts)
    sections = "".join(_section(section) for section in report.sections)
    style = STYLE.read_text(encoding="utf-8")
    made = " · ".join(f"{escape(name)} {escape(_cell(value))}" for name, value in report.made_with.items())
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(report.title)}</title>\n<style>\n{style}\n</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{escape(report.title)}</h1>\n<p class="lead">{escape(report.lead)}</p>\n'
        f'<dl class="facts">{facts}</dl>\n{sections}<footer>{made}</footer>\n</main>\n</body>\n</html>\n'
    )


def _fact(fact: Fact) -> str:
    return (
        f'<div class="fact"><dt>{escape(fact.name)}</dt><dd class="figure">{escape(fact.figure)}</dd>'
        f'<dd class="remark">{escape(fact.remark)}</dd></div>'
    )


def _section(section: Section) -> str:
    key = "".join(f'<li><i class="fill s{i % 6}"></i>{escape(n)}</li>' for i, n in enumerate(section.key))
    key = f'<ul class="key">{key}</ul>' if key else ""
    figures = "".join(_figure(figure, section.size) for figure in section.figures)
    return (
        f'<section>\n<h2>{escape(section.title)}</h2>\n<p class="lead">{escape(section.text)}</p>{key}\n'
        f'<div class="{section.size}">{figures}</div>\n</section>\n'
    )


def _figure(figure: Chart | Pictures, size: Literal["wide", "small"]) -> str:
    head = f"<h3>{escape(figure.title)}</h3>" + (
        f'<p class="note">{escape(figure.note)}</p>' if figure.note else ""
    )
    if isinstance(figure, Pictures):
        data = base64.b64encode(figure.png).decode("ascii")
        image = (
            f'<img alt="{escape(figure.title, quote=True)}" width="{figure.width}" height="{figure.height}" '
            f'src="data:image/png;base64,{data}">'
        )
        return f"<figure>{head}{image}</figure>\n"
    match size:
        case "wide":
            numbers = _data(figure.table(), describe(figure))
            return f"<figure>{head}{draw_chart(figure, WIDE)}{numbers}</figure>\n"
        case "small":
            return f"<figure>{head}{draw_chart(figure, NARROW)}</figure>\n"
        case _:
            assert_never(size)


def _data(table: Table, caption: str) -> str:
    """The figure's own numbers, folded away."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(cell))}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return (
        f'<details><summary>Numbers</summary><div class="scroll"><table><caption hidden>{escape(caption)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return written(cell)
    return str(cell)
