"""Trash: what was deleted and can be restored, for so long, and so many."""

from sqlalchemy import ColumnElement, Connection, Table, delete, select

TRASH_S = 30 * 24 * 3600.0
"""So long a deleted one can be restored."""


def sweep(connection: Connection, table: Table, now: float, most: int, *among: ColumnElement[bool]) -> None:
    """Let go for good of what was deleted longer than `TRASH_S` ago, and of all but the `most` deleted last.

    table: with an `id` and a `deleted_at`, in seconds since 1970, None for what is there; now: likewise;
    among: of which so many are kept; what is too old goes wherever it is.
    """
    connection.execute(delete(table).where(table.c.deleted_at < now - TRASH_S))
    newest = (
        select(table.c.id)
        .where(table.c.deleted_at.is_not(None), *among)
        .order_by(table.c.deleted_at.desc(), table.c.id)
    )
    connection.execute(delete(table).where(table.c.id.in_(newest.offset(most))))
