"""Job store: records, events and leases in the database; every change is one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, Select, delete, insert, or_, select, update

from wend.database.database import Database
from wend.database.tables import EVENTS, JOBS, LEASES
from wend.errors import JobElsewhere, JobNotFound
from wend.jobs.lease import Lease, Owner
from wend.jobs.record import JobRecord, JobState

Change = Callable[[JobRecord], JobRecord]

_FIELDS = tuple(field.name for field in fields(JobRecord))


@dataclass(frozen=True)
class Entry:
    """A job and who runs it, if anybody."""

    record: JobRecord
    lease: Lease | None


@dataclass(frozen=True)
class Event:
    """Something that happened to a job. at: seconds since 1970."""

    at: float
    text: str


class JobStore:
    """Of this part of this process, which is `owner`. Thread-safe; waits for the disk.

    Whatever another process does, a change reads and writes the record in one transaction, so of two who
    ask for the same the second meets what the first has done. clock: seconds since 1970.
    Raises, where it writes: DiskFull, DatabaseBusy, DatabaseInvalid.
    """

    def __init__(self, database: Database, owner: Owner, clock: Callable[[], float]) -> None:
        self._database, self.owner, self._clock = database, owner, clock

    def add(self, record: JobRecord, event: str) -> None:
        """A new job."""

        def work(connection: Connection) -> None:
            connection.execute(insert(JOBS).values(_row(record)))
            self._note(connection, record.id, event)

        self._database.write(work)

    def get(self, job: str) -> Entry:
        """Raises: JobNotFound."""
        return self._database.read(lambda connection: _get(connection, job))

    def list(self, states: Sequence[JobState] = ()) -> tuple[Entry, ...]:
        """Jobs, newest first; of these states, if any are named."""
        query = _QUERY.order_by(JOBS.c.created_at.desc(), JOBS.c.id)
        if states:
            query = query.where(JOBS.c.state.in_(states))
        return self._entries(query)

    def current(self, since: float) -> tuple[Entry, ...]:
        """Jobs that have not ended, or not before `since` (seconds since 1970), newest first."""
        query = _QUERY.order_by(JOBS.c.created_at.desc(), JOBS.c.id)
        query = query.where(or_(JOBS.c.ended_at.is_(None), JOBS.c.ended_at >= since))
        return self._entries(query)

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
        """Replace a record by what `change` makes of it.

        is_shared: allowed while another process runs the job, as title and notes are.
        Raises: JobNotFound, JobElsewhere, and what `change` raises, with nothing changed.
        """

        def work(connection: Connection) -> JobRecord:
            entry = _get(connection, job)
            if not is_shared:
                self._check_free(entry)
            record = change(entry.record)
            self._put(connection, record, event)
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
            if connection.execute(_QUERY.where(JOBS.c.id == record.id)).first() is None:
                connection.execute(insert(JOBS).values(_row(record)))
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
            entry = _get(connection, job)
            if not self._is_mine(entry):
                return None
            record = change(entry.record)
            connection.execute(delete(LEASES).where(LEASES.c.job == job))
            self._put(connection, record, event)
            return record

        return self._database.write(work)

    def renew(self, jobs: Sequence[str], lease_s: float) -> frozenset[str]:
        """Prolong the leases of these jobs; those that are still this process's own."""

        def work(connection: Connection) -> frozenset[str]:
            mine = [
                str(row["job"])
                for row in connection.execute(select(LEASES).where(LEASES.c.job.in_(jobs))).mappings()
                if _owner(row) == self.owner
            ]
            connection.execute(
                update(LEASES).where(LEASES.c.job.in_(mine)).values(expires_at=self._clock() + lease_s)
            )
            return frozenset(mine)

        return self._database.write(work)

    def remove(self, job: str) -> None:
        """Forget a job with its events. Raises: JobNotFound, JobElsewhere."""

        def work(connection: Connection) -> None:
            self._check_free(_get(connection, job))
            connection.execute(delete(JOBS).where(JOBS.c.id == job))

        self._database.write(work)

    def is_here(self, entry: Entry) -> bool:
        """Whether no other living process runs the job."""
        lease = entry.lease
        return lease is None or self._is_mine(entry) or lease.is_free(self.owner, self._clock())

    def _entries(self, query: Select[*tuple[Any, ...]]) -> tuple[Entry, ...]:  # Any: columns of many types
        return self._database.read(
            lambda connection: tuple(_entry(row) for row in connection.execute(query).mappings())
        )

    def _take(
        self, connection: Connection, job: str, change: Change, event: str, lease_s: float | None
    ) -> JobRecord:
        entry = _get(connection, job)
        self._check_free(entry)
        record = change(entry.record)
        connection.execute(delete(LEASES).where(LEASES.c.job == job))
        if lease_s is not None:
            connection.execute(insert(LEASES).values(job=job, **self._lease(lease_s)))
        self._put(connection, record, event)
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
        }

    def _put(self, connection: Connection, record: JobRecord, event: str) -> None:
        connection.execute(update(JOBS).where(JOBS.c.id == record.id).values(_row(record)))
        if event:
            self._note(connection, record.id, event)

    def _note(self, connection: Connection, job: str, event: str) -> None:
        connection.execute(insert(EVENTS).values(job=job, at=self._clock(), text=event))


_LEASE = (LEASES.c.host, LEASES.c.pid, LEASES.c.started, LEASES.c.instance, LEASES.c.expires_at)
_QUERY = select(JOBS, *_LEASE).outerjoin(LEASES, LEASES.c.job == JOBS.c.id)


def _get(connection: Connection, job: str) -> Entry:
    row = connection.execute(_QUERY.where(JOBS.c.id == job)).mappings().first()
    if row is None:
        raise JobNotFound(job)
    return _entry(row)


def _entry(row: RowMapping) -> Entry:
    values = {name: row[name] for name in _FIELDS}
    values |= {"walks": tuple(row["walks"]), "is_fresh": bool(row["is_fresh"])}
    lease = None
    if row["host"] is not None:
        lease = Lease(_owner(row), row["expires_at"])
    return Entry(JobRecord(**values), lease)


def _owner(row: RowMapping) -> Owner:
    return Owner(row["host"], row["pid"], row["started"], row["instance"])


def _row(record: JobRecord) -> dict[str, object]:
    row = {name: cast("object", getattr(record, name)) for name in _FIELDS}
    return row | {
        "losses": dict(record.losses),
        "facts": dict(record.facts),
        "walks": list(record.walks),
        "versions": dict(record.versions),
        "is_fresh": int(record.is_fresh),
    }
