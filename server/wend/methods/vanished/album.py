"""Album: what became of many pictures in one model, one after another, as sums, a table and a page."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from wend.imaging.codec import encode
from wend.measure.export import Cell, Plain, Table, to_dict
from wend.measure.report.page import Fact, Pictures, Report, Section
from wend.measure.report.scale import written
from wend.methods.invert.inversion import difference
from wend.methods.vanished.domain import Kind
from wend.methods.vanished.files import map_images
from wend.methods.vanished.labels import LEAST_SHARE, Vanished, colors

MOST_STRIPS = 60
"""Pictures shown; of all others the numbers are told."""
STRIP = ("photo", "nearest picture", "difference", "labels of the photo", "labels of the picture")
_STRIP_SIDE = 256
"""Pixels of a picture shown, at most: strips are kept with the job's state, and all lie in one page."""
_OUTSIDE = "outside of what the model draws"


@dataclass(frozen=True)
class Entry:
    """One picture. error: 0..255 a pixel; agreement: share of pixels of one label, None without a segmenter;
    share: distance from the model's own pictures, above 1 outside; areas: class -> (photo, found), percent.
    """

    name: str
    error: float
    agreement: float | None
    kind: Kind
    share: float | None
    areas: Mapping[str, tuple[float, float]]

    @property
    def gone(self) -> tuple[str, ...]:
        """Classes that were there and are not any more."""
        return tuple(n for n, (a, b) in self.areas.items() if a >= 100.0 * LEAST_SHARE > b)


@dataclass(frozen=True)
class ClassFall:
    """One class over all pictures that show it. count: of these; lost: in how many of them it is gone;
    photo, found: mean area there, in percent of the picture.
    """

    name: str
    count: int
    lost: int
    photo: float
    found: float

    @property
    def relative(self) -> float:
        return (self.found - self.photo) / self.photo


@dataclass(frozen=True)
class Album:
    """names: labels of the segmenter, () without one; lack: why there is none."""

    entries: tuple[Entry, ...]
    names: tuple[str, ...]
    segmenter: str
    lack: str
    skipped: tuple[tuple[str, str], ...]

    def falls(self) -> tuple[ClassFall, ...]:
        """Every class that any photo shows, the one that lost most percentage points first."""
        rows = []
        for name in self.names:
            seen = [
                e.areas[name] for e in self.entries if e.areas.get(name, (0.0, 0.0))[0] >= 100.0 * LEAST_SHARE
            ]
            if seen:
                photo, found = np.array(seen).mean(axis=0).tolist()
                lost = sum(b < 100.0 * LEAST_SHARE for _, b in seen)
                rows.append(ClassFall(name, len(seen), lost, photo, found))
        return tuple(sorted(rows, key=lambda row: row.found - row.photo))

    @property
    def mean_error(self) -> float:
        return float(np.mean([entry.error for entry in self.entries]))

    @property
    def mean_agreement(self) -> float | None:
        told = [entry.agreement for entry in self.entries if entry.agreement is not None]
        return float(np.mean(told)) if told else None

    @property
    def outside(self) -> int:
        return sum(entry.kind == "outside" for entry in self.entries)

    def table(self) -> Table:
        """A row per picture and class."""
        columns = ("picture", "kind", "error (0-255)", "agreement", "class", "photo (%)", "found (%)")
        rows: list[tuple[Cell, ...]] = []
        for e in self.entries:
            for name, (photo, found) in e.areas.items() or (("", (0.0, 0.0)),):
                rows.append((e.name, e.kind, e.error, e.agreement, name, photo, found))
        return Table(columns, tuple(rows))

    def as_dict(self, shown: Mapping[str, str] = MappingProxyType({})) -> dict[str, Plain]:
        """shown: name of a picture -> file of its strip."""
        return to_dict(
            {
                "segmenter": self.segmenter,
                "lack": self.lack or None,
                "strip": STRIP[: 5 if self.names else 3],
                "key": [
                    {"name": name, "color": color}
                    for name, color in zip(self.names, colors(len(self.names)), strict=True)
                ],
                "pictures": [
                    {**to_dict(e), "gone": e.gone, "strip": shown.get(e.name)} for e in self.entries
                ],
                "classes": [{**to_dict(fall), "relative": fall.relative} for fall in self.falls()],
                "mean_error": self.mean_error,
                "mean_agreement": self.mean_agreement,
                "outside": self.outside,
                "skipped": [{"name": name, "why": why} for name, why in self.skipped],
            }
        )

    def report(self, title: str, strips: Mapping[str, bytes], made_with: Mapping[str, Cell]) -> Report:
        """The page: sums, the key, then picture by picture: photo, nearest, difference, both label maps."""
        facts = [Fact("Error", written(self.mean_error), "of 255 a pixel, on the average")]
        if self.mean_agreement is not None:
            facts.append(Fact("Labels agree", f"{100.0 * self.mean_agreement:.0f} %", "of all pixels"))
        for fall in self.falls()[:4]:
            remark = (
                f"percentage points ({100.0 * fall.relative:.0f} %) where it is; gone from {fall.lost} of "
                f"{fall.count}"
            )
            facts.append(Fact(fall.name, written(fall.found - fall.photo), remark))
        lead = f"{len(self.entries)} pictures looked for. {self.lack}".strip()
        if self.outside:
            lead += (
                f" {self.outside} of them lie {_OUTSIDE}: what it makes of them is no lack of its training."
            )
        if self.skipped:
            told = "; ".join(f"{name}: {why}" for name, why in self.skipped[:20])
            lead += f" {len(self.skipped)} could not be read ({told})."
        shown = [_strip_figure(entry, strips[entry.name]) for entry in self.entries if entry.name in strips]
        key = (_key(self.names),) if self.names else ()
        text = "From the left: " + ", ".join(STRIP[: 5 if self.names else 3]) + "."
        return Report(
            title, lead, tuple(facts), (Section("Picture by picture", text, (*key, *shown)),), made_with
        )


def entry_of(
    name: str, photo: Tensor, found: Tensor, vanished: Vanished, kind: Kind, share: float | None
) -> Entry:
    """Of two images float32 [1, 3, R, R]."""
    error = (found.clamp(-1, 1) - photo).abs().mean().item() * 127.5
    areas = {row.name: (row.photo, row.found) for row in vanished.classes}
    return Entry(name, error, vanished.agreement, kind, share, areas)


def strip_of(photo: Tensor, found: Tensor, vanished: Vanished) -> bytes:
    """PNG of five pictures in a row, or three where there are no labels; large ones made small."""
    size = min(photo.shape[-1], _STRIP_SIDE)
    shown = [photo, found.clamp(-1, 1), difference(photo, found)]
    images = [torch.nn.functional.adaptive_avg_pool2d(image, size) for image in shown]
    maps = map_images(vanished)
    if maps is not None:
        images += [_sized(each[None], size) for each in maps]
    row = torch.cat(images, dim=3)
    pixels = ((row[0] + 1.0) * 127.5).round().clamp(0, 255).byte().permute(1, 2, 0).numpy()
    return encode(np.ascontiguousarray(pixels), "png")


def _sized(image: Tensor, size: int) -> Tensor:
    return torch.nn.functional.interpolate(image, size=(size, size), mode="nearest")


def _strip_figure(entry: Entry, png: bytes) -> Pictures:
    with Image.open(io.BytesIO(png)) as image:
        width, height = image.size
    zoom = max(1, round(128 / height))
    told = [f"error {entry.error:.1f}"]
    if entry.agreement is not None:
        told.append(f"labels agree on {100.0 * entry.agreement:.0f} %")
    told.append(f"gone: {', '.join(entry.gone)}" if entry.gone else "no class is gone")
    if entry.kind == "outside":
        told.append(_OUTSIDE)
    return Pictures(entry.name, "; ".join(told), png, width * zoom, height * zoom)


def _key(names: Sequence[str]) -> Pictures:
    """The one key of all label maps, as a picture."""
    font = ImageFont.load_default(size=13)
    columns, width, height = 4, 150, 22
    rows = -(-len(names) // columns)
    page = Image.new("RGB", (columns * width, rows * height), "white")
    pen = ImageDraw.Draw(page)
    for k, (name, color) in enumerate(zip(names, colors(len(names)), strict=True)):
        left, top = k % columns * width, k // columns * height
        pen.rectangle((left + 4, top + 4, left + 18, top + 18), fill=color, outline="#888888")
        pen.text((left + 24, top + 3), name, fill="black", font=font)
    pixels: NDArray[np.uint8] = np.asarray(page)
    return Pictures("Key", "One key for all label maps.", encode(pixels, "png"), page.width, page.height)


def entry_from(state: Mapping[str, object]) -> Entry:
    """Back from a checkpoint. Raises: KeyError for a state of something else."""
    areas = cast("Mapping[str, list[float]]", state["areas"])
    return Entry(
        cast("str", state["name"]),
        cast("float", state["error"]),
        cast("float | None", state["agreement"]),
        cast("Kind", state["kind"]),
        cast("float | None", state["share"]),
        {name: (ends[0], ends[1]) for name, ends in areas.items()},
    )
