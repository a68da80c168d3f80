"""Owner of the choice of engine: a process of its own wherever CUDA errors could stick."""

import pytest
import torch

from tests.engine.conftest import Library
from wend.engine.build import build_engine
from wend.engine.engine import Engine
from wend.engine.process import ProcessEngine
from wend.engine.settings import EngineSettings


@pytest.mark.parametrize(
    ("device", "has_gpu", "kind"),
    [
        ("cpu", True, Engine),
        (None, False, Engine),
        (None, True, ProcessEngine),
        ("cuda", True, ProcessEngine),
        ("cuda:1", False, ProcessEngine),
    ],
)
def test_a_gpu_is_served_from_a_process_of_its_own(
    library: Library, monkeypatch: pytest.MonkeyPatch, device: str | None, has_gpu: bool, kind: type
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_gpu)
    assert type(build_engine(*library, EngineSettings(device=device), lambda event: None)) is kind
