"""Named families: which families of walks saved documents and their snapshots name."""

import re
from pathlib import Path

from sqlalchemy import Connection, select

from wend.database.database import Database
from wend.database.tables import DOCUMENTS, SNAPSHOTS


def named_families(database: Path | None, prefix: str) -> frozenset[str]:
    """Families that begin with `prefix`, of walks '<family>/<name>'. Deleted documents count, too: they can
    be had back. Nothing is named where no documents are kept.

    Waits for the disk. Raises: DatabaseBusy, DatabaseInvalid, DatabaseTooNew.
    """
    if database is None or not database.exists():
        return frozenset()
    walk = re.compile(rf'"({re.escape(prefix)}[^"/]*)/')
    texts = (DOCUMENTS.c.content, SNAPSHOTS.c.picture)

    def work(connection: Connection) -> frozenset[str]:
        # The database passes over those that name none: most documents do.
        rows = [
            text
            for column in texts
            for text in connection.execute(
                select(column).where(column.contains(f'"{prefix}', autoescape=True))
            ).scalars()
        ]
        return frozenset(family for text in rows for family in walk.findall(text))

    opened = Database(database).open_to_read()
    try:
        return opened.read(work)
    finally:
        opened.close()
