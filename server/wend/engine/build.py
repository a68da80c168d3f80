"""Build: which kind of engine serves a device."""

from collections.abc import Callable

import torch

from wend.engine.engine import Engine
from wend.engine.process import ProcessEngine
from wend.engine.request import EngineEvent
from wend.engine.settings import EngineSettings
from wend.library.models import ModelStore
from wend.library.shelf import Shelf


def build_engine(
    store: ModelStore, shelf: Shelf, settings: EngineSettings, deliver: Callable[[EngineEvent], None]
) -> Engine | ProcessEngine:
    """An engine in this process on the CPU, in a process of its own on a GPU.

    A CUDA error sticks to the process it happened in: only a new process gets the device back.
    """
    kind = ProcessEngine if _is_cuda(settings.device) else Engine
    return kind(store, shelf, settings, deliver)


def _is_cuda(device: str | None) -> bool:
    return torch.cuda.is_available() if device is None else device.startswith("cuda")
