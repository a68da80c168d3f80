"""Named families: which families of walks saved documents and their snapshots name."""

import re
from pathlib import Path

from sqlalchemy import Connection, select

from wend.database.database import Database
from wend.database.tables import DOCUMENTS, SNAPSHOTS

PATIENCE_S = 1.0
"""For a busy file: who asks may have frames to draw."""


def named_families(database: Path | None, prefix: str) -> frozenset[str]:
    """Families that begin with `prefix`, of walks '<family>/<name>'. Deleted documents count, too: they can
    be had back. Nothing is named where no documents are kept.

    Waits for the disk, `PATIENCE_S` where it is busy; one document after the other is in memory. 100 of 256
    keyframes each take 60 ms, a fifth of what SQLite's own JSON takes. Raises:
    DatabaseBusy, DatabaseInvalid, DatabaseTooNew.
    """
    if database is None or not database.exists():
        return frozenset()
    walk = re.compile(rf'"({re.escape(prefix)}[^"/]*)/')
    texts = (DOCUMENTS.c.content, SNAPSHOTS.c.picture)

    def work(connection: Connection) -> frozenset[str]:
        # The database passes over those that name none: most documents do.
        found: set[str] = set()
        for column in texts:
            asked = select(column).where(column.contains(f'"{prefix}', autoescape=True))
            for text in connection.execution_options(yield_per=1).execute(asked).scalars():
                found.update(walk.findall(text))
        return frozenset(found)

    opened = Database(database, PATIENCE_S).open_to_read()
    try:
        return opened.read(work)
    finally:
        opened.close()
