"""Results of sampling: how the drawn values are spread beside what was wanted, as numbers and tables."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.library.walk_record import WalkRecord
from wend.methods.sampling.draw import COLUMNS, Column
from wend.methods.sampling.law import distance
from wend.methods.sampling.targets import Wanted

BINS = 40
Rows = NDArray[np.float64]
_TOLD: tuple[Column, ...] = ("wanted", "predicted", "measured", "position", "alpha")


@dataclass(frozen=True)
class Spread:
    """One factor over all pictures. Histograms [BINS] on `edges` [BINS + 1], shares of all pictures; None
    where nothing sees the factor. without: pictures of the same seeds left alone, seen where anything sees
    them, else predicted. ks_: the largest distance of distribution functions from the wanted one. cut: share
    of what was asked for beyond the reach, left out; off_prior: share of pictures more than 3 standard
    deviations out; mean_error: of measured values, absolute."""

    walk: str
    title: str
    unit: str
    edges: tuple[float, ...]
    wanted: tuple[float, ...]
    predicted: tuple[float, ...]
    measured: tuple[float, ...] | None
    without: tuple[float, ...]
    ks_predicted: float
    ks_measured: float | None
    ks_without: float
    is_without_measured: bool
    cut: float
    gaps: tuple[tuple[float, float], ...]
    off_prior: float
    mean_error: float | None


def spread_of(record: WalkRecord, wanted: Wanted, rows: Rows) -> Spread:
    """What became of one factor. rows: [N, 7], its COLUMNS."""
    column = {name: rows[:, place] for place, name in enumerate(COLUMNS)}
    seen, seen_before = column["measured"], column["seen_before"]
    is_seen, was_seen = bool(np.isfinite(seen).any()), bool(np.isfinite(seen_before).any())
    without = seen_before if was_seen else column["before"]
    everything = np.concatenate([[wanted.law.low, wanted.law.high], column["predicted"], seen, without])
    everything = everything[np.isfinite(everything)]
    edges = np.linspace(everything.min(), everything.max(), BINS + 1)
    return Spread(
        record.id,
        record.title,
        record.unit,
        tuple(edges.tolist()),
        tuple(wanted.law.shares(edges).tolist()),
        _shares(column["predicted"], edges),
        _shares(seen, edges) if is_seen else None,
        _shares(without, edges),
        distance(column["predicted"], wanted.law),
        distance(seen, wanted.law) if is_seen else None,
        distance(without, wanted.law),
        was_seen,
        wanted.cut,
        wanted.gaps,
        float((np.abs(column["position"]) > 3.0).mean()),
        float(np.nanmean(np.abs(seen - column["wanted"]))) if is_seen else None,
    )


def facts_of(spreads: Sequence[Spread]) -> dict[str, str]:
    """In a few words."""
    facts: dict[str, str] = {}
    for spread in spreads:
        facts[f"{spread.title}: predicted"] = f"KS {spread.ks_predicted:.3f} from what was wanted"
        if spread.ks_measured is not None:
            facts[f"{spread.title}: measured"] = (
                f"KS {spread.ks_measured:.3f}, {spread.ks_without:.3f} without control"
            )
        else:
            facts[f"{spread.title}: measured"] = "nothing here measures it"
        if spread.cut > 0.0:
            facts[f"{spread.title}: left out"] = f"{spread.cut:.1%} lies beyond what the factor reaches"
        if spread.off_prior > 0.0:
            facts[f"{spread.title}: off the prior"] = f"{spread.off_prior:.1%} of pictures"
        for low, high in spread.gaps[:1]:
            facts[f"{spread.title}: gap"] = f"nothing from {low:.3g} to {high:.3g} {spread.unit}, as drawn"
    return facts


def values_csv(
    seeds: Sequence[int],
    classes: Sequence[int | None],
    truncation: tuple[float, int | None],
    records: Sequence[WalkRecord],
    rows: Rows,
) -> str:
    """A line per picture: its file, what draws it again, and of each factor the value wanted and the rest.

    What draws it: seed, class, truncation (psi, and the style row at which it ends, if any), and the alpha
    of each factor. Of a factor: the value that was drawn, predicted, measured, and the position.
    rows: [N, k, 7].
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [f"{record.key} {name}" for record in records for name in _TOLD]
    writer.writerow(["file", "seed", "class", "psi", "psi_cutoff", *names])
    psi, cutoff = truncation
    places = [COLUMNS.index(name) for name in _TOLD]
    for number, (seed, class_index) in enumerate(zip(seeds, classes, strict=True)):
        cells = [_cell(float(rows[number, k, place])) for k in range(len(records)) for place in places]
        named = "" if class_index is None else str(class_index)
        writer.writerow([picture_name(number), seed, named, f"{psi:g}", cutoff, *cells])
    return text.getvalue()


def picture_name(number: int) -> str:
    """The name of a picture's file."""
    return f"{number:06d}.png"


def _cell(value: float) -> str:
    return f"{value:.6g}" if np.isfinite(value) else ""


def _shares(values: NDArray[np.float64], edges: NDArray[np.float64]) -> tuple[float, ...]:
    found = values[np.isfinite(values)]
    return tuple((np.histogram(found, edges)[0] / max(1, len(found))).tolist())
