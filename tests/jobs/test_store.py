"""Records, events and leases: what two processes on one data folder may and may not do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.jobs.office import ID, FakeClock, a_record
from wend.database.database import Database
from wend.errors import JobElsewhere, JobNotFound, JobStateInvalid
from wend.jobs.lease import Owner, this_process
from wend.jobs.record import JobRecord
from wend.jobs.store import JobStore

LEASE_S = 30.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "wend.db").open()
    yield database
    database.close()


@pytest.fixture
def store(database: Database, clock: FakeClock) -> JobStore:
    return JobStore(database, this_process(), clock.wall, clock.steady)


@pytest.fixture
def other(database: Database, clock: FakeClock) -> JobStore:
    """Another server on the same folder, on a host that nothing is known of."""
    return JobStore(database, Owner("elsewhere/1/2", 4242, "77", "x"), clock.wall, clock.steady)


def begun(record: JobRecord) -> JobRecord:
    return record.begin({"wend": "1"}, "cpu")


def test_a_record_comes_back_field_by_field(store: JobStore) -> None:
    record = a_record(
        state="done",
        losses={"total": 0.25, "wild": None},
        facts={"cos": "0.99", "reach": "±12 px"},
        walks=("steer-x/a", "steer-x/b"),
        versions={"wend": "1"},
        params={"edit": {"kind": "shift", "range": [-1.5, 1.5]}, "layers": None, "on": True},
        ended_at=8.5,
        seconds_left=None,
        is_fresh=False,
        model=None,
    )
    store.add(record, "Queued.")
    assert store.get(ID).record == record
    assert store.get(ID).lease is None


def test_jobs_are_listed_newest_first_and_by_state(store: JobStore) -> None:
    store.add(a_record("a" * 12, created_at=1.0), "")
    store.add(a_record("b" * 12, created_at=3.0, state="done", ended_at=50.0), "")
    store.add(a_record("c" * 12, created_at=2.0, state="paused"), "")
    assert [entry.record.id[0] for entry in store.list()] == ["b", "c", "a"]
    assert [entry.record.id[0] for entry in store.list(("queued", "paused"))] == ["c", "a"]
    assert [entry.record.id[0] for entry in store.current(since=50.0)] == ["b", "c", "a"]
    assert [entry.record.id[0] for entry in store.current(since=51.0)] == ["c", "a"]


def test_events_are_kept_in_order_with_their_times(store: JobStore, clock: FakeClock) -> None:
    store.add(a_record(), "Queued.")
    clock.now += 5.0
    store.change(ID, lambda record: record.pause(), "Paused.")
    store.note(ID, "A note.")
    first = clock.now - 5.0
    assert [(event.at - first, event.text) for event in store.events(ID)] == [
        (0.0, "Queued."),
        (5.0, "Paused."),
        (5.0, "A note."),
    ]


def test_a_change_that_is_refused_changes_nothing(store: JobStore) -> None:
    store.add(a_record(state="done"), "Queued.")
    with pytest.raises(JobStateInvalid):
        store.change(ID, lambda record: record.cancel(1.0), "Cancelled.")
    assert store.get(ID).record.state == "done"
    assert len(store.events(ID)) == 1


@pytest.mark.parametrize("job", ["ffffffffffff", "", "../etc", ID.upper()])
def test_a_job_that_is_not_there(store: JobStore, job: str) -> None:
    for ask in (
        lambda: store.get(job),
        lambda: store.change(job, lambda record: record),
        lambda: store.claim(job, LEASE_S, begun, ""),
        lambda: store.remove(job),
    ):
        with pytest.raises(JobNotFound):
            ask()


def test_a_removed_job_takes_its_events_and_lease_along(store: JobStore) -> None:
    store.add(a_record(), "Queued.")
    store.claim(ID, LEASE_S, begun, "Begun.")
    store.remove(ID)
    assert store.list() == ()
    assert store.events(ID) == ()
    store.add(a_record(), "Queued.")
    assert store.get(ID).lease is None


def test_who_claims_first_has_it(store: JobStore, other: JobStore, clock: FakeClock) -> None:
    store.add(a_record(), "Queued.")
    assert other.claim(ID, LEASE_S, begun, "Begun.").state == "running"
    assert other.is_here(other.get(ID))
    assert not store.is_here(store.get(ID))
    for refused in (
        lambda: store.claim(ID, LEASE_S, begun, ""),
        lambda: store.change(ID, lambda record: record.pause()),
        lambda: store.adopt(ID, lambda record: record.interrupt(), ""),
        lambda: store.remove(ID),
    ):
        with pytest.raises(JobElsewhere, match="4242 on elsewhere"):
            refused()
    named = store.change(ID, lambda record: replace(record, notes="hello"), is_shared=True)
    assert (named.notes, named.state) == ("hello", "running")


def test_what_is_added_with_a_lease_is_nobody_elses(
    store: JobStore, other: JobStore, clock: FakeClock
) -> None:
    claimed = store.claim_or_add(a_record(), LEASE_S, begun, lambda record: f"Now {record.state}.")
    assert claimed.state == "running"
    with pytest.raises(JobElsewhere):
        other.claim(ID, LEASE_S, begun, "")
    with pytest.raises(JobElsewhere):
        other.claim_or_add(a_record(notes="mine"), LEASE_S, begun, lambda _: "")
    assert store.get(ID).record == claimed
    assert [event.text for event in store.events(ID)] == ["Now running."]
    # One that is there is claimed as it is; what is refused adds nothing.
    store.close(ID, lambda record: record.interrupt())
    assert other.claim_or_add(a_record(notes="mine"), LEASE_S, begun, lambda _: "").notes == ""
    with pytest.raises(JobStateInvalid):
        store.claim_or_add(a_record("b" * 12, state="done"), LEASE_S, begun, lambda _: "")
    assert [entry.record.id for entry in store.list()] == [ID]


def test_a_lease_of_another_host_is_free_when_it_was_not_renewed_for_its_time(
    store: JobStore, other: JobStore, clock: FakeClock
) -> None:
    store.add(a_record(), "Queued.")
    other.claim(ID, LEASE_S, begun, "Begun.")
    assert not store.is_here(store.get(ID))
    clock.now += LEASE_S - 1.0
    assert other.renew((ID,), LEASE_S) == {ID}
    assert not store.is_here(store.get(ID))
    clock.now += LEASE_S - 1.0
    assert not store.is_here(store.get(ID))
    clock.now += 1.0
    assert store.is_here(store.get(ID))
    assert store.adopt(ID, lambda record: record.interrupt(), "Adopted.").state == "queued"


def test_who_has_lost_a_job_neither_renews_nor_writes_it(
    store: JobStore, other: JobStore, clock: FakeClock
) -> None:
    store.add(a_record(), "Queued.")
    other.claim(ID, LEASE_S, begun, "Begun.")
    assert not store.is_here(store.get(ID))
    clock.now += LEASE_S
    store.adopt(ID, lambda record: record.interrupt(), "Adopted.")
    store.claim(ID, LEASE_S, begun, "Goes on.")
    assert other.renew((ID,), LEASE_S) == frozenset()
    with pytest.raises(JobElsewhere):
        other.change(ID, lambda record: replace(record, fraction=0.9))
    assert other.close(ID, lambda record: record.fail(1.0, "No.", None), "Failed.") is None
    assert store.get(ID).record.state == "running"


def test_closing_gives_the_lease_back(store: JobStore, other: JobStore) -> None:
    store.add(a_record(), "Queued.")
    store.claim(ID, LEASE_S, begun, "Begun.")
    closed = store.close(ID, lambda record: record.finish(5.0, {}, (), None), "Done.")
    assert closed is not None
    assert closed.state == "done"
    assert store.get(ID).lease is None
    assert other.change(ID, lambda record: record.restart(6.0), "Restarted.").state == "queued"


def ended_process() -> Owner:
    """A real process that has ended, with the start time it had."""
    here = this_process()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        started = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]
        owner = replace(here, pid=child.pid, started=started, instance="x")
        assert not owner.is_gone(here)
        child.communicate(b"\n")
    return owner


def test_a_process_that_has_ended_is_known_to_be_gone(store: JobStore, database: Database) -> None:
    owner = ended_process()
    assert owner.is_gone(store.owner)
    dead = JobStore(database, owner, lambda: 1_000_000.0)
    store.add(a_record(), "Queued.")
    dead.claim(ID, LEASE_S, begun, "Begun.")
    assert store.is_here(store.get(ID))


def test_a_number_that_another_process_has_now_is_not_the_same_process() -> None:
    here = this_process()
    assert here.pid == os.getpid()
    assert not here.is_gone(here)
    assert replace(here, started="1").is_gone(here)


def test_two_parts_of_one_process_are_two(database: Database, store: JobStore, clock: FakeClock) -> None:
    second = JobStore(database, this_process(), clock.wall, clock.steady)
    store.add(a_record(), "Queued.")
    store.claim(ID, LEASE_S, begun, "Begun.")
    assert not second.is_here(second.get(ID))
