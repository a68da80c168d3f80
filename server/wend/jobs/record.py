"""Job record: all that is kept of a job, and the state machine it goes through.

queued    ─begin──▶ running   ─finish──▶ done
running   ─pause──▶ paused    ─resume──▶ queued, to go on from its checkpoint
running   ─fail───▶ failed    ─resume──▶ queued, to go on from its checkpoint
running   ─interrupt─▶ queued             its process ends or is gone: the same, by itself
queued, running, paused ─cancel──▶ cancelled
done, failed, cancelled ─restart─▶ queued, from scratch
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from pydantic import JsonValue

from wend.errors import JobStateInvalid

Runs = Literal["device", "process"]
"""In the engine, a slice between renders, on a resident generator; or in a niced process of its own."""
JobState = Literal["queued", "running", "paused", "done", "failed", "cancelled"]
Action = Literal["begin", "interrupt", "pause", "resume", "cancel", "restart", "finish", "fail"]

ENDED: tuple[JobState, ...] = ("done", "failed", "cancelled")
WAITING = "Waiting its turn"
MAX_REST_S = 60.0
THEN = "; then "
_ID_BYTES = 6

# What a work says last stands even where people asked otherwise a moment before: `finish` and `fail` also
# end a job whose work had not stopped yet when it was paused, and `finish` one that was cancelled.
_NEXT: Mapping[Action, Mapping[JobState, JobState]] = {
    "begin": {"queued": "running"},
    "interrupt": {"running": "queued"},
    "pause": {"queued": "paused", "running": "paused"},
    "resume": {"paused": "queued", "failed": "queued"},
    "cancel": {"queued": "cancelled", "running": "cancelled", "paused": "cancelled"},
    "restart": {"done": "queued", "failed": "queued", "cancelled": "queued"},
    "finish": {"running": "done", "queued": "done", "paused": "done", "cancelled": "done"},
    "fail": {"running": "failed", "queued": "failed", "paused": "failed"},
}
_WANTED: Mapping[Action, str] = {
    "begin": "running",
    "interrupt": "interrupted",
    "pause": "paused",
    "resume": "resumed",
    "cancel": "cancelled",
    "restart": "restarted",
    "finish": "done",
    "fail": "failed",
}


@dataclass(frozen=True)
class JobRecord:
    """A job as the database keeps it. Times are seconds since 1970; `seconds` is time it has run.

    browser: who asked for it, '' for a script; params: as its recipe validated them; queued_at: when it
    last came into the queue; is_fresh: it begins from scratch, whatever its folder holds; deaths: how
    often in a row its process was gone without a word and it had not come further than ever; reached_*: how
    far it ever came; rests_until: it does not begin before; is_removed: deleted, and gone when its work has
    stopped; versions, device: what it began with; losses: None where not finite.
    """

    id: str
    kind: str
    title: str
    model: str | None
    runs: Runs
    browser: str
    params: dict[str, JsonValue]
    seed: int
    created_at: float
    state: JobState = "queued"
    queued_at: float = 0.0
    ended_at: float | None = None
    label: str = WAITING
    fraction: float = 0.0
    seconds_left: float | None = None
    seconds: float = 0.0
    updates: int = 0
    losses: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    preview: int = 0
    failure: str | None = None
    failure_code: str | None = None
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    walks: tuple[str, ...] = ()
    result_model: str | None = None
    notes: str = ""
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    device: str = ""
    is_fresh: bool = True
    deaths: int = 0
    reached_updates: int = 0
    reached_fraction: float = 0.0
    rests_until: float = 0.0
    is_removed: bool = False

    @property
    def work(self) -> str:
        """Name of its work in the engine."""
        return f"job:{self.id}"

    @property
    def has_ended(self) -> bool:
        """Whether nothing happens to it any more unless somebody asks."""
        return self.state in ENDED

    def begin(self, versions: Mapping[str, str], device: str) -> "JobRecord":
        """Its turn has come; one that goes on keeps the versions it began with, and is said to have run on
        each device. Raises: JobStateInvalid, as every method here."""
        moved = replace(self._to("begin"), label="Starting", failure=None, failure_code=None)
        if self.is_fresh:
            return replace(moved, versions=dict(versions), device=device)
        before = self.device.split(THEN) if self.device else []
        return moved if device in before else replace(moved, device=THEN.join([*before, device]))

    def interrupt(self) -> "JobRecord":
        """Its process ends or is gone: back to its place in the queue, to go on from its checkpoint."""
        return replace(self._to("interrupt"), label=WAITING, seconds_left=None)

    def lose(self, now: float) -> "JobRecord":
        """Its process is gone without a word: as `interrupt`, after a rest that grows with every time."""
        moved, deaths = self.interrupt(), self.deaths + 1
        rest = min(2.0 ** (deaths - 2), MAX_REST_S) if deaths > 1 else 0.0
        label = f"Rests {rest:.0f} s: its process ended {deaths} times in a row" if rest else WAITING
        return replace(moved, deaths=deaths, rests_until=now + rest, label=label)

    def rests(self, now: float) -> bool:
        """Whether it may not begin yet; a clock that was set back keeps it from nothing."""
        return 0.0 < self.rests_until - now <= MAX_REST_S

    def pause(self, label: str = "Paused") -> "JobRecord":
        """Stand still, with its state kept; `label` says why."""
        return replace(self._to("pause"), label=label, seconds_left=None)

    def resume(self, now: float) -> "JobRecord":
        """Back into the queue, to go on from its checkpoint."""
        moved = replace(self._to("resume"), label=WAITING, queued_at=now, ended_at=None, deaths=0)
        return replace(moved, failure=None, failure_code=None, rests_until=0.0)

    def cancel(self, now: float) -> "JobRecord":
        """End for good, unless restarted."""
        return replace(self._to("cancel"), label="Cancelled", seconds_left=None, ended_at=now)

    def restart(self, now: float) -> "JobRecord":
        """The same parameters and seed, from the beginning: nothing of the last run stays but its events."""
        moved = self._to("restart")
        fresh = JobRecord(
            id=moved.id,
            kind=moved.kind,
            title=moved.title,
            model=moved.model,
            runs=moved.runs,
            browser=moved.browser,
            params=moved.params,
            seed=moved.seed,
            created_at=moved.created_at,
        )
        return replace(fresh, queued_at=now, notes=moved.notes, preview=moved.preview)

    def finish(
        self, now: float, facts: Mapping[str, str], walks: tuple[str, ...], result_model: str | None
    ) -> "JobRecord":
        """It has come to its end, and this is what it left."""
        moved = replace(self._to("finish"), label="Done", fraction=1.0, seconds_left=None, ended_at=now)
        ended = replace(moved, failure=None, failure_code=None, is_fresh=False, deaths=0)
        return replace(ended, facts=dict(facts), walks=walks, result_model=result_model)

    def fail(self, now: float, failure: str, code: str | None) -> "JobRecord":
        """It broke; `failure` is a sentence, `code` that of the error tree."""
        moved = replace(self._to("fail"), label="Failed", seconds_left=None, ended_at=now)
        return replace(moved, failure=failure, failure_code=code)

    def remove(self, now: float) -> "JobRecord":
        """Deleted in whatever state, which is for good."""
        return replace(self if self.has_ended else self.cancel(now), is_removed=True)

    def _to(self, action: Action) -> "JobRecord":
        state = _NEXT[action].get(self.state)
        if state is None:
            raise JobStateInvalid(self.id, self.state, _WANTED[action])
        return replace(self, state=state)


def new_id() -> str:
    """A new job's id: 12 hex digits."""
    return secrets.token_hex(_ID_BYTES)
