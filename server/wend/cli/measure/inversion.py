"""`wend measure inversion`: every way to find a photo in a model, held against the others."""

import os
from pathlib import Path
from typing import Annotated

import typer

from wend.cli.measure.answer import (
    AsJson,
    DataOption,
    ModelsOption,
    Quick,
    ReportOption,
    print_answer,
    use_device,
    watch,
    write_text,
)
from wend.settings import Settings

PICTURES, QUICK_PICTURES = 50, 2
SAMPLED, QUICK_SAMPLED = 100, 8


def measure_inversion(
    name: Annotated[str, typer.Argument(help="id of a model; `default` is the bundled default generator")],
    as_json: AsJson = False,
    quick: Quick = False,
    count: Annotated[
        int | None, typer.Option("--n", min=1, max=1000, help="held-out pictures [default: 50]")
    ] = None,
    choices: Annotated[
        str, typer.Option(help="encoder,layered,z,w,w+,layers,pivotal: some of them [default: all there are]")
    ] = "",
    smile: Annotated[str, typer.Option(help="id of the smile slider [default: what moves it most]")] = "",
    shift: Annotated[str, typer.Option(help="id of the shift slider [default: what moves it most]")] = "",
    kept: Annotated[
        Path | None, typer.Option("--kept", help="folder to go on from [default: in your data]")
    ] = None,
    report: ReportOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Error, time, and what the smile and the shift slider still do, of held-out pictures of its world.

    Goes on where it stopped. With --quick searches hardly begin: it shows that all of it works.
    """
    from wend.cli.reproduce.bench import open_bench
    from wend.errors import InvalidParams
    from wend.library.models import ModelStore
    from wend.measure.card_world import world_of
    from wend.measure.export import Cell, to_dict
    from wend.measure.report.page import render_report
    from wend.measure.seeds import WORLD_SEED
    from wend.measure.walk_judge import choose_seat
    from wend.methods.choices.choice import choices_of
    from wend.methods.choices.kept import KeptRows
    from wend.methods.choices.sliders import open_sliders
    from wend.methods.choices.trial import ChoiceTable, Eyes, look
    from wend.methods.distances import best_distance
    from wend.methods.survey.source import WorldSource
    from wend.methods.vanished.eye import open_labeller

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if name == "default" else name).card
    bench = open_bench(settings, store, card.id, device)
    n = count or (QUICK_PICTURES if quick else PICTURES)
    sampled = QUICK_SAMPLED if quick else SAMPLED
    ways, lacks = choices_of(bench, quick)
    asked = [each.strip() for each in choices.split(",") if each.strip()]
    for each in asked:
        if each not in ways:
            raise InvalidParams("choices", lacks.get(each, f"{each!r} is none of {', '.join(ways)}"))
    ways = {each: way for each, way in ways.items() if not asked or each in asked}
    world = world_of(card)
    seat = choose_seat(bench.perception, world, card, {})
    eyes = Eyes(
        best_distance(bench)[1],
        open_labeller(bench),
        bench.perception.factors(seat.set_id, device, seat.index),
    )
    wanted = {key: value for key, value in (("smile", smile), ("shift", shift)) if value}
    sliders = watch(open_sliders(bench, eyes.factors, sampled, wanted), 400, "Sliders on sampled pictures")
    source = WorldSource(world, n, WORLD_SEED, card.resolution, device)
    pictures = [source.fetch([k]).images for k in range(n)]
    about: dict[str, object] = {
        "weights": card.hash, "quick": quick, "sampled": sampled, "walks": [s.walk for s in sliders],
        "threads": threads, "device": str(device),
    }  # fmt: skip
    folder = kept or settings.data_dir / "measure" / "inversion" / card.id
    rows = KeptRows(folder, about)
    before = [row for row in rows.rows() if row.choice in ways and row.picture < n]
    work = look(pictures, ways, sliders, eyes, before, rows.keep)
    found = watch(work, len(ways) * n - len(before), f"{n} pictures, {len(ways)} ways")
    table = ChoiceTable(card.id, found, lacks, sliders)
    made_with: dict[str, Cell] = {
        "model": card.id, "weights": card.hash[:16], "n": n, "world_seed": WORLD_SEED, "quick": quick,
        "judge": seat.name, "device": str(device), "threads": threads,
    }  # fmt: skip
    if report is not None:
        images = rows.images(list(found)) | {("", k): pictures[k].cpu() for k in range(min(n, 6))}
        write_text(report, render_report(table.report(images, made_with)))
        write_text(report.with_suffix(".csv"), table.table().to_csv())
    print_answer({**made_with, **to_dict(table.as_dict())}, as_json)
