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

from wend.errors import DownloadFailed, FormatRefused
from wend.settings import Settings

if TYPE_CHECKING:
    from wend.library.checkpoints import PublicCheckpoint, Registry

_DOWNLOADS = "downloads"
_PINNED = "at its first download it was"


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
    table.columns[0].no_wrap = True  # it is what has to be typed
    table.columns[0].overflow = "ignore"
    for name, each in known.items():
        size = "unknown" if each.size_bytes is None else f"{each.size_bytes / 1e6:.1f} MB"
        table.add_row(name, each.title, size, "known" if each.sha256 else "at first use", each.licence)
    Console().print(table)


def _pull(name: str, checkpoint: "PublicCheckpoint", settings: Settings) -> None:
    from wend.cli.foreign import open_sandbox
    from wend.library.checkpoints import PINS_FILE, Pins
    from wend.library.imports import import_file

    console = Console(stderr=True)
    console.print(f"{checkpoint.title}\nLicence: {checkpoint.licence}\n{checkpoint.page}", highlight=False)
    inbox = settings.data_dir / "models" / "inbox"
    folder = settings.data_dir / _DOWNLOADS / name
    try:
        files = _fetch(console, name, checkpoint, folder, settings)
    except DownloadFailed:
        by_hand = [checkpoint.url, *([checkpoint.beside.url] if checkpoint.beside else [])]
        console.print(
            "By hand: download\n  " + "\n  ".join(by_hand) + f"\ninto {inbox.resolve()}"
            + (f", both in one folder, the second as {checkpoint.beside.name}" if checkpoint.beside else "")
            + f"; or on this machine run: wend models add FILE --id {name}",
            highlight=False, markup=False,
        )  # fmt: skip
        raise
    pins = Pins(settings.data_dir / PINS_FILE)
    known = {url for url in files if pins.get(url) is not None}
    if checkpoint.sha256 is not None:
        known.add(checkpoint.url)
    new = {url: sha256 for url, sha256 in files.items() if url not in known}
    path = folder / checkpoint.file
    try:
        with open_sandbox(settings) as sandbox:
            model = import_file(sandbox, path, settings.data_dir / "models", called=checkpoint.file)
    except FormatRefused:
        # Nobody knows that these are the right files: the next pull asks for them again.
        if checkpoint.url in new:
            path.unlink(missing_ok=True)
        if checkpoint.beside is not None and checkpoint.beside.url in new:
            (folder / checkpoint.beside.name).unlink(missing_ok=True)
        raise
    for url, sha256 in new.items():
        pins.put(url, sha256)
    if checkpoint.url in new:
        console.print(
            f"Nobody here knows the hash of this file. It is {new[checkpoint.url]}, and is kept: a later "
            "download must be the same. Compare it with its maker's, if you can.",
            style="yellow",
            highlight=False,
        )
    shutil.rmtree(folder, ignore_errors=True)  # the model has all of it
    Console().print(f"{model.card.id}: {model.card.summary}", highlight=False)


def _fetch(
    console: Console, name: str, checkpoint: "PublicCheckpoint", folder: Path, settings: Settings
) -> dict[str, str]:
    """The file and its description, into the folder, of the hashes that are known of them: url -> hash."""
    from wend.library.checkpoints import PINS_FILE, Pins
    from wend.library.download import check_hash, check_size, download, open_client

    pins = Pins(settings.data_dir / PINS_FILE)
    path, beside = folder / checkpoint.file, checkpoint.beside
    files: dict[str, str] = {}
    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with open_client() as client, Progress(*columns, console=console) as bar:
        task = bar.add_task(name, total=checkpoint.size_bytes)
        if beside is not None:
            files[beside.url] = download(client, beside.url, folder / beside.name, 2**20)
            check_hash(folder / beside.name, files[beside.url], pins.get(beside.url), _PINNED)
        files[checkpoint.url] = actual = download(
            client,
            checkpoint.url,
            path,
            settings.max_weights_bytes,
            lambda here, total: bar.update(task, completed=here, total=total),
        )
    check_size(path, checkpoint.size_bytes)
    check_hash(path, actual, checkpoint.sha256, "it should be")
    if checkpoint.sha256 is None:
        check_hash(path, actual, pins.get(checkpoint.url), _PINNED)
    return files
