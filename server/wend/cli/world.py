"""`wend world`: what the bundled worlds are made of, and what they look like."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from torch import Tensor

    from wend.worlds.world import Scene, World

world_app = typer.Typer(no_args_is_help=True, help="Look at the bundled worlds and their variants.")

NameArgument = Annotated[
    str,
    typer.Argument(
        help="a world (see `wend world list`), a variant such as portraits:glasses=none,head_x.sd=2x, "
        "or a variant file, *.toml"
    ),
]
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


@world_app.command("list")
def world_list() -> None:
    """Name every bundled world and variant."""
    from wend.worlds.registry import VARIANTS, WORLDS, open_world
    from wend.worlds.world import class_names

    table = Table("world", "factors", "labels", "classes", "side in pixels")
    for name in WORLDS:
        world = open_world(name)
        counts = (len(world.factors), len(world.labels), len(class_names(world)), world.default_size)
        table.add_row(name, *(str(n or "") for n in counts))
    console = Console()
    console.print(table)
    for name, meaning in VARIANTS.items():
        console.print(f"{name} is {meaning}", soft_wrap=True, highlight=False)


@world_app.command("show")
def world_show(name: NameArgument) -> None:
    """Every factor of a world with its unit, range and law, its labels, classes and biases."""
    from wend.worlds.registry import describe_biases, describe_laws, open_world, world_text

    world = open_world(world_text(name))
    table = Table("factor", "unit", "from", "to", "law", "meaning", title=f"{name} ({world.config.name})")
    for factor in world.factors:
        meaning = f"{factor.help}: {', '.join(factor.choices)}" if factor.choices else factor.help
        law = f"{factor.law}, by {world.class_factor}" if factor.class_laws else str(factor.law)
        table.add_row(factor.name, factor.unit, f"{factor.low:g}", f"{factor.high:g}", law, meaning)
    console = Console()
    console.print(table)
    laws = describe_laws(world)
    for factor in world.factors:
        if factor.class_laws and not factor.is_discrete:
            console.print(f"{factor.name}: {laws[factor.name]}")
    for a, b, rho in world.config.correlations:
        console.print(f"{a} and {b} go together: correlation {rho:g}")
    console.print("labels: " + ", ".join(f"{i} {label}" for i, label in enumerate(world.labels)))
    console.print(describe_biases(world))


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
    """Write a contact sheet of a world; of one with classes, as many pictures of each, named."""
    import torch

    from wend.imaging.contact_sheet import contact_sheet
    from wend.imaging.labelled_sheet import labelled_sheet
    from wend.worlds.registry import open_world, world_text
    from wend.worlds.world import class_names, draw, occurring_classes

    world = open_world(world_text(name))
    if out.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter("give a file name that ends in .png, .jpg or .webp", param_hint="--out")
    classes = occurring_classes(world)
    names = tuple(class_names(world)[k] for k in classes)
    of_each = torch.tensor(classes).repeat_interleave(max(1, count // len(names))) if names else None
    shown = count if of_each is None else len(of_each)
    with torch.no_grad():
        scene = draw(world, shown, seed, size or world.default_size, classes=of_each)
    pictures, beside = _tiles(world, scene, lines, labels)
    columns = max(1, round(shown**0.5)) * beside
    # One picture alone is that picture, of the size that was asked for.
    gap = 0 if len(pictures) == 1 else 2
    page = labelled_sheet(pictures, names, columns) if names else contact_sheet(pictures, columns, gap)
    out.parent.mkdir(parents=True, exist_ok=True)
    page.save(out, quality=92)
    Console(stderr=True).print(f"Wrote {shown} picture{'s' * (shown != 1)} of {name} to {out}")


def _tiles(world: "World", scene: "Scene", lines: bool, labels: bool) -> "tuple[Tensor, int]":
    """Pictures with what was asked for beside each, [N T, 3, H, W], and how many tiles T that makes."""
    import torch

    from wend.imaging.label_map import label_images

    tiles = [scene.images]
    if labels:
        tiles.append(label_images(scene.labels, len(world.labels)))
    if lines:
        tiles.append((1.0 - 2.0 * scene.lines).expand(-1, 3, -1, -1))
    return torch.stack(tiles, dim=1).flatten(0, 1), len(tiles)


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
    from wend.worlds.registry import safe_name, world_text

    text = world_text(name)
    model = publish_world(out / (model_id or f"analytic-{safe_name(text)}"), text, resolution)
    Console(stderr=True).print(f"Published {model.folder}")
