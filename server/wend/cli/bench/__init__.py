"""`wend bench`: numbers measured through the public socket of a default server, and of its renderer."""

import asyncio
import functools
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from wend import __version__

bench_app = typer.Typer(no_args_is_help=True, help="Measure speed; one JSON object with --json.")

AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object on stdout")]
Quick = Annotated[bool, typer.Option(help="fewer repetitions, under 50 s; nothing else differs")]


def print_result(result: dict[str, object], as_json: bool) -> None:
    """Exactly one JSON object, with what it was measured with; indented for reading unless `as_json`."""
    import torch

    whole = {"seed": 0, **result, "torch": torch.__version__, "version": __version__}
    sys.stdout.write(json.dumps(whole, indent=None if as_json else 2) + "\n")


@bench_app.command("stream")
def bench_stream(
    as_json: AsJson = False,
    quick: Quick = False,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="of every drag; 10, with --quick 1.5")
    ] = None,
) -> None:
    """Edits in, frames out: latency and fairness for one, four and a stuck fifth client."""
    from wend.cli.bench.render import measure_forward
    from wend.cli.bench.server import running_server
    from wend.cli.bench.stream import choose_target, measure_stream, warm_up

    each, repeats = (1.5, 20) if quick else (10.0, 100)
    with running_server() as server:
        target = choose_target(server)
        asyncio.run(warm_up(server, target))
        health = server.get("/api/health")
        forward = functools.partial(
            measure_forward, target.model, health["precision"], health["threads"], repeats
        )
        result = asyncio.run(measure_stream(server, target, forward, seconds or each))
    print_result(result, as_json)


@bench_app.command("page")
def bench_page(as_json: AsJson = False, quick: Quick = False) -> None:
    """The page in a real browser (needs chromium): its first picture, and a drag with everything open."""
    import os

    from wend.cli.bench.page import measure_page
    from wend.settings import Settings

    print_result(measure_page(Settings.load(os.environ, {}).frontend_dir, quick), as_json)


@bench_app.command("render")
def bench_render(as_json: AsJson = False, quick: Quick = False) -> None:
    """The renderer alone: precisions, batches and prefix reuse, with their errors."""
    from wend.cli.bench.render import measure_render

    print_result(measure_render(5 if quick else 25), as_json)


@bench_app.command("generator")
def bench_generator(as_json: AsJson = False, quick: Quick = False) -> None:
    """A StyleGAN2 of 256 px with random weights: our live frames beside a textbook implementation."""
    from wend.cli.bench.generator import measure_generator

    print_result(measure_generator(1 if quick else 5), as_json)


@bench_app.command("steer")
def bench_steer(
    edit: Annotated[str, typer.Option(help="what is learned")] = "shift_x",
    as_json: AsJson = False,
    quick: Quick = False,
) -> None:
    """How soon our settings for a walk, and the published ones, reach the same held-out edit error."""
    from wend.cli.bench.steer import measure_steer

    print_result(measure_steer(edit, quick), as_json)


@bench_app.command("region")
def bench_region(
    side: Annotated[
        int | None,
        typer.Option(help="of a StyleGAN2 with random weights: 64 to 1024 px [the bundled]"),
    ] = None,
    as_json: AsJson = False,
    quick: Quick = False,
) -> None:
    """Painted masks: how soon the first slider and all of them are there, and what they leak."""
    import tempfile

    from wend.cli.bench.region import measure_random, measure_region, publish_random
    from wend.cli.bench.server import running_server
    from wend.errors import InvalidSetting

    if side is not None and side not in (64, 128, 256, 512, 1024):
        raise InvalidSetting("--side", "must be 64, 128, 256, 512 or 1024")
    with tempfile.TemporaryDirectory(prefix="wend-bench-models-") as made:
        if side is not None:
            publish_random(Path(made), side)
        with running_server(Path(made) if side is not None else None) as server:
            listing, health = server.get("/api/models"), server.get("/api/health")
            if side is None:
                model = listing["default"]
                psi = next(m["psi"] for m in listing["models"] if m["id"] == model)
                result = asyncio.run(measure_region(server, model, psi, range(1 if quick else 8)))
            else:
                result = asyncio.run(measure_random(server, side, range(1 if quick else 2)))
    print_result({**result, "device": health["device"], "threads": health["threads"]}, as_json)


@bench_app.command("export")
def bench_export(
    only: Annotated[str | None, typer.Option("--format", help="mp4, webm, gif, webp or png; all")] = None,
    as_json: AsJson = False,
    quick: Quick = False,
) -> None:
    """An animation of 600 pictures at 512 px in every format: time, bytes, and memory as it grows."""
    from wend.cli.bench.export import measure_export
    from wend.errors import InvalidSetting
    from wend.imaging.video import SUFFIXES

    formats = tuple(kind for kind in SUFFIXES if only in (None, kind))
    if not formats:
        raise InvalidSetting("format", f"{only!r} is none of {', '.join(SUFFIXES)}")
    print_result(measure_export(formats, quick), as_json)


@bench_app.command("job-interference")
def bench_job_interference(
    as_json: AsJson = False,
    quick: Quick = False,
    rounds: Annotated[int, typer.Option(min=1, help="of every part, 10 s each, with --quick 1.5 s")] = 4,
) -> None:
    """A hand that drags and a job that learns, alone and beside each other."""
    from wend.cli.bench.interference import measure_interference
    from wend.cli.bench.server import running_server
    from wend.cli.bench.stream import choose_target, warm_up

    with running_server() as server:
        target = choose_target(server)
        asyncio.run(warm_up(server, target))
        result = asyncio.run(measure_interference(server, target, 1.5 if quick else 10.0, rounds))
    print_result(result, as_json)


@bench_app.command("big")
def bench_big(
    out: Annotated[Path, typer.Option(help="what is measured is kept here; a run goes on where it was left")],
    only: Annotated[
        list[str] | None, typer.Option(help="parts or kinds of job: file, import, steer, widen, ...")
    ] = None,
    again: Annotated[bool, typer.Option(help="anew, where it is there already")] = False,
    minutes: Annotated[float, typer.Option(min=0.1, help="a part is asked to stop after these")] = 60.0,
    memory: Annotated[float, typer.Option(min=0.5, help="GB; a part that takes more is ended")] = 8.0,
    as_json: AsJson = False,
) -> None:
    """A StyleGAN2 of 1024 px from the file to an animation: memory and times of every part."""
    from wend.cli.bench.big import PARTS, measure_big, part_of
    from wend.cli.bench.big_process import Bounds
    from wend.errors import InvalidSetting

    parts: list[str] = []
    for name in only or ():
        if (part := part_of(name)) is None:
            raise InvalidSetting("only", f"{name!r} is none of {', '.join(PARTS)}")
        parts.append(part)
    bounds = Bounds(minutes, 1e9 * memory)
    print_result(measure_big(out.resolve(), tuple(parts), bounds, again), as_json)


@bench_app.command("fuzz")
def bench_fuzz(
    files: Annotated[int, typer.Option(min=1, help="how many damaged files are read")] = 10_000,
    seed: Annotated[int, typer.Option(help="of the damage")] = 0,
    as_json: AsJson = False,
    quick: Quick = False,
) -> None:
    """Damaged and malicious checkpoints: none may crash, hang or execute."""
    from wend.cli.bench.fuzz import measure_fuzz

    print_result({**measure_fuzz(min(files, 500) if quick else files, seed), "seed": seed}, as_json)
