"""Owner of telling faults apart, by the words torch really uses."""

import pytest
import torch

from wend.engine.faults import as_wend_error, is_device_lost, is_out_of_memory
from wend.errors import EngineRestarting, InvalidPicture, OutOfMemory, RenderFailed, WendError


def test_the_cpu_allocators_own_words_are_known() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), OutOfMemory),
        (MemoryError(), OutOfMemory),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), OutOfMemory),
        (RuntimeError("CUDA error: device-side assert triggered"), EngineRestarting),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), RenderFailed),
        (KeyError("b4"), RenderFailed),
        (InvalidPicture("psi", "is odd"), InvalidPicture),
    ],
)
def test_every_exception_stands_for_one_of_ours(error: Exception, kind: type[WendError]) -> None:
    assert type(as_wend_error(error, "cpu")) is kind
    assert is_out_of_memory(error) == (kind is OutOfMemory)
    assert is_device_lost(error) == (kind is EngineRestarting)
