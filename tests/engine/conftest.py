"""One library, and one desk per kind of engine, for the whole session: a child takes seconds to start."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.desk import Desk
from tests.engine.library import build_library
from wend.api.engine_port import EnginePort
from wend.engine.engine import Engine
from wend.engine.process import ProcessEngine
from wend.engine.request import EngineEvent
from wend.engine.settings import EngineSettings
from wend.library.models import ModelStore
from wend.library.shelf import Shelf

Library = tuple[ModelStore, Shelf]


@pytest.fixture(scope="session", params=["thread", "process"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp(request.param)
    store, shelf = build_library(folder)
    settings = EngineSettings(device="cpu", threads=1)

    def make(deliver: Callable[[EngineEvent], None]) -> EnginePort:
        kind = Engine if request.param == "thread" else ProcessEngine
        return kind(store, shelf, settings, deliver)

    desk = Desk(make, shelf)
    yield desk
    desk.engine.stop()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Models and walks that no test changes."""
    return build_library(tmp_path_factory.mktemp("library"))


@pytest.fixture
def own_library(tmp_path: Path) -> Library:
    """Models and walks of one test alone."""
    return build_library(tmp_path)
