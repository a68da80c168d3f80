"""`wend world`: what the bundled worlds are made of, and what they look like."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

world_app = typer.Typer(no_args_is_help=True, help="Look at the bundled worlds.")

NameArgument = Annotated[str, typer.Argument(help="name of a world, see `wend world list`")]


@world_app.command("list")
def world_list() -> None:
    """Name every bundled world."""
    from wend.worlds.registry import WORLDS, open_world

    table = Table("world", "factors", "labels", "side in pixels")
    for name in WORLDS:
        world = open_world(name)
        table.add_row(name, str(len(world.factors)), str(len(world.labels)), str(world.default_size))
    Console().print(table)


@world_app.command("show")
def world_show(name: NameArgument) -> None:
    """Every factor of a world with its unit, range and law, and its labels."""
    from wend.worlds.registry import open_world

    world = open_world(name)
    table = Table("factor", "unit", "from", "to", "law", "meaning", title=f"{name} ({world.config.name})")
    for factor in world.factors:
        meaning = f"{factor.help}: {', '.join(factor.choices)}" if factor.choices else factor.help
        table.add_row(
            factor.name, factor.unit, f"{factor.low:g}", f"{factor.high:g}", str(factor.law), meaning
        )
    console = Console()
    console.print(table)
    for a, b, rho in world.config.correlations:
        console.print(f"{a} and {b} go together: correlation {rho:g}")
    console.print("labels: " + ", ".join(f"{i} {label}" for i, label in enumerate(world.labels)))


@world_app.command("preview")
def world_preview(
    name: NameArgument,
    out: Annotated[Path, typer.Option(help="picture to write: .png, .jpg or .webp")] = Path("world.png"),
    count: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    size: Annotated[int | None, typer.Option(min=8, max=1024, help="side of one picture in pixels")] = None,
    lines: Annotated[bool, typer.Option("--lines", help="beside each picture, its line drawing")] = False,
    labels: Annotated[bool, typer.Option("--labels", help="beside each picture, its label map")] = False,
) -> None:
    """Write a contact sheet of a world."""
    import torch

    from wend.imaging.contact_sheet import save_sheet
    from wend.imaging.label_map import label_images
    from wend.worlds.registry import open_world
    from wend.worlds.world import draw

    world = open_world(name)
    if out.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp"):
        raise typer.BadParameter("give a file name that ends in .png, .jpg or .webp", param_hint="--out")
    with torch.no_grad():
        scene = draw(world, count, seed, size or world.default_size)
    tiles = [scene.images]
    if labels:
        tiles.append(label_images(scene.labels, len(world.labels)))
    if lines:
        tiles.append((1.0 - 2.0 * scene.lines).expand(-1, 3, -1, -1))
    out.parent.mkdir(parents=True, exist_ok=True)
    pictures = torch.stack(tiles, dim=1).flatten(0, 1)
    columns = max(1, round(count**0.5)) * len(tiles)
    save_sheet(pictures, out, columns)
    Console(stderr=True).print(f"Wrote {count} pictures of {name} to {out}")


@world_app.command("publish")
def world_publish(
    name: NameArgument,
    out: Annotated[Path, typer.Option(help="folder that receives the model")] = Path("data/models"),
    model_id: Annotated[
        str | None, typer.Option("--id", help="id of the model; default analytic-NAME")
    ] = None,
    resolution: Annotated[int | None, typer.Option(min=4, max=1024, help="side in pixels")] = None,
) -> None:
    """Make a world itself a model: exact, without weights, its factors as sliders."""
    from wend.library.publish import publish_world

    model = publish_world(out / (model_id or f"analytic-{name}"), name, resolution)
    Console(stderr=True).print(f"Published {model.folder}")
