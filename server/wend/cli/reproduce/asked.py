"""Asked: what every experiment on factors is told, and the answer it leaves: CSV, HTML, JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import use_device, write_text

if TYPE_CHECKING:
    from wend.library.card import ModelCard
    from wend.measure.export import Cell, Table
    from wend.measure.report.page import Report
    from wend.methods.workbench import Workbench
    from wend.settings import Settings


@dataclass(frozen=True)
class FactorsAsked:
    """model: None for the experiment's own; kept: folder of walks and factors that experiments share; images:
    that networks trained for an experiment learn from, None for its own; vaes: folder of public VAEs."""

    quick: bool
    seed: int
    model: str | None
    kept: Path
    images: int | None = None
    vaes: Path | None = None

    @property
    def length(self) -> str:
        return "quick" if self.quick else "full"


@dataclass(frozen=True)
class Opened:
    """A model on the device, and what an experiment's answer says it was made with."""

    bench: "Workbench"
    card: "ModelCard"
    made_with: "dict[str, Cell]"


def open_asked(settings: "Settings", asked: FactorsAsked, model: str) -> Opened:
    """The model asked for, else `model`. Raises: ModelNotFound."""
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(asked.model or model).card
    made_with: dict[str, Cell] = {
        "model": card.id, "model_hash": card.hash[:16], "quick": asked.quick, "seed": asked.seed,
        "device": str(device), "threads": threads,
    }  # fmt: skip
    return Opened(open_bench(settings, store, card.id, device), card, made_with)


def write_answer(
    folder: Path,
    name: str,
    answer: Mapping[str, object],
    tables: "Mapping[str, Table]",
    report: "Report",
) -> dict[str, object]:
    """`name`.html, `name`.json and a CSV file for each table; returns the answer as plain data."""
    import torch

    from wend import __version__
    from wend.measure.export import to_dict, to_json
    from wend.measure.report.page import render_report

    plain = to_dict({**answer, "torch": torch.__version__, "version": __version__})
    for key, table in tables.items():
        write_text(folder / f"{key}.csv", table.to_csv())
    write_text(folder / f"{name}.html", render_report(report))
    write_text(folder / f"{name}.json", to_json(plain) + "\n")
    return dict(plain)
