"""Offices for the tests of jobs, on one data folder each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.office import FakeClock, Office, OpenOffice
from wend.jobs.lease import Owner


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def open_office(tmp_path: Path, clock: FakeClock) -> Iterator[OpenOffice]:
    """Servers on one data folder."""
    offices: list[Office] = []

    def open_one(at_once: int = 1, owner: Owner | None = None) -> Office:
        offices.append(Office(tmp_path, clock, at_once, owner))
        return offices[-1]

    yield open_one
    for office in offices:
        office.close()


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    return open_office()
