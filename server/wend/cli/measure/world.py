"""`wend measure world`: what the distance reads between a world and itself, and itself with a cause moved."""

import os
from typing import Annotated

import typer

from wend.cli.measure.answer import (
    AsJson,
    CsvOption,
    DataOption,
    FactorsFrom,
    FeaturesFrom,
    PerceptionOption,
    Quick,
    ReportOption,
    print_answer,
    use_device,
    watch,
    write_text,
)
from wend.measure.seeds import WORLD_SEED
from wend.settings import Settings

PICTURES, QUICK_PICTURES = 2000, 300
# Steps far enough apart that the least of them shows over the noise of 2 000 pictures.
STEPS = (0.0, 0.5, 1.0, 1.5, 2.0)


def measure_world(
    name: Annotated[str, typer.Argument(help="name of a world, see `wend world list`")],
    shift: Annotated[str, typer.Option("--shift", help="continuous factor to move")] = "head_x",
    by: Annotated[
        list[float] | None,
        typer.Option("--by", help="how far, in its standard deviations; again for more [default: 0 to 2]"),
    ] = None,
    as_json: AsJson = False,
    quick: Quick = False,
    count: Annotated[
        int | None, typer.Option("--n", min=50, max=100_000, help="pictures a step [default: 2000]")
    ] = None,
    size: Annotated[int | None, typer.Option(min=16, max=512, help="side of the pictures in pixels")] = None,
    seed: Annotated[int, typer.Option(min=0, max=1000)] = 0,
    perception: PerceptionOption = None,
    features_from: FeaturesFrom = None,
    factors_from: FactorsFrom = None,
    csv: CsvOption = None,
    report: ReportOption = None,
    data: DataOption = None,
) -> None:
    """Whether the Frechet distance can be trusted: near its floor for the world itself, and growing as one
    factor's distribution is moved by 0.5 to 2 standard deviations."""
    from wend.cli.measure.eyes import open_eye, world_sample
    from wend.measure.export import to_csv
    from wend.measure.report.page import Fact, Report, Section, render_report
    from wend.measure.report.scale import written
    from wend.measure.sample import batches, look, world_pictures
    from wend.measure.shift import shift_response, shiftable
    from wend.worlds.registry import open_world

    settings = Settings.load(os.environ, {"data_dir": data})
    device, threads = use_device(settings)
    world = open_world(name)
    sd = shiftable(world, shift)[1]
    sets, eye = open_eye(settings, world, perception, device, features_from, factors_from)
    side, n = size or world.default_size, count or (QUICK_PICTURES if quick else PICTURES)
    reference = world_sample(world, 2 * n, WORLD_SEED + seed, side, eye, device, settings.data_dir)
    moved = {
        step: watch(
            look(world_pictures(world, n, seed, side, device, (shift, step * sd)), eye),
            batches(n),
            f"{shift} moved by {step:g} sd",
        )
        for step in by or STEPS
    }
    found = shift_response(world, shift, reference, moved, seed)
    made_with: dict[str, str | int | None] = {
        "model": None, "world": world.name, "features": sets.features,
        "factors_from": sets.factors, "resolution": side, "seed": seed,
        "device": str(device), "threads": threads, "n": n,
    }  # fmt: skip
    write_text(csv, to_csv(found.table()) if csv else "")
    if report:
        clear = "never" if found.clear_from is None else f"{found.clear_from:g} sd"
        page = Report(
            f"{world.name} against itself",
            f"{n} pictures of the world against {n} others of it in which {shift} is shifted.",
            (
                Fact("Noise floor", written(found.floor.mean), "two samples of the world as it is"),
                Fact("Clearly above it", clear, "the least shift from which on it shows"),
            ),
            (Section("Response", "", (found.chart(),)),),
            made_with,
        )
        write_text(report, render_report(page))
    print_answer({**found.as_dict(), **made_with}, as_json)
