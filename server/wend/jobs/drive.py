"""Drive: a job's work run to its end or stop where there is no engine - a command, a notebook, a child."""

import logging
import time
from collections.abc import Callable

from wend.engine.faults import as_wend_error
from wend.engine.pace import Pace
from wend.engine.request import WorkProgress
from wend.errors import WendError
from wend.jobs.work import JobWork

_log = logging.getLogger(__name__)


class Driven:
    """How a drive ended: its last report, and the error if it broke."""

    def __init__(self, report: WorkProgress, error: WendError | None = None) -> None:
        self.report = report
        self.error = error


def drive(
    work: JobWork,
    tell: Callable[[WorkProgress], None],
    should_stop: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Driven:
    """Slice after slice, with reports as an engine makes them; the last one is told too.

    should_stop: asked before every slice; once it says so, the work keeps its state and ends.
    """
    pace = Pace(work.name, work.model, clock)
    is_stopping = False
    while True:
        if not is_stopping and should_stop():
            is_stopping = True
            work.stop()
        try:
            is_over = work.run_slice()
        except Exception as error:  # noqa: BLE001 - told as the engine tells it
            if not isinstance(error, WendError):
                _log.exception("%s failed", work.name)
            known = as_wend_error(error, "in use")
            report = pace.broken(known)
            tell(report)
            return Driven(report, known)
        pace.note(work)
        if is_over:
            report = pace.done() if work.fraction >= 1.0 else pace.stopped()
            tell(report)
            return Driven(report)
        due = pace.report()
        if due is not None:
            tell(due)
