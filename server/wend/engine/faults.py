"""Faults: telling an exhausted device from a lost one, and any exception from an answer."""

import torch

from wend.engine.request import RenderFailure, RenderRequest
from wend.errors import EngineRestarting, OutOfMemory, RenderFailed, WendError

_EXHAUSTED = (
    "not enough memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED", "MPS backend out of memory"
)  # fmt: skip


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a device, or the host's allocator, had not enough memory.

    The CPU allocator raises a plain RuntimeError, told by its words alone.
    """
    if isinstance(error, torch.OutOfMemoryError | MemoryError | OutOfMemory):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _EXHAUSTED)


def is_device_lost(error: BaseException) -> bool:
    """Whether a CUDA error has broken the context: it sticks to every later call of this process."""
    return isinstance(error, RuntimeError) and not is_out_of_memory(error) and "CUDA error" in str(error)


def as_wend_error(error: Exception, device: str) -> WendError:
    """The one of our tree that an exception stands for."""
    if isinstance(error, WendError):
        return error
    if is_out_of_memory(error):
        return OutOfMemory(device)
    if is_device_lost(error):
        return EngineRestarting()
    return RenderFailed(f"{type(error).__name__}: {error}")


def failure(request: RenderRequest, error: WendError) -> RenderFailure:
    """The answer to a request that could not be rendered."""
    return RenderFailure(request.key, request.revision, error.code, error.sentence, error.hint)
