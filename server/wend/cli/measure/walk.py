"""`wend measure walk`: how far a walk can go, what it does on the way, and what leaks."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from wend.cli.measure.answer import (
    AsJson,
    CsvOption,
    DataOption,
    ModelsOption,
    Quick,
    ReportOption,
    print_answer,
    use_device,
    watch,
    write_text,
)
from wend.measure.seeds import WORLD_SEED
from wend.settings import Settings

if TYPE_CHECKING:
    from wend.generators.generator import Generator
    from wend.library.perception import PerceptionStore
    from wend.library.shelf import Shelf
    from wend.library.walk_record import WalkRecord

SEEDS, QUICK_SEEDS = 500, 60
WORLD, QUICK_WORLD = 1000, 300
SHOWN = 6
LOOKED = 3
"""Pictures in which each style row is moved alone."""


def measure_walk(
    walk: Annotated[str, typer.Argument(help="id of a walk on the shelf, e.g. factors/head_x")],
    model: Annotated[str, typer.Option(help="id of its model; `default` is the bundled one")] = "default",
    as_json: AsJson = False,
    quick: Quick = False,
    count: Annotated[int | None, typer.Option("--n", min=20, max=10_000, help="seeds [default: 500]")] = None,
    factor: Annotated[
        str | None, typer.Option(help="judge by this [default: what its edit moves, else what moves most]")
    ] = None,
    low: Annotated[float | None, typer.Option(help="least strength [default: the walk's own]")] = None,
    high: Annotated[float | None, typer.Option(help="greatest strength [default: the walk's own]")] = None,
    steps: Annotated[int, typer.Option(min=4, max=40, help="strengths between them")] = 8,
    psi: Annotated[
        float | None, typer.Option(min=-2.0, max=2.0, help="truncation [default: the walk's own]")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="seed s takes seeds s n to s n + n - 1")] = 0,
    csv: CsvOption = None,
    report: ReportOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Densities, overlap, Frechet distance, step lengths, edit error and leakage along a walk.

    The same seeds are drawn at every strength, up to half as far again as the walk's range, and judged by
    a network that took no part in training. Lines are fitted over the walk's range alone.
    """
    import torch

    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.library.shelf import Shelf
    from wend.measure.card_world import world_of
    from wend.measure.export import Cell, to_csv
    from wend.measure.probe import Probe
    from wend.measure.report.page import render_report
    from wend.measure.structure import structure_of_walk
    from wend.measure.walk_aim import aim_of
    from wend.measure.walk_judge import choose_seat, open_judge
    from wend.measure.walk_limits import judge_walk, strengths
    from wend.measure.walk_report import walk_report
    from wend.measure.walk_response import slices_of_sum
    from wend.measure.walk_steps import look_along, slices_along
    from wend.measure.walk_world import look_at_world
    from wend.methods.edits.walk import edit_of, most_of, range_of, seeds_of
    from wend.perception.trust import Trust

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if model == "default" else model).card
    world = world_of(card)
    generator = store.load(card.id, device)
    trust = Trust.of(settings)
    sets = PerceptionStore(settings.perception_roots, trust)
    record = _record(Shelf(store, settings.data_dir / "shelf"), card.id, walk, generator, sets)
    most = most_of(record, card.resolution, trust.edits_dir)
    trained = range_of(record, low, high, most)
    seat = choose_seat(sets, world, card, record.settings)
    judge = open_judge(sets, seat, device)
    n, n_world = count or (QUICK_SEEDS if quick else SEEDS), QUICK_WORLD if quick else WORLD
    psi = record.psi if psi is None else psi
    probe = Probe(generator, psi, seeds_of(record, seed * n, n, generator.spec.c_dim))
    alphas = strengths(*trained, steps, most=most)
    moves = record.walk.to(device)

    looking = look_at_world(world, judge, n_world, WORLD_SEED + seed, card.resolution, device)
    sight = watch(looking, -(-n_world // 16), f"{world.name}: {n_world} pictures")
    aim = aim_of(record, card.resolution, factor)
    if aim is not None:
        sight.require(aim.attribute)
    along = look_along(probe, moves, alphas, judge, edit_of(record, trust.edits_dir))
    seen = watch(along, slices_along(probe, alphas), f"{record.title}: {n} seeds")
    limits = watch(
        judge_walk(seen, aim, sight, seat, trained, seed), slices_of_sum(len(alphas)), "Summing up"
    )
    made_with: dict[str, Cell] = {
        "walk": record.id, "model": card.id, "model_hash": card.hash[:16], "world": world.name,
        "resolution": card.resolution, "psi": psi, "seed": seed, "device": str(device), "threads": threads,
    }  # fmt: skip
    if report is not None:
        with torch.no_grad():
            part = slice(0, SHOWN)
            strip = torch.stack([probe.render(part, moves if a else None, a) for a in alphas], dim=1).cpu()
        few = Probe(generator, psi, seeds_of(record, seed * n, LOOKED, generator.spec.c_dim))
        rows = structure_of_walk(few, moves, record.title, max(alphas, key=abs) / 2.0)
        page = walk_report(limits, record.title, record.unit, strip, made_with, rows)
        write_text(report, render_report(page))
    write_text(csv, to_csv(limits.table()) if csv else "")
    print_answer({**limits.as_dict(), **made_with}, as_json)


def _record(
    shelf: "Shelf", model: str, walk: str, generator: "Generator", sets: "PerceptionStore"
) -> "WalkRecord":
    """A walk; those that need no training are found, and named, first where nobody has looked for them yet.

    Raises: WalkNotFound.
    """
    from wend.methods.discover.job import FAMILIES, DiscoverWalks

    family = walk.rpartition("/")[0]
    if family in FAMILIES and not shelf.has(model, family):
        work = DiscoverWalks(model, generator, shelf, sets)
        while not work.run_slice():
            pass
    return shelf.get(model, walk)
