"""`wend models pull`: a well-known public checkpoint, downloaded and made into a model."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from wend.errors import DownloadFailed
from wend.settings import Settings

if TYPE_CHECKING:
    from wend.library.checkpoints import PublicCheckpoint, Registry

_DOWNLOADS = "downloads"


def pull(
    name: Annotated[str | None, typer.Argument(help="see --list")] = None,
    as_list: Annotated[bool, typer.Option("--list", help="say which there are")] = False,
    registry: Annotated[
        Path | None, typer.Option(help="another list of checkpoints, in the form of the packaged one")
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", help="your own models")] = None,
) -> None:
    """Download a well-known public checkpoint and make a model of it. A broken download goes on where it
    stopped; proxies are taken from the environment."""
    from wend.library.checkpoints import REGISTRY, find_checkpoint, read_registry

    known = read_registry(registry or REGISTRY)
    if as_list or name is None:
        _print_list(known)
        return
    _pull(name, find_checkpoint(known, name), Settings.load(os.environ, {"data_dir": data}))


def _print_list(known: "Registry") -> None:
    table = Table("name", "what", "size", "hash", "licence")
    for name, each in known.items():
        size = "unknown" if each.size_bytes is None else f"{each.size_bytes / 1e6:.1f} MB"
        table.add_row(name, each.title, size, "known" if each.sha256 else "at first use", each.licence)
    Console().print(table)


def _pull(name: str, checkpoint: "PublicCheckpoint", settings: Settings) -> None:
    from wend.cli.foreign import open_sandbox
    from wend.library.imports import import_file

    console = Console(stderr=True)
    console.print(f"{checkpoint.title}\nLicence: {checkpoint.licence}\n{checkpoint.page}", highlight=False)
    inbox = settings.data_dir / "models" / "inbox"
    folder = settings.data_dir / _DOWNLOADS / name
    try:
        path = _fetch(console, name, checkpoint, folder, settings)
    except DownloadFailed:
        by_hand = [checkpoint.url, *([checkpoint.beside.url] if checkpoint.beside else [])]
        console.print(
            "By hand: download\n  " + "\n  ".join(by_hand) + f"\ninto {inbox.resolve()}"
            + (f", both in one folder, the second as {checkpoint.beside.name}" if checkpoint.beside else "")
            + f"; or on this machine run: wend models add FILE --id {name}",
            highlight=False, markup=False,
        )  # fmt: skip
        raise
    with open_sandbox(settings) as sandbox:
        model = import_file(sandbox, path, settings.data_dir / "models", called=checkpoint.file)
    shutil.rmtree(folder, ignore_errors=True)  # the model has all of it
    Console().print(f"{model.card.id}: {model.card.summary}", highlight=False)


def _fetch(
    console: Console, name: str, checkpoint: "PublicCheckpoint", folder: Path, settings: Settings
) -> Path:
    """The file, of the hash that is known of it, its description beside it."""
    from wend.library.checkpoints import PINS_FILE, Pins
    from wend.library.download import check_hash, download, open_client

    pins = Pins(settings.data_dir / PINS_FILE)
    path = folder / checkpoint.file
    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with open_client() as client, Progress(*columns, console=console) as bar:
        task = bar.add_task(name, total=checkpoint.size_bytes)
        if checkpoint.beside is not None:
            download(client, checkpoint.beside.url, folder / checkpoint.beside.name, 2**20)
        actual = download(
            client,
            checkpoint.url,
            path,
            settings.max_weights_bytes,
            lambda here, total: bar.update(task, completed=here, total=total),
        )
    check_hash(path, actual, checkpoint.sha256, "it should be")
    if checkpoint.sha256 is None:
        pinned = pins.get(checkpoint.url)
        check_hash(path, actual, pinned, "at its first download it was")
        if pinned is None:
            console.print(
                f"Nobody here knows the hash of this file. It is {actual}, and is kept: a later download "
                "must be the same. Compare it with its maker's, if you can.",
                style="yellow",
                highlight=False,
            )
            pins.put(checkpoint.url, actual)
    return path
