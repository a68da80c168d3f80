"""The real files for tests: where the environment names them, a missing one is a failure."""

import os
from pathlib import Path

import pytest


def real_file(name: str) -> Path:
    """A file below WEND_TEST_FILES; the test is skipped only where that is not set."""
    root = os.environ.get("WEND_TEST_FILES", "")
    if not root:
        pytest.skip("WEND_TEST_FILES is not set")
    path = Path(root) / name
    assert path.exists(), f"WEND_TEST_FILES has no {name}"
    return path
