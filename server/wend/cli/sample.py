"""`wend sample`: pictures whose factors follow chosen distributions, drawn here."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wend.cli.job_progress import STOPPED_CODE, run_watched
from wend.settings import Settings

if TYPE_CHECKING:
    from pydantic import JsonValue


def sample(
    model: Annotated[str, typer.Argument(help="id of a model")],
    out: Annotated[Path, typer.Argument(help="folder for sheet, zip, CSV and distribution.json")],
    factor: Annotated[
        list[str],
        typer.Option(
            "--factor",
            metavar="NAME=LAW",
            help="x=uniform(-0.3,0.3), x=bumps(-0.2:0.03,0.2:0.06), x=histogram(-0.3,0.3:1 2 3), "
            "x=like(FOLDER or WORLD); NAME is an edit or the id of a factor; several may be given",
        ),
    ],
    count: Annotated[int, typer.Option("-n", "--count", min=1, max=100_000, help="pictures")] = 200,
    closed: Annotated[bool, typer.Option(help="measure each picture and correct it")] = False,
    psi: Annotated[float | None, typer.Option(min=-2.0, max=2.0, help="truncation")] = None,
    psi_cutoff: Annotated[
        int | None, typer.Option(min=1, max=64, help="style row at which truncation ends [default: none]")
    ] = None,
    class_index: Annotated[int | None, typer.Option("--class", min=0, help="of every picture")] = None,
    seed: Annotated[int, typer.Option(min=0, max=20_000, help="s takes seeds 100 000 s and on")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="print distribution.json on stdout")] = False,
    data: Annotated[Path | None, typer.Option(help="folder of your models and walks [default: data]")] = None,
    models: Annotated[Path | None, typer.Option(help="folder of shipped models")] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, cuda:1, ...; default: a GPU if any")] = None,
    threads: Annotated[int | None, typer.Option(help="of one operation on the CPU")] = None,
) -> None:
    """Draw pictures whose factors are spread as you like; after Ctrl-C the same command goes on."""
    from wend.cli.like_folder import bring_folder
    from wend.library.images import IMAGES_FOLDER, ImageStore
    from wend.library.models import ModelStore
    from wend.library.newest_factor import find_factor
    from wend.library.shelf import Shelf
    from wend.methods.sampling.spelled import spelled

    settings = Settings.load(
        os.environ, {"data_dir": data, "models_dir": models, "device": device, "threads": threads}
    )
    shelf = Shelf(ModelStore(settings.model_roots, settings.default_model), settings.data_dir / "shelf")
    images = ImageStore(settings.data_dir / IMAGES_FOLDER)

    def images_of(text: str) -> tuple[str, ...] | None:
        folder = Path(text)
        if not folder.is_dir():
            return None
        brought = bring_folder(folder, images)
        for note in brought.notes:
            typer.echo(note, err=True)
        return brought.ids

    targets: list[JsonValue] = []
    for text in factor:
        name, distribution = spelled(text, images_of)
        targets.append({"walk": find_factor(shelf, model, name).id, "distribution": distribution})
    params: dict[str, JsonValue] = {
        "model": model,
        "targets": targets,
        "count": count,
        "loop": "closed" if closed else "open",
        "psi": psi,
        "psi_cutoff": psi_cutoff,
        "class_index": class_index,
        "seed": seed,
    }
    run = run_watched("sample", params, settings, is_anew=False)
    if run.outcome is None:
        raise typer.Exit(STOPPED_CODE)
    out.mkdir(parents=True, exist_ok=True)
    for path in (run.folder / "artifacts").iterdir():
        if path.suffix in (".zip", ".csv", ".json", ".jpg") and path.name != "preview.jpg":
            shutil.copyfile(path, out / path.name)
    if as_json:
        sys.stdout.write((out / "distribution.json").read_text(encoding="utf-8").strip() + "\n")
        return
    for name, value in run.outcome.facts.items():
        typer.echo(f"{name}: {value}")
    typer.echo(f"files: {out}")
