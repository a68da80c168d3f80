"""The state machine of a job: what leads where, and what is refused."""

import re
from collections.abc import Callable
from typing import get_args

import pytest

from tests.jobs.office import a_record
from wend.errors import JobStateInvalid
from wend.jobs.record import WAITING, JobRecord, JobState, new_id

STATES: tuple[JobState, ...] = get_args(JobState)
ACTIONS: dict[str, Callable[[JobRecord], JobRecord]] = {
    "begin": lambda record: record.begin({"wend": "1"}, "cpu"),
    "interrupt": lambda record: record.interrupt(),
    "pause": lambda record: record.pause(),
    "resume": lambda record: record.resume(9.0),
    "cancel": lambda record: record.cancel(9.0),
    "restart": lambda record: record.restart(9.0),
    "finish": lambda record: record.finish(9.0, {"cos": "0.99"}, ("steer/x",), None),
    "fail": lambda record: record.fail(9.0, "It broke.", "wend_error"),
}
# The whole machine; what is not here is refused.
LEADS_TO: dict[tuple[str, str], str] = {
    ("begin", "queued"): "running",
    ("interrupt", "running"): "queued",
    ("pause", "queued"): "paused",
    ("pause", "running"): "paused",
    ("resume", "paused"): "queued",
    ("resume", "failed"): "queued",
    ("cancel", "queued"): "cancelled",
    ("cancel", "running"): "cancelled",
    ("cancel", "paused"): "cancelled",
    ("restart", "done"): "queued",
    ("restart", "failed"): "queued",
    ("restart", "cancelled"): "queued",
    ("finish", "queued"): "done",
    ("finish", "running"): "done",
    ("finish", "paused"): "done",
    ("finish", "cancelled"): "done",
    ("fail", "queued"): "failed",
    ("fail", "running"): "failed",
    ("fail", "paused"): "failed",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_in_every_state(action: str, state: JobState) -> None:
    record = a_record(state=state)
    expected = LEADS_TO.get((action, state))
    if expected is not None:
        assert ACTIONS[action](record).state == expected
        return
    with pytest.raises(JobStateInvalid) as caught:
        ACTIONS[action](record)
    assert str(caught.value).startswith(f"This job is {state} ")
    assert "restarted" in caught.value.hint
    assert caught.value.values["job"] == record.id


def test_cancelling_twice_says_so() -> None:
    cancelled = a_record(state="running").cancel(5.0)
    assert (cancelled.label, cancelled.ended_at) == ("Cancelled", 5.0)
    with pytest.raises(JobStateInvalid, match=r"^This job is cancelled already\.$"):
        cancelled.cancel(6.0)


def test_what_it_began_with_stays_when_it_goes_on() -> None:
    first = a_record().begin({"wend": "1"}, "cpu, 1 thread")
    assert (first.versions, first.device) == ({"wend": "1"}, "cpu, 1 thread")
    again = a_record(is_fresh=False, versions=first.versions, device=first.device).begin({"wend": "2"}, "gpu")
    assert (again.versions, again.device) == (first.versions, "cpu, 1 thread; then gpu")
    for device in ("gpu", "cpu, 1 thread"):
        assert again.interrupt().begin({}, device).device == again.device


def test_a_restart_keeps_what_was_asked_for_and_nothing_of_the_run() -> None:
    done = a_record(
        state="done",
        fraction=1.0,
        seconds=60.0,
        updates=10,
        losses={"total": 0.5},
        facts={"cos": "0.99"},
        walks=("steer/x",),
        ended_at=7.0,
        is_fresh=False,
        notes="mine",
        preview=4,
        versions={"wend": "1"},
    )
    expected = a_record(queued_at=9.0, notes="mine", preview=4)
    assert done.restart(9.0) == expected
    assert expected.is_fresh


def test_a_failed_job_that_resumes_forgets_why_and_keeps_how_far_it_was() -> None:
    failed = a_record(state="running", fraction=0.5, is_fresh=False, deaths=3).fail(5.0, "No.", "wend_error")
    assert (failed.failure, failed.failure_code, failed.ended_at) == ("No.", "wend_error", 5.0)
    resumed = failed.resume(6.0)
    assert (resumed.failure, resumed.failure_code, resumed.ended_at) == (None, None, None)
    assert (resumed.fraction, resumed.is_fresh, resumed.deaths) == (0.5, False, 0)
    assert (resumed.label, resumed.queued_at) == (WAITING, 6.0)


def test_ids_are_twelve_hex_digits_and_differ() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch("[0-9a-f]{12}", job) for job in ids)
