"""Owner of the CUDA path: half precision within its error, final bytes that repeat, room made when full."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.engine.desk import Desk
from tests.engine.library import build_library
from wend.engine.engine import Engine
from wend.engine.settings import EngineSettings

pytestmark = pytest.mark.gpu


@pytest.fixture
def cuda_desk(tmp_path: Path) -> Iterator[Desk]:
    store, shelf = build_library(tmp_path)
    desk = Desk(lambda deliver: Engine(store, shelf, EngineSettings("cuda", None, 1), deliver), shelf)
    yield desk
    desk.engine.stop()


def test_live_and_final(cuda_desk: Desk) -> None:
    viewer = cuda_desk.viewer()
    first = viewer.frame(viewer.ask(seed=2, alpha=1.0, quality="final")).payload
    live = viewer.frame(viewer.ask(seed=2, alpha=1.0)).payload
    again = viewer.frame(viewer.ask(seed=2, alpha=1.0, quality="final")).payload
    assert first == again
    a, b = (np.asarray(Image.open(io.BytesIO(p))).astype(int) for p in (first, live))
    assert np.abs(a - b).max() <= 6
    assert cuda_desk.engine.status().device == torch.cuda.get_device_name()
    assert cuda_desk.engine.status().precision in ("float32", "float16")


def test_exhausted_memory_makes_room(cuda_desk: Desk) -> None:
    viewer, other = cuda_desk.viewer("faulty"), cuda_desk.viewer()
    other.frame(other.ask())
    viewer.frame(viewer.ask())
    (cuda_desk.folder / "exhausted-once").touch()
    viewer.frame(viewer.ask(alpha=1.0))
    assert cuda_desk.engine.status().resident == ("faulty",)
