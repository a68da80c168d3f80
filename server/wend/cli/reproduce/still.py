"""Still: how well regions of many faces are kept still under edits of several kinds."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import write_text
from wend.cli.reproduce.seed_file import SeedFile

if TYPE_CHECKING:
    from wend.measure.export import Cell, Plain
    from wend.methods.still.trial import StillScore
    from wend.settings import Settings

SEEDS, QUICK_SEEDS = 20, 1
FILE = "seeds.jsonl"
NOTE = "still 3"
LEFT, KEPT = 0.25, 0.5
"""What is asked: at most so much of the change in the region, at least so much of that elsewhere."""


@dataclass(frozen=True)
class StillRow:
    """One region under one kind of edit: medians over seeds, and the share of seeds in which both are met.

    worst: the 90 % quantile of what is left; without: the edit's own change in the region, of 255.
    """

    region: str
    edit: str
    seeds: int
    left: float
    worst: float
    kept: float
    met: float
    without: float
    seconds: float


def reproduce_still(
    settings: "Settings", folder: Path, model: str, quick: bool, seed: int, seeds: int | None
) -> "dict[str, Plain]":
    """Every seed in turn; what is done is kept in `folder` and not done again. CSV, HTML and JSON of all.

    Raises: ModelNotFound; InvalidInput for a model without labels or principal components.
    """
    from wend.cli.measure.answer import use_device
    from wend.cli.measure.manifold import told
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore
    from wend.measure.export import Table, to_dict, to_json
    from wend.methods.still.trial import StillScore, StillTrial

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if model == "default" else model).card
    bench = open_bench(settings, store, card.id, device)
    count = (QUICK_SEEDS if quick else SEEDS) if seeds is None else seeds
    wanted = range(1000 * seed, 1000 * seed + count)
    file = SeedFile(folder / FILE, card.hash, NOTE)
    done = {
        each: [StillScore(**score) for score in scores]  # type: ignore[arg-type]  # as kept
        for each, scores in file.load().items()
    }
    left = [each for each in wanted if each not in done]
    if left:
        with told(f"{card.id}: regions of {len(left)} faces kept still") as tell:
            trial = StillTrial(bench)
            for index, each in enumerate(left):
                done[each] = list(trial.run(each))
                file.keep(each, [asdict(score) for score in done[each]])
                tell((index + 1) / len(left))
    scores = [score for each in wanted for score in done[each]]
    rows = summarise(scores)
    made_with: dict[str, Cell] = {
        "model": card.id, "model_hash": card.hash[:16], "quick": quick, "seed": seed, "seeds": count,
        "device": str(device), "threads": threads,
    }  # fmt: skip
    answer = to_dict({"rows": rows, "scores": scores, **made_with})
    table = Table(tuple(StillRow.__dataclass_fields__), tuple(tuple(asdict(row).values()) for row in rows))
    write_text(folder / "still.csv", table.to_csv())
    write_text(folder / "still.html", render_still(rows, made_with))
    write_text(folder / "still.json", to_json(answer) + "\n")
    return answer


def summarise(scores: "list[StillScore]") -> tuple[StillRow, ...]:
    """A row per region and kind of edit, in the order they were tried."""
    import numpy as np

    rows: list[StillRow] = []
    for region, edit in dict.fromkeys((score.region, score.edit) for score in scores):
        own = [score for score in scores if (score.region, score.edit) == (region, edit)]
        left, kept = [score.left for score in own], [score.kept for score in own]
        rows.append(
            StillRow(
                region, edit, len(own), float(np.median(left)), float(np.quantile(left, 0.9)),
                float(np.median(kept)),
                float(np.mean([score.left <= LEFT and score.kept >= KEPT for score in own])),
                float(np.median([score.without for score in own])),
                float(np.median([score.seconds for score in own])),
            )
        )  # fmt: skip
    return tuple(rows)


def render_still(rows: tuple[StillRow, ...], made_with: "dict[str, Cell]") -> str:
    """The page."""
    from wend.measure.chart import Axis, BarChart
    from wend.measure.report.page import Fact, Report, Section, render_report

    edits = tuple(dict.fromkeys(row.edit for row in rows))
    regions = tuple(dict.fromkeys(row.region for row in rows))

    def bars(title: str, name: str, line: float) -> BarChart:
        series = {
            edit: tuple(
                next((float(getattr(r, name)) for r in rows if (r.region, r.edit) == (region, edit)), 0.0)
                for region in regions
            )
            for edit in edits
        }
        return BarChart(title, Axis("share of the edit's own", low=0.0), regions, series, "", line)

    facts = tuple(
        Fact(f"{row.region}, {row.edit}", f"{row.left:.2f} left", f"{row.kept:.2f} kept elsewhere")
        for row in rows
    )
    charts = (
        bars("Change left in the region", "left", LEFT),
        bars("Change kept elsewhere", "kept", KEPT),
    )
    lead = (
        "Edits of faces with a region kept still, against the same edits without. Medians over faces; lines: "
        "what is asked."
    )
    section = Section("Kept still", "", charts)
    return render_report(Report("Keeping regions still", lead, facts, (section,), made_with))
