"""`wend measure latents`: what each latent of a VAE tells of a world's pictures, and what is lost."""

import os
from typing import Annotated

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
from wend.errors import EncoderMissing, InvalidInput
from wend.settings import Settings

PICTURES, QUICK_PICTURES = 2000, 200


def measure_latents(
    name: Annotated[str, typer.Argument(help="id of a VAE, e.g. sprites-vae-b4, with its encoder")],
    as_json: AsJson = False,
    quick: Quick = False,
    count: Annotated[
        int | None, typer.Option("--n", min=16, max=100_000, help="pictures of the world [default: 2000]")
    ] = None,
    world_name: Annotated[
        str | None, typer.Option("--world", help="whose pictures are encoded [default: its card's]")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="of the world's pictures")] = 0,
    csv: CsvOption = None,
    report: ReportOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """KL of every latent to the prior, reconstruction error, and which factors of the world the code follows.

    A latent of nearly no KL says nothing; a factor of which the code explains less than a tenth was dropped.
    """
    from wend.generators.style_encoder import StyleEncoder
    from wend.library.models import ModelStore
    from wend.measure.attributes import FULL_TURN
    from wend.measure.card_world import world_of
    from wend.measure.export import Cell, to_csv
    from wend.measure.latent_use import kl_chart, latent_use, slices_of
    from wend.measure.report.page import Fact, Report, Section, render_report
    from wend.measure.seeds import WORLD_SEED
    from wend.worlds.registry import open_world
    from wend.worlds.world import draw

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots)
    card = store.get(name).card
    encoder = store.load_encoder(name, device)
    if encoder is None:
        raise EncoderMissing(name)
    if isinstance(encoder, StyleEncoder):
        raise InvalidInput(f"The encoder of {name} finds style rows, not a law of z: it has no KL.")
    world = world_of(card) if world_name is None else open_world(world_name)
    n = count or (QUICK_PICTURES if quick else PICTURES)
    scene = draw(world, n, WORLD_SEED + seed, card.resolution)
    told = {
        factor.name: scene.factors[factor.name]
        for factor in world.factors
        if not factor.is_discrete and factor.high - factor.low != FULL_TURN
    }
    work = latent_use(store.load(name, device), encoder, scene.images, told)
    use = watch(work, slices_of(n), f"{name}: {n} pictures")
    made_with: dict[str, Cell] = {
        "model": card.id, "model_hash": card.hash[:16], "world": world.name, "n": n, "seed": seed,
        "device": str(device), "threads": threads,
    }  # fmt: skip
    write_text(csv, to_csv(use.table()) if csv else "")
    if report is not None:
        facts = (
            Fact("Told", f"{use.total:.1f} nats", f"by {use.used} of {len(use.kl)} latents"),
            Fact("Missed", f"{use.missed:.1f} nats", "per picture, by Bernoulli pixels of the decoded mean"),
            Fact("Dropped", ", ".join(use.dropped) or "nothing", "factors that the code does not follow"),
        )
        text = "Latents from the one that tells most to the one that tells least."
        section = Section("Latents", text, (kl_chart("KL by latent", {card.id: use}),))
        page = Report(f"Latents of {card.title}", card.summary, facts, (section,), made_with)
        write_text(report, render_report(page))
    print_answer({**use.as_dict(), **made_with}, as_json)
