"""`import wend` is quick and brings the calls for notebooks, whose torch comes with the first of them."""

import subprocess
import sys

import pytest

import wend


def test_import_alone_loads_no_torch() -> None:
    script = "import sys, wend; print(wend.__version__, 'torch' in sys.modules, 'pydantic' in sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert printed.split() == [wend.__version__, "False", "False"]


def test_the_calls_are_there() -> None:
    assert wend.run_job.__module__ == wend.learn_walk.__module__ == "wend.jobs.local"
    assert {"run_job", "learn_walk"} <= set(dir(wend))
    with pytest.raises(AttributeError):
        _ = wend.nothing
