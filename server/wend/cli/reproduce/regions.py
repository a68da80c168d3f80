"""Regions: sliders of painted parts over many faces, what they leak, whether faces stay faces, what moves."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from wend.cli.measure.answer import write_text
from wend.cli.reproduce.seed_file import SeedFile, Told

if TYPE_CHECKING:
    from wend.measure.export import Cell, Plain
    from wend.methods.region.contest import RegionScore
    from wend.settings import Settings

SEEDS, QUICK_SEEDS = 50, 1
FILE = "seeds.jsonl"
NOTE = "regions 3"
"""Changed where lines of before are of another measure or method."""


@dataclass(frozen=True)
class PartSummary:
    """One part over all seeds that show it. ratio: of our least leakage to the best of the others' at the
    middle level, median, and its quartiles; reached: seeds where a slider comes so far; ratios: medians at
    every level. plausible: share of pictures over all offered ranges that keep their parts and score as
    ordinary ones do; first_plausible: of the slider ranked first.
    """

    part: str
    seeds: int
    sliders: float
    leakage: float | None
    baseline: float | None
    ratio: float | None
    quartiles: tuple[float, float] | None
    reached: int
    ratios: tuple[float | None, ...]
    in_place: float
    scored: float
    plausible: float
    first_plausible: float


def reproduce_regions(
    settings: "Settings", folder: Path, model: str, quick: bool, seed: int, seeds: int | None
) -> "dict[str, Plain]":
    """Every seed in turn; what is done is kept in `folder` and not done again. CSV, HTML and JSON of all.

    Raises: ModelNotFound; InvalidInput for a model whose world has no labels or one judge only.
    """
    from wend.cli.measure.answer import use_device
    from wend.cli.measure.manifold import told as telling
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore
    from wend.measure.export import Table, to_dict, to_json
    from wend.methods.region.contest import LEVELS, RegionContest

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if model == "default" else model).card
    bench = open_bench(settings, store, card.id, device)
    count = (QUICK_SEEDS if quick else SEEDS) if seeds is None else seeds
    wanted = range(1000 * seed, 1000 * seed + count)
    file = SeedFile(folder / FILE, card.hash, NOTE)
    done = {each: [_read(told) for told in scores] for each, scores in file.load().items()}
    left = [each for each in wanted if each not in done]
    if left:
        with telling(f"{card.id}: regions of {len(left)} faces") as tell:
            contest = RegionContest(bench)
            for index, each in enumerate(left):
                done[each] = contest.run(each)
                file.keep(each, [asdict(score) for score in done[each]])
                tell((index + 1) / len(left))
    scores = [score for each in wanted for score in done[each]]
    parts = summarise(scores)
    made_with: dict[str, Cell] = {
        "model": card.id, "model_hash": card.hash[:16], "quick": quick, "seed": seed, "seeds": count,
        "device": str(device), "threads": threads,
    }  # fmt: skip
    answer = to_dict(
        {"levels": LEVELS, "parts": parts, "selectivity": selectivity(scores), "scores": scores, **made_with}
    )
    columns = tuple(PartSummary.__dataclass_fields__)
    rows = tuple(tuple(_cell(value) for value in asdict(part).values()) for part in parts)
    write_text(folder / "regions.csv", Table(columns, rows).to_csv())
    write_text(folder / "regions.html", render_regions(parts, scores, made_with))
    write_text(folder / "regions.json", to_json(answer) + "\n")
    return answer


def _read(told: Told) -> "RegionScore":
    """As it was kept."""
    from wend.methods.region.contest import RegionScore

    levels = {name: tuple(cast("list[float | None]", told[name])) for name in ("leakage", "baseline")}
    return RegionScore(**{**told, **levels})  # type: ignore[arg-type]  # as kept


def summarise(scores: "list[RegionScore]") -> tuple[PartSummary, ...]:
    """Part after part, in the order they were looked at."""
    return tuple(
        _summary(part, [score for score in scores if score.part == part])
        for part in dict.fromkeys(score.part for score in scores)
    )


def _summary(part: str, scores: "list[RegionScore]") -> PartSummary:
    import numpy as np

    levels = len(scores[0].leakage)
    by_level = [[_ratio(score, level) for score in scores] for level in range(levels)]
    known = [[ratio for ratio in ratios if ratio is not None] for ratios in by_level]
    middle = known[levels // 2]
    pictures = max(sum(score.pictures for score in scores), 1)
    first = max(sum(score.first_pictures for score in scores), 1)
    quartiles = (float(np.quantile(middle, 0.25)), float(np.quantile(middle, 0.75))) if middle else None
    return PartSummary(
        part, len(scores), float(np.mean([score.sliders for score in scores])),
        _median([score.leakage[levels // 2] for score in scores]),
        _median([score.baseline[levels // 2] for score in scores]),
        _median(middle), quartiles,
        sum(score.leakage[levels // 2] is not None for score in scores),
        tuple(_median(ratios) for ratios in known),
        sum(score.in_place for score in scores) / pictures,
        sum(score.scored for score in scores) / pictures,
        sum(score.plausible for score in scores) / pictures,
        sum(score.first_plausible for score in scores) / first,
    )  # fmt: skip


def selectivity(scores: "list[RegionScore]") -> "dict[str, float | int | None]":
    """Of sliders of mouths: how much mouth factors change, in standard deviations, and how many times more
    than each other group and than the root mean square of the others; medians over seeds."""
    moved = [score.moved for score in scores if score.moved is not None]
    others = [group for group in (moved[0] if moved else {}) if group != "mouth"]
    found: dict[str, float | int | None] = {
        "seeds": len(moved),
        "mouth": _median([each["mouth"] for each in moved]),
    }
    for group in others:
        found[group] = _median([each[group] for each in moved])
        found[f"times_{group}"] = _median([each["mouth"] / max(each[group], 1e-9) for each in moved])
    rest = [(sum(each[g] ** 2 for g in others) / max(len(others), 1)) ** 0.5 for each in moved]
    found["times"] = _median([each["mouth"] / max(r, 1e-9) for each, r in zip(moved, rest, strict=True)])
    return found


def render_regions(
    parts: tuple[PartSummary, ...], scores: "list[RegionScore]", made_with: "dict[str, Cell]"
) -> str:
    """The page."""
    from wend.measure.chart import Axis, BarChart
    from wend.measure.report.page import Fact, Report, Section, render_report
    from wend.methods.region.contest import LEVELS

    facts = tuple(
        Fact(
            f"{part.part.capitalize()}: leakage, of the best of the others'",
            "none" if part.ratio is None else f"{part.ratio:.3f}",
            f"median of {part.seeds} faces; {100 * part.plausible:.0f} % of the pictures stay plausible",
        )
        for part in parts
    )
    names = tuple(part.part for part in parts)
    chart = BarChart(
        "Leakage at equal change inside", Axis("outside / inside", low=0.0), names,
        {
            "best slider of the region": tuple(part.leakage or 0.0 for part in parts),
            "best of 20 principal components and 20 closed-form factors": tuple(
                part.baseline or 0.0 for part in parts
            ),
        },
        f"medians, where the inside has changed by {LEVELS[len(LEVELS) // 2]:g} of 255", None,
    )  # fmt: skip
    times = selectivity(scores)["times"]
    text = "" if times is None else f"Mouth factors change {times:.1f} times as much as others."
    lead = (
        "Sliders found for painted parts of faces, against directions that know of no region. Leakage is the "
        "mean absolute change per pixel outside of the mask over that inside."
    )
    section = Section("Held against directions without a region", text, (chart,))
    return render_report(Report("Sliders of regions", lead, facts, (section,), made_with))


def _ratio(score: "RegionScore", level: int) -> float | None:
    ours, theirs = score.leakage[level], score.baseline[level]
    return None if ours is None or theirs is None else ours / max(theirs, 1e-9)


def _median(values: "list[float] | list[float | None]") -> float | None:
    from statistics import median

    found = [value for value in values if value is not None]
    return median(found) if found else None


def _cell(value: object) -> "Cell":
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
