"""Rows: records, leases and events as the tables hold them."""

from dataclasses import dataclass, fields
from typing import cast

from sqlalchemy import Connection, RowMapping, select

from wend.database.tables import JOBS, LEASES
from wend.errors import JobNotFound
from wend.jobs.lease import Lease, Owner
from wend.jobs.record import JobRecord

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


_LEASE = (
    LEASES.c.host,
    LEASES.c.pid,
    LEASES.c.started,
    LEASES.c.instance,
    LEASES.c.expires_at,
    LEASES.c.lasts_s,
)
QUERY = select(JOBS, *_LEASE).outerjoin(LEASES, LEASES.c.job == JOBS.c.id)
"""Jobs with their leases."""


def find(connection: Connection, job: str, *, or_removed: bool = False) -> Entry:
    """or_removed: also one that was deleted and has not stopped yet. Raises: JobNotFound."""
    row = connection.execute(QUERY.where(JOBS.c.id == job)).mappings().first()
    if row is None or (row["is_removed"] and not or_removed):
        raise JobNotFound(job)
    return entry_of(row)


def entry_of(row: RowMapping) -> Entry:
    """Of a row of `QUERY`."""
    values = {name: row[name] for name in _FIELDS}
    values |= {"walks": tuple(row["walks"]), "is_fresh": bool(row["is_fresh"])}
    values["is_removed"] = bool(row["is_removed"])
    lease = None
    if row["host"] is not None:
        lease = Lease(owner_of(row), row["expires_at"], row["lasts_s"])
    return Entry(JobRecord(**values), lease)


def owner_of(row: RowMapping) -> Owner:
    """Of a row that holds a lease."""
    return Owner(row["host"], row["pid"], row["started"], row["instance"])


def row_of(record: JobRecord) -> dict[str, object]:
    """The columns of a record."""
    row = {name: cast("object", getattr(record, name)) for name in _FIELDS}
    return row | {
        "losses": dict(record.losses),
        "facts": dict(record.facts),
        "walks": list(record.walks),
        "versions": dict(record.versions),
        "is_fresh": int(record.is_fresh),
        "is_removed": int(record.is_removed),
    }
