"""`wend models`: what lies in the models' folders, the walks of one model, and foreign checkpoints."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from wend.cli.exchange import codes, latent_file, latents, walk_file
from wend.cli.pull import pull
from wend.errors import WendError
from wend.settings import Settings

if TYPE_CHECKING:
    from wend.library.models import Model, ModelStore
    from wend.library.shelf import Shelf

models_app = typer.Typer(no_args_is_help=True, help="List models and their walks; look at and import others.")

models_app.command("pull")(pull)
models_app.command("walk-file")(walk_file)
models_app.command("latent-file")(latent_file)
models_app.command("latents")(latents)
models_app.command("codes")(codes)

ModelsOption = Annotated[Path | None, typer.Option("--models", help="folder of shipped models")]
DataOption = Annotated[Path | None, typer.Option("--data", help="your own models and the shelf of walks")]
IdArgument = Annotated[str, typer.Argument(help="id of a model")]
JsonOption = Annotated[bool, typer.Option("--json", help="for other programs")]


def _store(models: Path | None, data: Path | None) -> "tuple[ModelStore, Path]":
    """The models, and the folder of walks found here."""
    from wend.library.models import ModelStore

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    store = ModelStore(settings.model_roots)
    return store, settings.data_dir / "shelf"


def _described(model: "Model") -> dict[str, object]:
    described: dict[str, object] = model.card.model_dump(mode="json")
    return {**described, "folder": str(model.folder), "has_discriminator": model.has_discriminator}


@models_app.command("list")
def models_list(models: ModelsOption = None, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Every model, and what cannot be used with the reason."""
    import json

    listing = _store(models, data)[0].list()
    console = Console()
    if as_json:
        refused = [
            {"id": r.id, "code": r.error.code, "sentence": r.error.sentence, "hint": r.error.hint}
            for r in listing.refused
        ]
        answer = {"models": [_described(model) for model in listing.models], "refused": refused}
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("model", "kind", "side", "z", "rows", "licence", "summary")
    for model in listing.models:
        card = model.card
        table.add_row(
            card.id,
            card.kind,
            str(card.resolution),
            str(card.z_dim),
            str(card.num_ws),
            card.licence,
            card.summary,
        )
    console.print(table)
    for refused_model in listing.refused:
        console.print(f"[red]refused[/red] {refused_model.id}: {refused_model.error}", highlight=False)


@models_app.command("show")
def models_show(model_id: IdArgument, models: ModelsOption = None, data: DataOption = None) -> None:
    """The whole card of a model."""
    model = _store(models, data)[0].get(model_id)
    typer.echo(model.text, nl=False)


@models_app.command("walks")
def models_walks(
    model_id: IdArgument,
    models: ModelsOption = None,
    data: DataOption = None,
    find: Annotated[
        bool, typer.Option("--find", help="find the first walks now, if that is not done")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """The walks of a model with their usable ranges."""
    import json

    from wend.library.shelf import Shelf

    shelf = Shelf(*_store(models, data))
    if find:
        _discover(shelf, model_id, Settings.load(os.environ, {"models_dir": models, "data_dir": data}))
    walks = sorted(shelf.walks(model_id), key=lambda walk: -walk.strength)
    if as_json:
        rows = [
            {
                "id": w.id, "title": w.title, "method": w.method, "unit": w.unit, "layers": list(w.layers),
                "low": w.low, "high": w.high, "psi": w.psi, "strength": w.strength,
            }
            for w in walks
        ]  # fmt: skip
        typer.echo(json.dumps(rows, indent=2))
        return
    table = Table("walk", "title", "rows", "from", "to", "unit", "change at the ends, of 255")
    for w in walks:
        rows_text = f"{w.layers[0]}-{w.layers[1] - 1}"
        table.add_row(
            w.id, w.title, rows_text, f"{w.low:.2f}", f"{w.high:.2f}", w.unit, f"{255 * w.strength:.1f}"
        )
    Console().print(table)
    if not walks:
        Console(stderr=True).print("No walk yet: run again with --find, or open the model in the page.")


FileArgument = Annotated[Path, typer.Argument(help="a checkpoint, or a folder with one and its config.json")]


@models_app.command("inspect")
def models_inspect(file: FileArgument, as_json: JsonOption = False) -> None:
    """What a checkpoint holds, whatever it is called. Nothing in it runs, and nothing is kept."""
    import json

    from wend.cli.foreign import open_sandbox
    from wend.library.imports import inspect_file

    with open_sandbox(Settings.load(os.environ, {})) as sandbox:
        found = inspect_file(sandbox, file)
    report = found.report
    answer: dict[str, object] = {
        "kind": report.kind, "layout": report.layout, "resolution": found.resolution, "num_ws": found.num_ws,
        "z_dim": found.z_dim, "w_dim": found.w_dim, "spaces": list(found.spaces), "classes": found.classes,
        "parameters": found.parameters, "discriminator_parameters": found.discriminator_parameters,
        "encoder_parameters": found.encoder_parameters, "enables": list(found.enables),
        "ignored": list(found.ignored), "notes": list(report.notes), "guessed": list(report.guessed),
        "licence": report.licence,
        "size_bytes": report.size_bytes, "sha256": report.sha256,
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(answer))
        return
    table = Table("what", "it says", show_header=False)
    for name, value in answer.items():
        table.add_row(name, "\n".join(map(str, value)) if isinstance(value, list) else str(value))
    Console().print(table)


@models_app.command("add")
def models_add(
    file: FileArgument,
    model_id: Annotated[
        str | None, typer.Option("--id", help="its name here; made of the file's by default")
    ] = None,
    data: DataOption = None,
    called: Annotated[
        str | None, typer.Option(help="its file's name where it comes from, if another")
    ] = None,
    as_json: JsonOption = False,
    guess: Annotated[
        list[str] | None,
        typer.Option("--guess", help="NAME=VALUE of a setting that was guessed, if you know better"),
    ] = None,
    never_run: Annotated[
        bool, typer.Option("--never-run", help="refuse TorchScript even where it is allowed")
    ] = False,
) -> None:
    """Make a checkpoint into a model of your own: card and safetensors in data/models."""
    import json
    import sys
    from contextlib import redirect_stdout

    from wend.cli.foreign import guesses_of, open_sandbox
    from wend.library.imports import import_file

    settings = Settings.load(os.environ, {"data_dir": data})
    try:
        # What a program prints is not the answer that somebody waits for.
        with open_sandbox(settings) as sandbox, redirect_stdout(sys.stderr):
            root, allows = settings.data_dir / "models", settings.allow_torchscript and not never_run
            model = import_file(sandbox, file, root, model_id, called, allows, guesses_of(guess))
    except WendError as error:
        if not as_json:
            raise
        typer.echo(json.dumps({"code": error.code, "sentence": error.sentence, "hint": error.hint}))
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(_described(model)))
        return
    source = model.card.source
    console = Console()
    console.print(f"{model.card.id}: {model.card.summary}", highlight=False)
    for line in (
        ()
        if source is None
        else (*source.enables, *source.notes, *(f"left out: {i}" for i in source.ignored))
    ):
        console.print(f"  {line}", highlight=False, markup=False)


@models_app.command("directions")
def models_directions(
    model_id: IdArgument,
    file: Annotated[Path, typer.Argument(help="directions of another program: .npy, .npz, .pt, .pkl")],
    space: Annotated[str | None, typer.Option(help="z or w, where the file does not say")] = None,
    axis: Annotated[str | None, typer.Option(help="rows or columns, where it is square")] = None,
    count: Annotated[int, typer.Option(min=1, max=512, help="of a long list of components")] = 24,
    sets: Annotated[
        bool, typer.Option("--set", help="as factors, whose values are set, where the file has a mean")
    ] = False,
    models: ModelsOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put what another program found in a generator on the shelf as walks."""
    import json

    from wend.cli.foreign import axis_of, open_sandbox, space_of
    from wend.library.direction_imports import import_directions
    from wend.library.shelf import Shelf

    shelf = Shelf(*_store(models, data))
    with open_sandbox(Settings.load(os.environ, {"data_dir": data})) as sandbox:
        records = import_directions(
            sandbox, file, shelf, model_id, space_of(space), axis_of(axis), count, sets=sets
        )
    if as_json:
        rows = [{"id": r.id, "title": r.title, "space": r.space, "norm": r.settings["norm"]} for r in records]
        typer.echo(json.dumps(rows))
        return
    first = records[0]
    found_on = first.settings["found_on"]
    # Only networks of a world can measure it.
    has_world = shelf.store.get(model_id).card.world is not None
    measured = f"; `wend limits {model_id} {first.id}` measures it." if has_world else "."
    Console().print(
        f"{len(records)} walks in {first.space}, {first.settings['layout']}; found on {found_on}.\n"
        f"Their range is a guess{measured}",
        highlight=False,
        markup=False,
    )


def _discover(shelf: "Shelf", model_id: str, settings: Settings) -> None:
    import torch

    from wend.library.perception import PerceptionStore
    from wend.methods.discover.job import DiscoverWalks
    from wend.perception.trust import Trust

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    perception = PerceptionStore(settings.perception_roots, Trust.of(settings))
    work = DiscoverWalks(model_id, shelf.store.load(model_id, device), shelf, perception)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(work.label, total=1.0)
        while not work.run_slice():
            bar.update(task, completed=work.fraction, description=work.label)
        bar.update(task, completed=1.0)
