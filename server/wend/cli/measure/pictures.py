"""`wend measure pictures`: what is on pictures, of a model, a world or files, by any networks that look."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wend.cli.measure.answer import (
    AsJson,
    CsvOption,
    DataOption,
    ModelsOption,
    PerceptionOption,
    ReportOption,
    print_answer,
    use_device,
    watch,
    write_text,
)
from wend.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import torch

    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionSet, PerceptionStore
    from wend.measure.pictures import Named, Onlookers
    from wend.methods.survey.source import Source
    from wend.perception.network import Role

FILE_SIDE = 128
BATCH = 16


def measure_pictures(
    what: Annotated[
        str,
        typer.Argument(
            help="a model, `default`, a world or a variant of one; or a folder or zip of pictures, an IDX "
            "file (MNIST) or the npz file of the published sprites"
        ),
    ],
    as_json: AsJson = False,
    count: Annotated[int, typer.Option("--n", min=1, max=100_000, help="pictures at most")] = 500,
    size: Annotated[
        int | None,
        typer.Option(
            min=16, max=1024, help="side in pixels [default: the model's or world's own; of files 128]"
        ),
    ] = None,
    psi: Annotated[float, typer.Option(min=-2.0, max=2.0, help="truncation of a model; 1 is none")] = 1.0,
    seed: Annotated[
        int,
        typer.Option(
            min=0, max=1000, help="of a model s takes its seeds s n to s n + n - 1; of a world, draws others"
        ),
    ] = 0,
    perception: PerceptionOption = None,
    csv: CsvOption = None,
    report: ReportOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Light and colour, factors, points, boxes, salience and label areas of pictures, one by one and in all.

    Networks are those of the set that is named; else those that look at the model or see the world; else, as
    for files, pixels alone are measured. --csv writes a row per picture, --report a page that opens offline.
    """
    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.measure.export import to_csv
    from wend.measure.pictures import measure_pictures as measure
    from wend.measure.report.page import render_report
    from wend.methods.survey.source import ModelSource, WorldSource
    from wend.perception.trust import Trust

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    sets = PerceptionStore(settings.perception_roots, Trust.of(settings))
    source = _open_source(what, store, device, count, size, psi, seed)
    onlookers, looked_with = _open_onlookers(what, store, sets, perception, device)
    most, skipped = min(count, source.count), dict[str, str]()
    first = seed * count if isinstance(source, ModelSource) else 0
    looking = measure(_batches(source, most, first, skipped), onlookers)
    found = watch(looking, -(-most // BATCH), f"{source.title}: {most} pictures")
    made_with: dict[str, str | int | float] = {
        "pictures": source.title, "side": found.shown.shape[-1], "device": str(device), "threads": threads,
    }  # fmt: skip
    # What changed nothing is not said to have made it.
    if isinstance(source, ModelSource | WorldSource):
        made_with["seed"] = seed
    if isinstance(source, ModelSource):
        made_with["psi"] = psi
    by = ", ".join(f"{role} by {name}" for role, name in looked_with.items()) or "pixels alone"
    write_text(csv, to_csv(found.table()) if csv else "")
    write_text(
        report,
        render_report(
            found.report(f"What is on {source.title}", {**made_with, "n": len(found)}, f"Told by {by}.")
        )
        if report
        else "",
    )
    print_answer({**found.as_dict(), **made_with, "looked_with": looked_with, "skipped": skipped}, as_json)


def _open_source(
    what: str,
    store: "ModelStore",
    device: "torch.device",
    count: int,
    size: int | None,
    psi: float,
    seed: int,
) -> "Source":
    """Raises: InvalidInput, DatasetInvalid, ModelNotFound, WorldNotFound, InvalidVariant."""
    from wend.methods.survey.source import ModelSource, WorldSource
    from wend.worlds.registry import is_world, open_world, world_text

    text = world_text(what)
    if is_world(text):
        world = open_world(text)
        return WorldSource(world, count, seed, size or world.default_size, device)
    if Path(what).exists():
        return _open_files(Path(what), count, size or FILE_SIDE, device)
    card = store.get(store.default if what == "default" else what).card
    side = size or card.resolution
    return ModelSource(card.id, store.load(card.id, device), count, seed * count, psi, side)


def _open_files(path: Path, count: int, size: int, device: "torch.device") -> "Source":
    """Pictures one at a time; of IDX and npz files the first `count`, which lie in memory. Raises:
    DatasetInvalid."""
    from wend.errors import InvalidInput
    from wend.methods.survey.files import PictureFiles
    from wend.methods.survey.source import ArraySource, FileSource
    from wend.training.dataset import read_pictures

    try:
        return FileSource(PictureFiles(path), size, device)
    except InvalidInput:
        pixels = read_pictures(path, size, lambda _done, _total: None, count)
        return ArraySource(path.name, pixels, device)


def _open_onlookers(
    what: str, store: "ModelStore", sets: "PerceptionStore", named: str | None, device: "torch.device"
) -> "tuple[Onlookers, dict[str, str]]":
    """What looks, and which set each role of it is from. Raises: as `PerceptionStore.load`;
    PerceptionNotFound for a set that tells nothing of these."""
    from wend.errors import PerceptionNotFound
    from wend.library.perception import NUMBER_ROLES
    from wend.measure.pictures import Onlookers
    from wend.perception.placements import SideBySide

    find = _finder(what, store, sets, named)
    roles: tuple[Role, ...] = (*NUMBER_ROLES, "labels")
    found = {role: one for role in roles if (one := find(role)) is not None}
    if named is not None and not found:
        raise PerceptionNotFound(named, "factors, points, boxes, salience or labels")
    tellers = [sets.numbers(found[role].card.id, role, device) for role in NUMBER_ROLES if role in found]
    labels = sets.labels(found["labels"].card.id, device) if "labels" in found else None
    numbers = SideBySide(tuple(tellers)) if tellers else None
    return Onlookers(numbers, labels), {role: one.card.id for role, one in found.items()}


def _finder(
    what: str, store: "ModelStore", sets: "PerceptionStore", named: str | None
) -> "Callable[[Role], PerceptionSet | None]":
    """Which set has a role: the named one, else those that look at the model, or see the world."""
    from wend.errors import PerceptionNotFound
    from wend.library.seeing import Lookout, set_seeing
    from wend.worlds.registry import is_world, open_world, world_text

    if named is not None:
        own = sets.get(named)
        return lambda role: own if own.of_role(role) else None
    text = world_text(what)
    if is_world(text):
        world = open_world(text).name

        def seeing(role: "Role") -> "PerceptionSet | None":
            try:
                return set_seeing(sets, world, role)
            except PerceptionNotFound:
                return None

        return seeing
    if Path(what).exists():
        return lambda _role: None
    return Lookout(sets.list(), store.get(store.default if what == "default" else what).card).find


def _batches(source: "Source", most: int, first: int, skipped: dict[str, str]) -> "Iterator[Named]":
    """Pictures with their names: of files, else their numbers from `first` on.

    skipped: gains the name of each file that cannot be read, and why.
    """
    from wend.methods.survey.source import FileSource

    for start in range(0, most, BATCH):
        batch = source.fetch(range(start, min(start + BATCH, most)))
        skipped.update({one.name: one.why for one in batch.skipped})
        names = (source.name(k) if isinstance(source, FileSource) else str(first + k) for k in batch.places)
        yield tuple(names), batch.images
