"""`wend measure manifold`: our search for a chain beside the published loop, on the same energy."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from wend.cli.measure.answer import (
    AsJson,
    CsvOption,
    DataOption,
    ModelsOption,
    Quick,
    print_answer,
    use_device,
    write_text,
)
from wend.settings import Settings

if TYPE_CHECKING:
    from wend.methods.manifold.trial import Trial

FRAMES, CALLS = 36, 50
QUICK_FRAMES, QUICK_CALLS = 6, 2


def measure_manifold(
    model: Annotated[str, typer.Option(help="id of the model; `default` is the bundled one")] = "default",
    part: Annotated[str, typer.Option(help="mouth, eyes, hair, chin, background: what is masked")] = "mouth",
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="of the picture")] = 3,
    frames: Annotated[int | None, typer.Option(min=2, max=512, help="of the chain [default: 36]")] = None,
    calls: Annotated[
        int | None, typer.Option(min=0, max=500, help="outer calls of the published loop [default: 50]")
    ] = None,
    limit: Annotated[
        float | None,
        typer.Option(min=1.0, max=86_400.0, help="seconds after which the published loop is ended"),
    ] = None,
    strips: Annotated[
        bool, typer.Option("--strips", help="the rectangle around the part, cut out as published")
    ] = False,
    as_json: AsJson = False,
    quick: Quick = False,
    csv: CsvOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Find a chain with our defaults, then with the published loop on the same picture, mask, c, sigma, n.

    Energies are those of the found chains, recomputed in float32. `sooner`: how many times sooner our search
    has the published loop's last energy than that loop comes within a hundredth of it.
    """
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore
    from wend.measure.export import Table
    from wend.methods.manifold.trial import part_task, run_ours, run_published

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if model == "default" else model).card
    bench = open_bench(settings, store, card.id, device)
    task = part_task(bench, seed, part, frames or (QUICK_FRAMES if quick else FRAMES), strips)
    began = time.process_time()
    with told(f"{card.id}, {part}: a chain") as tell:
        ours = run_ours(task, bench, tell)
    cpu_seconds = time.process_time() - began
    calls = (QUICK_CALLS if quick else CALLS) if calls is None else calls
    published = None
    if calls:
        with told(f"the published loop, {calls} calls") as tell:
            published = run_published(ours, calls, tell, limit)
    if csv is not None:
        names = ("frame", "asked for", "inside", "outside", "pixels inside", "pixels outside")
        write_text(csv, Table(names, tuple(ours.report.table())).to_csv())
    answer: dict[str, object] = {
        **answer_of(ours, published),
        "cpu_seconds": cpu_seconds,
        "part": part, "picture_seed": seed, "seed": 0, "strips": strips, "reference_calls": calls,
        "model": card.id, "model_hash": card.hash[:16], "device": str(device), "threads": threads,
        "quick": quick,
    }  # fmt: skip
    print_answer(answer, as_json)


def answer_of(ours: "Trial", published: "Trial | None") -> dict[str, object]:
    """The figures of one comparison."""
    report, measured = ours.report, ours.measured
    found: dict[str, object] = {
        "energy_before": ours.energy_before,
        "energy_after": report.energy,
        "reference_energy": None,
        "inside": float(report.inside.median()),
        "c": measured.c,
        "near_c": report.near,
        "outside": float(report.outside.median()),
        "pixels_inside": float(report.pixels_inside.median()),
        "pixels_outside": float(report.pixels_outside.median()),
        "leakage": report.leakage,
        "spacing": {"mean": float(report.gaps.mean()), "sd": float(report.gaps.std(correction=0))},
        "sigma": measured.sigma,
        "frames": len(report.inside),
        "seconds": ours.seconds,
        "reference_seconds": None,
        "sooner": None,
    }
    if published is None:
        return found
    theirs = published.report
    reached = ours.seconds_to(theirs.energy)
    # It may have had its last energy, or nearly, long before it ended.
    first = published.seconds_to(1.01 * theirs.energy) or published.seconds
    return found | {
        "reference_energy": theirs.energy,
        "reference_iterations": len(published.at) - 1,
        "reference_seconds": published.seconds,
        "reference_inside": float(theirs.inside.median()),
        "reference_outside": float(theirs.outside.median()),
        "reference_leakage": theirs.leakage,
        "reference_spacing": {"mean": float(theirs.gaps.mean()), "sd": float(theirs.gaps.std(correction=0))},
        "seconds_to_reference": reached,
        "reference_seconds_to_within_1_percent": first,
        "sooner": None if reached is None else first / reached,
    }


@contextmanager
def told(label: str) -> "Iterator[Callable[[float], None]]":
    """A bar on stderr, moved by whoever is given the share that is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=share)
        bar.update(task, completed=1.0)
