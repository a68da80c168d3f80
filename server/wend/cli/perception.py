"""`wend perception`: the networks that look, the user's own among them: listed, tried out, added."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wend.settings import Settings

if TYPE_CHECKING:
    from wend.library.perception import PerceptionSet, PerceptionStore
    from wend.library.perception_card import NetworkSection

perception_app = typer.Typer(no_args_is_help=True, help="List, check and add networks that look at pictures.")

DataOption = Annotated[Path | None, typer.Option("--data", help="where your own networks lie")]
JsonOption = Annotated[bool, typer.Option("--json", help="for other programs")]
FolderArgument = Annotated[
    Path, typer.Argument(help="folder of card.toml and the files it names", exists=True, file_okay=False)
]


def _store(settings: Settings, roots: tuple[Path, ...]) -> "PerceptionStore":
    from wend.library.perception import PerceptionStore
    from wend.perception.trust import Trust

    return PerceptionStore(roots, Trust.of(settings))


@perception_app.command("list")
def perception_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Every set of networks, and what cannot be used with the reason."""
    import json

    settings = Settings.load(os.environ, {"data_dir": data})
    listing = _store(settings, settings.perception_roots).list()
    if as_json:
        sets = [found.card.model_dump(mode="json") | {"folder": str(found.folder)} for found in listing.sets]
        refused = [
            {"id": r.id, "code": r.error.code, "sentence": r.error.sentence, "hint": r.error.hint}
            for r in listing.refused
        ]
        typer.echo(json.dumps({"sets": sets, "refused": refused}, indent=2))
        return
    table = Table("set", "network", "role", "kind", "file", "licence")
    for found in listing.sets:
        for section in found.card.networks:
            licence = section.licence or found.card.licence
            table.add_row(
                found.card.id, section.name, section.role, section.kind, section.file or "", licence
            )
    console = Console()
    console.print(table)
    for refused_set in listing.refused:
        console.print(
            f"[red]refused[/red] {refused_set.id}: {escape(str(refused_set.error))}", highlight=False
        )


@perception_app.command("kinds")
def perception_kinds() -> None:
    """Every architecture that a card can name, with the roles it plays."""
    from wend.perception.readers import READERS

    table = Table("kind", "roles")
    for kind, roles in sorted(READERS.items()):
        table.add_row(kind, ", ".join(roles))
    Console().print(table)


@perception_app.command("check")
def perception_check(folder: FolderArgument) -> None:
    """Open every network of a card and try it out; exit 1 where one cannot be used."""
    settings = Settings.load(os.environ, {})
    if not _checked(_store(settings, (folder.absolute().parent,)), folder.absolute().name):
        raise typer.Exit(1)


@perception_app.command("add")
def perception_add(folder: FolderArgument, data: DataOption = None) -> None:
    """Check a folder, then copy it to your own networks."""
    from wend.errors import CardInvalid

    settings = Settings.load(os.environ, {"data_dir": data})
    source = folder.absolute()
    if not _checked(_store(settings, (source.parent,)), source.name):
        raise typer.Exit(1)
    root = settings.data_dir / "perception"
    target, unfinished = root / source.name, root / f".{source.name}.unfinished"
    if target.exists():
        raise CardInvalid(f"{source.name}/card.toml", f"there is a set {source.name!r} already, in {root}")
    if any(path.is_symlink() for path in source.rglob("*")):
        raise CardInvalid(f"{source.name}/card.toml", "the folder holds a link; put the file itself there")
    root.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(unfinished, ignore_errors=True)
    # Hidden until it is whole, so that a running server never lists half a set.
    shutil.copytree(source, unfinished)
    unfinished.rename(target)
    Console().print(f"Added {target}", highlight=False, soft_wrap=True)


def _checked(store: "PerceptionStore", set_id: str) -> bool:
    """Whether all networks of a set can be used; prints a line for each."""
    import torch

    from wend.errors import WendError

    console = Console()
    found = store.get(set_id)
    usable = True
    for section in found.card.networks:
        try:
            network = store.load(set_id, section.name, torch.device("cpu"))
        except WendError as error:
            usable = False
            console.print(f"[red]refused[/red] {section.name}: {escape(error.sentence)}", highlight=False)
            continue
        millions = sum(parameter.numel() for parameter in network.parameters()) / 1e6
        what = f"{section.role} by {escape(section.kind)}, {millions:.1f} M numbers"
        console.print(f"[green]usable[/green] {section.name}: {what}", highlight=False, soft_wrap=True)
        if section.sha256 is None and (digest := _digest(found, section)):
            console.print(f'  its card may say: sha256 = "{digest}"', highlight=False, soft_wrap=True)
    return usable


def _digest(found: "PerceptionSet", section: "NetworkSection") -> str | None:
    from wend.library.perception import file_hash

    path = found.folder / section.file if section.file else None
    return file_hash(path) if path is not None and path.is_file() else None
