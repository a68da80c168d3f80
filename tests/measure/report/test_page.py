"""The page: one file that needs nothing else, with hostile names made harmless."""

import base64
import io
import re
from html.parser import HTMLParser

import torch
from PIL import Image

from wend.measure.chart import Axis, BarChart
from wend.measure.report.page import Fact, Report, Section, picture_sheet, render_report

HOSTILE = '<script>alert("x")</script>'
IMAGES = torch.linspace(-1.0, 1.0, 3 * 3 * 8 * 8).view(3, 3, 8, 8)
SHEET = picture_sheet("World", "first three", IMAGES, columns=2, zoom=2)
BARS = BarChart("Areas", Axis("area", "%"), ("a",), {"world": (1.0,)}, note="of all")
REPORT = Report(
    title=f"m & {HOSTILE}",
    lead="lead",
    facts=(Fact("Precision", "0.700", "remark"),),
    sections=(
        Section("Wide", "text", (SHEET, BARS)),
        Section("Small", "text", (BARS,), "small", ("world", "model")),
    ),
    made_with={"n": 5, "share": 0.25, "none": None},
)
HTML = render_report(REPORT)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _tags() -> _Tags:
    parser = _Tags()
    parser.feed(HTML)
    return parser


def test_every_tag_is_closed_and_none_runs_or_fetches() -> None:
    parsed = _tags()
    assert parsed.open == []
    tags = {tag for tag, _ in parsed.seen}
    assert not tags & {"script", "link", "iframe", "object", "a"}
    sources = [
        value
        for _, attributes in parsed.seen
        for name, value in attributes.items()
        if name in ("src", "href")
    ]
    assert sources
    assert all((source or "").startswith("data:image/png;base64,") for source in sources)
    assert "@import" not in HTML
    assert "url(" not in HTML
    assert HOSTILE not in HTML


def test_light_dark_and_print() -> None:
    assert "prefers-color-scheme: dark" in HTML
    assert "@media print" in HTML


def test_pictures_are_inside_and_whole() -> None:
    found = re.search(r'width="(\d+)" height="(\d+)" src="data:image/png;base64,([^"]+)"', HTML)
    assert found is not None
    with Image.open(io.BytesIO(base64.b64decode(found[3]))) as sheet:
        assert sheet.size == (2 * 8, 2 * 8)
        assert (int(found[1]), int(found[2])) == (2 * sheet.width, 2 * sheet.height)


def test_numbers_can_be_read_without_seeing() -> None:
    assert "<td>a</td><td>1</td>" in HTML
    assert "n 5 · share 0.25 · none –" in HTML
    assert HTML.count("<svg") == 2
    assert HTML.count("<details>") == 1
