"""`wend models walk-file`, `latent-file`, `latents`, `codes`: walks and latents out, latents in, and kept."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wend.documents.document import parse_picture
from wend.errors import AssetNotFound, InvalidSetting
from wend.settings import Settings

if TYPE_CHECKING:
    from wend.library.direction_file import DirectionFormat
    from wend.library.shelf import Shelf

_FORMATS: "dict[str, DirectionFormat]" = {".npy": "npy", ".safetensors": "safetensors"}

ModelArgument = Annotated[str, typer.Argument(help="id of a model")]
ModelsOption = Annotated[Path | None, typer.Option("--models", help="folder of shipped models")]
DataOption = Annotated[Path | None, typer.Option("--data", help="your own models and the shelf of walks")]


def walk_file(
    model_id: ModelArgument,
    walk: Annotated[str, typer.Argument(help="id of a straight walk, as `wend models walks` lists it")],
    out: Annotated[Path, typer.Argument(help="walk.npy or walk.safetensors")],
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Write a walk as the array that other programs add: (1, D), or (rows, D) where it moves some alone."""
    from wend.library.direction_file import pack_direction

    kind = _FORMATS.get(out.suffix.lower())
    if kind is None:
        raise InvalidSetting("out", f"{out.name!r} ends in none of {', '.join(_FORMATS)}")
    shelf = _shelf(models, data)[0]
    record = shelf.get(model_id, walk)
    _write(out, pack_direction(record, shelf.store.get(model_id).card.num_ws, kind))


def latent_file(
    picture: Annotated[Path, typer.Argument(help="JSON of a picture or document")],
    out: Annotated[Path, typer.Argument(help="projected_w.npz")],
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Write the ws of a picture, edits and truncation applied: `w` (1, rows, D), as NVIDIA's projector."""
    from wend.library.images import IMAGES_FOLDER, ImageStore
    from wend.library.latent_imports import pack_latent
    from wend.methods.still.keep import keeper_of
    from wend.pictures.latents import latent_of

    try:
        wanted = parse_picture(picture.read_bytes())
    except OSError as error:
        raise AssetNotFound(picture.name) from error
    shelf, settings = _shelf(models, data)
    still = keeper_of(ImageStore(settings.data_dir / IMAGES_FOLDER))
    _write(out, pack_latent(latent_of(shelf, wanted, still)))


def latents(
    model_id: ModelArgument,
    file: Annotated[Path, typer.Argument(help="latents of another program: .npz, .npy, .pt")],
    space: Annotated[Literal["z", "w"] | None, typer.Option(help="where the file does not say")] = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Keep latents of another program; a picture has one as `"latent": {"kind": "code", "code": ID}`."""
    from wend.cli.foreign import open_sandbox
    from wend.library.latent_imports import import_latents

    shelf, settings = _shelf(models, data)
    with open_sandbox(settings) as sandbox:
        codes = import_latents(sandbox, file, shelf, model_id, space)
    for code in codes:
        typer.echo(f"{code.id}  {code.space}  {code.title}")


def codes(
    model_id: Annotated[str | None, typer.Argument(help="without those found for other models")] = None,
    delete: Annotated[
        list[str] | None, typer.Option("--delete", help="id of one to let go of; once for each")
    ] = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """List the latents that are kept, the newest 200; with --delete, let go of some."""
    shelf, _ = _shelf(models, data)
    for code in delete or ():
        shelf.codes.delete(code)
    if delete:
        return
    found = shelf.codes.list(None if model_id is None else shelf.store.get(model_id).card.hash)
    for each in found.codes:
        typer.echo(f"{each.id}  {each.space}  {each.size_bytes} bytes  {each.title}")
    typer.echo(f"{found.count} kept, {found.size_bytes / 2**20:.1f} MiB")


def _shelf(models: Path | None, data: Path | None) -> "tuple[Shelf, Settings]":
    from wend.library.models import ModelStore
    from wend.library.shelf import Shelf

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    return Shelf(ModelStore(settings.model_roots), settings.data_dir / "shelf"), settings


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise InvalidSetting("out", f"{out} cannot be written ({error.strerror or error})") from error
