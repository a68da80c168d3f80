"""`wend measure sliders`: what every slider of a model does, measured before anybody opens the page."""

import os
import time
from typing import Annotated

import typer

from wend.cli.measure.answer import AsJson, DataOption, ModelsOption, print_answer, use_device
from wend.settings import Settings


def measure_sliders(
    name: Annotated[str, typer.Argument(help="id of a model; `default` is the bundled default generator")],
    as_json: AsJson = False,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Find the sliders that need no training, where nobody has, and measure what each does.

    For every slider: how much it changes, where, by which layers, and how far it is of use. What was
    measured before stays; broken off, the next run goes on.
    """
    from rich.console import Console

    from wend.library.models import ModelStore
    from wend.library.perception import PerceptionStore
    from wend.library.shelf import Shelf
    from wend.methods.discover.job import FAMILIES, DiscoverWalks
    from wend.methods.footprints import MeasureFootprints, lacking, pictures_of
    from wend.methods.workbench import Workbench
    from wend.perception.trust import Trust

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    model = store.default if name == "default" else name
    shelf = Shelf(store, settings.data_dir / "shelf")
    generator = store.load(model, device)
    sets = PerceptionStore(settings.perception_roots, Trust.of(settings))
    console = Console(stderr=True)
    if not all(shelf.has(model, family) for family in FAMILIES):
        with console.status("Finding sliders"):
            discovery = DiscoverWalks(model, generator, shelf, sets)
            while not discovery.run_slice():
                pass
    before, began = len(lacking(shelf, model)), time.monotonic()
    work = MeasureFootprints(Workbench(model, generator, shelf, sets))
    with console.status("Measuring sliders") as status:
        while not work.run_slice():
            status.update(f"{work.label} ({work.measured} of {before})")
    answer = {
        "model": model, "sliders": len(shelf.walks(model)), "measured": work.measured,
        "pictures": pictures_of(generator), "seconds": round(time.monotonic() - began, 2),
        "device": str(device), "threads": threads, "seed": 0,
    }  # fmt: skip
    print_answer(answer, as_json)
