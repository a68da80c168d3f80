"""What every test starts from: one quiet torch thread, and no test for a device that is not there."""

import os

# Before anything imports torch. Servers and children that tests start inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# What they import is compiled once and not by each of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import pytest
import torch


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if torch.cuda.is_available():
        return
    for item in items:
        if item.get_closest_marker("gpu") is not None:
            item.add_marker(pytest.mark.skip(reason="no CUDA device"))
