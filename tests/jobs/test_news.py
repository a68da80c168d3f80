"""What browsers are told: as much as has changed, and of the right model."""

from tests.jobs.office import MODEL, Office
from wend.jobs.record import JobRecord
from wend.jobs.runner import POLL_S
from wend.optim.job import Outcome
from wend.protocol.messages import JobChanged, WalksChanged


def create_later(office: Office) -> JobRecord:
    office.clock.now += 0.1
    return office.create()


def test_many_new_jobs_are_told_once_each(office: Office) -> None:
    for _ in range(40):
        office.create()
    office.runner.advance()
    assert len(office.heard(JobChanged)) == 40
    office.wait(3 * POLL_S)
    assert len(office.heard(JobChanged)) == 40


def test_one_more_is_one_message_and_a_turn_moves_those_behind(office: Office) -> None:
    running, *waiting = [create_later(office) for _ in range(4)]
    office.runner.advance()
    before = len(office.heard(JobChanged))
    last = create_later(office)
    office.runner.advance()
    assert len(office.heard(JobChanged)) == before + 1
    office.commands.cancel(waiting[1].id)
    office.runner.advance()
    told = [message.job for message in office.heard(JobChanged)[before + 1 :]]
    assert {job.id: job.place for job in told} == {
        waiting[1].id: None,
        waiting[2].id: 1,
        last.id: 2,
    }
    assert running.id not in {job.id for job in told}


def test_back_in_the_queue_it_is_told_again_as_it_was(office: Office) -> None:
    office.create()
    job = office.create()
    office.runner.advance()
    office.commands.pause(job.id)
    office.commands.resume(job.id)
    office.runner.advance()
    told = office.last_told(job)
    assert told is not None
    assert (told.state, told.place) == ("queued", 0)


def test_walks_of_a_job_that_publishes_a_model_are_on_that_ones_shelf(office: Office) -> None:
    job = office.create()
    office.end(job, Outcome({}, ("steer-shift/x",), "wider"))
    assert office.heard(WalksChanged) == [WalksChanged(model="wider")]
    other = office.create()
    office.end(other, Outcome({}, ("steer-shift/x",), None))
    assert office.heard(WalksChanged)[1:] == [WalksChanged(model=MODEL)]
