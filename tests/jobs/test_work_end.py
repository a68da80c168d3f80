"""End of a job as work: what it leaves is made beside the device thread; it is over when that is on disk."""

import threading
from pathlib import Path

import pytest

from tests.jobs.test_work import Bench, FakeClock, run
from tests.jobs.toy import ToyJob, ToyParams
from wend.jobs.work import JobWork
from wend.optim.job import Outcome


class SlowToFinish(ToyJob):
    """Finishes when it is let, and says on which thread."""

    def __init__(self, params: ToyParams) -> None:
        super().__init__(params)
        self.may_finish, self.thread = threading.Event(), ""

    def finish(self, folder: Path) -> Outcome:
        self.thread = threading.current_thread().name
        assert self.may_finish.wait(60.0)
        return super().finish(folder)


def test_slices_return_while_the_job_is_finished_elsewhere(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    job = SlowToFinish(ToyParams.model_validate(bench.spec.params))
    work = JobWork(bench.spec, lambda: job, FakeClock())
    assert not run(work, 120)
    assert work.updates == 40
    assert work.fraction < 1.0
    assert bench.folder.outcome() is None
    job.may_finish.set()
    assert run(work)
    assert work.fraction == 1.0
    assert bench.folder.outcome() is not None
    assert job.thread.startswith("wend-files")


class BreaksAtTheEnd(ToyJob):
    """Has nothing to tell in the end."""

    def finish(self, folder: Path) -> Outcome:
        raise ValueError("nothing was learned")


def test_what_breaks_at_the_end_breaks_the_work(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = JobWork(
        bench.spec, lambda: BreaksAtTheEnd(ToyParams.model_validate(bench.spec.params)), FakeClock()
    )
    with pytest.raises(ValueError, match="nothing was learned"):
        run(work)
    assert work.fraction < 1.0
    assert bench.folder.has_checkpoint()
