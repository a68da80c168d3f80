"""A search that was stopped says that it is over, and claims nothing about the mask."""

import time
from pathlib import Path

from tests.engine.library import build_library
from tests.engine.test_regions import KEY, picture
from wend.engine.region_work import RegionWork
from wend.engine.request import RegionReport, RegionRequest
from wend.measure.slices import Sliced
from wend.methods.region.search import RegionSearch


def opening() -> Sliced[RegionSearch]:
    """A search that is never ready."""
    while True:
        yield


def test_a_search_that_was_stopped_lacks_nothing(tmp_path: Path) -> None:
    _, shelf = build_library(tmp_path)
    said: list[RegionReport] = []
    request = RegionRequest(KEY, 1, picture(), "0" * 64, None, (), time.monotonic())
    work = RegionWork(request, opening, shelf, said.append)
    assert not work.run_slice()
    work.stop()
    assert work.run_slice()
    assert [report.is_done for report in said] == [True]
    assert said[0].lack is None
