"""Models and walks on disk, as the engine's tests have them."""

from pathlib import Path

import pytest

from tests.engine.conftest import Library
from tests.engine.library import build_library


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Models and walks that no test changes."""
    return build_library(tmp_path_factory.mktemp("library"))


@pytest.fixture
def own_library(tmp_path: Path) -> Library:
    """Models and walks of one test alone."""
    return build_library(tmp_path)
