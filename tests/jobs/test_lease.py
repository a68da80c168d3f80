"""Whose lease is free: a process that lives keeps it, and no clock of another host is believed."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.jobs.office import ID, FakeClock
from tests.jobs.test_store import ended_process
from wend.jobs.lease import Lease, LeaseWatch, Owner, this_process

LASTS_S = 30.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def watch(clock: FakeClock) -> LeaseWatch:
    return LeaseWatch(this_process(), clock.steady)


def living() -> Owner:
    """A process that lives, on this host: the one that started the tests."""
    here = this_process()
    with Path(f"/proc/{os.getppid()}/stat").open() as file:
        started = file.read().rpartition(")")[2].split()[19]
    return replace(here, pid=os.getppid(), started=started)


def test_a_process_that_lives_keeps_its_lease_however_late_it_is(watch: LeaseWatch, clock: FakeClock) -> None:
    """Its disk may have been slow, the machine asleep, or the wall clock set."""
    late = Lease(living(), clock.now - 1000.0, LASTS_S)
    for _ in range(3):
        assert not watch.is_free(ID, late)
        clock.now += 10 * LASTS_S


def test_one_that_has_ended_has_none_though_it_were_valid(watch: LeaseWatch, clock: FakeClock) -> None:
    assert watch.is_free(ID, Lease(ended_process(), clock.now + 1000.0, LASTS_S))


@pytest.mark.parametrize("expires_in", [-1e6, 0.0, 1e6])
def test_of_another_host_only_what_is_seen_here_tells(
    watch: LeaseWatch, clock: FakeClock, expires_in: float
) -> None:
    """Whatever its clock says."""
    lease = Lease(Owner("elsewhere/1/2", 4242, "77", "x"), clock.now + expires_in, LASTS_S)
    assert not watch.is_free(ID, lease)
    clock.now += LASTS_S - 1.0
    assert not watch.is_free(ID, lease)
    renewed = replace(lease, expires_at=lease.expires_at + LASTS_S)
    clock.now += 1.0
    assert not watch.is_free(ID, renewed)
    clock.now += LASTS_S
    assert watch.is_free(ID, renewed)
    watch.forget(ID)
    assert not watch.is_free(ID, renewed)


def test_of_another_part_of_this_process_too(watch: LeaseWatch, clock: FakeClock) -> None:
    """Its process lives, which says nothing of it."""
    lease = Lease(this_process(), clock.now, LASTS_S)
    assert not watch.is_free(ID, lease)
    clock.now += LASTS_S
    assert watch.is_free(ID, lease)
