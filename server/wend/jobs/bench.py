"""Bench: what jobs outside an engine work with, opened from the settings."""

import torch

from wend.engine.settings import EngineSettings, thread_count
from wend.errors import EngineError
from wend.generators.single import make_do
from wend.library.images import IMAGES_FOLDER, ImageStore
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf
from wend.methods.process_bench import ProcessBench
from wend.methods.workbench import Workbench
from wend.perception.trust import Trust
from wend.settings import Settings


def open_process_bench(settings: Settings) -> ProcessBench:
    """Shelf, networks, device and threads as a server with these settings has them.

    Torch is limited to these threads from here on. Raises: EngineError for a device that is not there.
    """
    threads = thread_count(EngineSettings(settings.device, settings.memory_bytes, settings.threads))
    torch.set_num_threads(threads)
    store = ModelStore(settings.model_roots, settings.default_model, settings.allow_torchscript)
    shelf = Shelf(store, settings.data_dir / "shelf")
    perception = PerceptionStore(settings.perception_roots, Trust.of(settings))
    return ProcessBench(shelf, perception, settings.data_dir, _open(settings.device), threads)


def open_workbench(bench: ProcessBench, model: str) -> Workbench:
    """The model in memory, as an engine has it. Raises: ModelNotFound, CardInvalid, WeightsInvalid."""
    generator = bench.shelf.store.load(model, bench.device)
    images = ImageStore(bench.data_dir / IMAGES_FOLDER)
    return Workbench(model, generator, bench.shelf, bench.perception, images)


def _open(name: str | None) -> torch.device:
    device = torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))
    try:
        torch.empty(1, device=device)
        make_do(device)
    except (RuntimeError, AssertionError) as error:
        raise EngineError(f"The device {name!r} cannot be used: {str(error).splitlines()[0]}.") from error
    return device
