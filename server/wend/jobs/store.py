"""Job store: records, events and leases in the database; every change is one transaction."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, or_, select, update

from wend.database.database import Database
from wend.database.tables import EVENTS, JOBS, LEASES
from wend.errors import JobElsewhere
from wend.jobs import use
from wend.jobs.lease import LeaseWatch, Owner
from wend.jobs.record import ENDED, JobRecord, JobState
from wend.jobs.rows import QUERY, Entry, Event, entry_of, find, owner_of, row_of

Change = Callable[[JobRecord], JobRecord]


_LISTED = QUERY.where(JOBS.c.is_removed == 0)


class JobStore:
    """Of this part of this process, which is `owner`. Thread-safe; waits for the disk.

    Whatever another process does, a change reads and writes the record in one transaction, so of two who
    ask for the same the second meets what the first has done. clock: seconds since 1970; steady: seconds
    that are never set back, by which leases run out.
    Raises, where it writes: DiskFull, DatabaseBusy, DatabaseInvalid.
    """

    def __init__(
        self,
        database: Database,
        owner: Owner,
        clock: Callable[[], float],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self.owner, self._clock = database, owner, clock
        self._watch = LeaseWatch(owner, steady)

    def add(self, record: JobRecord, event: str) -> None:
        """A new job."""

        def work(connection: Connection) -> None:
            connection.execute(insert(JOBS).values(row_of(record)))
            self._note(connection, record.id, event)

        self._database.write(work)

    def get(self, job: str) -> Entry:
        """Raises: JobNotFound."""
        return self._database.read(lambda connection: find(connection, job))

    def list(self, states: Sequence[JobState] = ()) -> tuple[Entry, ...]:
        """Jobs, newest first; of these states, if any are named."""
        query = _LISTED.order_by(JOBS.c.created_at.desc(), JOBS.c.id)
        if states:
            query = query.where(JOBS.c.state.in_(states))
        return self._entries(query)

    def page(self, ended: int | None, before: str | None) -> tuple[Entry, ...]:
        """Jobs that have not ended, and the newest of the others, `ended` of them, None for all: newest
        first. before: only those of the others that are older than this job. Raises: JobNotFound."""
        order = (JOBS.c.created_at.desc(), JOBS.c.id)
        query = _LISTED.where(JOBS.c.state.in_(ENDED)).order_by(*order).limit(ended)
        if before is not None:
            record = self.get(before).record
            is_later = (JOBS.c.created_at == record.created_at) & (JOBS.c.id > record.id)
            return self._entries(query.where((JOBS.c.created_at < record.created_at) | is_later))
        going = self._entries(_LISTED.where(JOBS.c.state.not_in(ENDED)))
        found = {entry.record.id: entry for entry in (*going, *self._entries(query))}
        return tuple(sorted(found.values(), key=lambda entry: (-entry.record.created_at, entry.record.id)))

    def current(self, since: float) -> tuple[Entry, ...]:
        """Jobs that have not ended, or not before `since` (seconds since 1970), newest first."""
        query = _LISTED.order_by(JOBS.c.created_at.desc(), JOBS.c.id)
        query = query.where(or_(JOBS.c.ended_at.is_(None), JOBS.c.ended_at >= since))
        return self._entries(query)

    def removed(self) -> tuple[Entry, ...]:
        """Jobs that were deleted and are still there."""
        return self._entries(QUERY.where(JOBS.c.is_removed == 1))

    def used(self) -> Mapping[str, float]:
        """Seconds that the jobs of each browser have run, as they count now: see `jobs.use`."""
        return self._database.read(lambda connection: use.used(connection, self._clock()))

    def events(self, job: str) -> tuple[Event, ...]:
        """What happened to a job, oldest first."""
        query = select(EVENTS.c.at, EVENTS.c.text).where(EVENTS.c.job == job).order_by(EVENTS.c.id)
        return self._database.read(
            lambda connection: tuple(Event(at, text) for at, text in connection.execute(query))
        )

    def note(self, job: str, event: str) -> None:
        """Something happened that changes no field."""
        self._database.write(lambda connection: self._note(connection, job, event))

    def change(self, job: str, change: Change, event: str = "", *, is_shared: bool = False) -> JobRecord:
        """Replace a record by what `change` makes of it; a process that has let its lease run out has it no
        more, and hears so when it next writes.

        is_shared: allowed while another process runs the job, as title and notes are.
        Raises: JobNotFound, JobElsewhere, and what `change` raises, with nothing changed.
        """

        def work(connection: Connection) -> JobRecord:
            entry = find(connection, job)
            if not is_shared:
                self._check_free(entry)
            record = change(entry.record)
            if not is_shared and not self._is_mine(entry):
                connection.execute(delete(LEASES).where(LEASES.c.job == job))
            self._put(connection, entry.record, record, event)
            return record

        return self._database.write(work)

    def keep(self, job: str, change: Change) -> JobRecord | None:
        """Change a job that this process runs; None, with nothing changed: it is no longer this process's
        own. Raises: JobNotFound, also where it was deleted."""

        def work(connection: Connection) -> JobRecord | None:
            entry = find(connection, job)
            if not self._is_mine(entry):
                return None
            record = change(entry.record)
            self._put(connection, entry.record, record, "")
            return record

        return self._database.write(work)

    def claim(self, job: str, lease_s: float, change: Change, event: str) -> JobRecord:
        """Take the lease of a job that nobody living holds, and change it, at once.

        Raises: JobNotFound, JobElsewhere, and what `change` raises.
        """
        return self._database.write(lambda connection: self._take(connection, job, change, event, lease_s))

    def claim_or_add(
        self, record: JobRecord, lease_s: float, change: Change, event: Callable[[JobRecord], str]
    ) -> JobRecord:
        """`claim` the job of this record's id, which is added first where there is none: all at once, so that
        who looks for waiting jobs never finds it.

        event: said of the record as changed. Raises: JobElsewhere, and what `change` raises.
        """

        def work(connection: Connection) -> JobRecord:
            row = connection.execute(QUERY.where(JOBS.c.id == record.id)).mappings().first()
            if row is not None and row["is_removed"]:
                self._check_free(entry_of(row))
                connection.execute(delete(JOBS).where(JOBS.c.id == record.id))
                row = None
            if row is None:
                connection.execute(insert(JOBS).values(row_of(record)))
            claimed = self._take(connection, record.id, change, "", lease_s)
            self._note(connection, record.id, event(claimed))
            return claimed

        return self._database.write(work)

    def adopt(self, job: str, change: Change, event: str) -> JobRecord:
        """Change a job whose process is gone, and drop the lease it left. Raises as `claim`."""
        return self._database.write(lambda connection: self._take(connection, job, change, event, None))

    def close(self, job: str, change: Change, event: str = "") -> JobRecord | None:
        """Change a job that this process has run, and give its lease back.

        None: another process has adopted it meanwhile, and nothing was changed. Raises: JobNotFound.
        """

        def work(connection: Connection) -> JobRecord | None:
            entry = find(connection, job, or_removed=True)
            if not self._is_mine(entry):
                return None
            record = change(entry.record)
            connection.execute(delete(LEASES).where(LEASES.c.job == job))
            self._put(connection, entry.record, record, event)
            return record

        return self._database.write(work)

    def renew(self, jobs: Sequence[str], lease_s: float) -> frozenset[str]:
        """Prolong the leases of these jobs; those that are still this process's own."""

        def work(connection: Connection) -> frozenset[str]:
            mine = [
                str(row["job"])
                for row in connection.execute(select(LEASES).where(LEASES.c.job.in_(jobs))).mappings()
                if owner_of(row) == self.owner
            ]
            connection.execute(
                update(LEASES)
                .where(LEASES.c.job.in_(mine))
                .values(expires_at=self._clock() + lease_s, lasts_s=lease_s)
            )
            return frozenset(mine)

        return self._database.write(work)

    def remove(self, job: str) -> None:
        """Forget a job with its events. Raises: JobNotFound, JobElsewhere."""

        def work(connection: Connection) -> None:
            self._check_free(find(connection, job, or_removed=True))
            connection.execute(delete(JOBS).where(JOBS.c.id == job))

        self._database.write(work)

    def is_here(self, entry: Entry) -> bool:
        """Whether no other living process runs the job."""
        if entry.lease is None or self._is_mine(entry):
            self._watch.forget(entry.record.id)
            return True
        return self._watch.is_free(entry.record.id, entry.lease)

    def _entries(self, query: Select[*tuple[Any, ...]]) -> tuple[Entry, ...]:  # Any: columns of many types
        return self._database.read(
            lambda connection: tuple(entry_of(row) for row in connection.execute(query).mappings())
        )

    def _take(
        self, connection: Connection, job: str, change: Change, event: str, lease_s: float | None
    ) -> JobRecord:
        entry = find(connection, job)
        self._check_free(entry)
        record = change(entry.record)
        connection.execute(delete(LEASES).where(LEASES.c.job == job))
        if lease_s is not None:
            connection.execute(insert(LEASES).values(job=job, **self._lease(lease_s)))
        self._put(connection, entry.record, record, event)
        return record

    def _is_mine(self, entry: Entry) -> bool:
        return entry.lease is not None and entry.lease.owner == self.owner

    def _check_free(self, entry: Entry) -> None:
        if not self.is_here(entry):
            assert entry.lease is not None
            raise JobElsewhere(entry.record.id, entry.lease.owner.machine, entry.lease.owner.pid)

    def _lease(self, lease_s: float) -> dict[str, str | int | float]:
        owner = self.owner
        return {
            "host": owner.host,
            "pid": owner.pid,
            "started": owner.started,
            "instance": owner.instance,
            "expires_at": self._clock() + lease_s,
            "lasts_s": lease_s,
        }

    def _put(self, connection: Connection, before: JobRecord, record: JobRecord, event: str) -> None:
        if record.seconds > before.seconds:
            use.charge(connection, record.browser, record.seconds - before.seconds, self._clock())
        connection.execute(update(JOBS).where(JOBS.c.id == record.id).values(row_of(record)))
        if event:
            self._note(connection, record.id, event)

    def _note(self, connection: Connection, job: str, event: str) -> None:
        connection.execute(insert(EVENTS).values(job=job, at=self._clock(), text=event))
