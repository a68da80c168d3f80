"""Snapshots: pictures that people laid by beside a document, each with a title."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from wend.database.database import Database
from wend.database.tables import DOCUMENTS, SNAPSHOTS
from wend.documents.picture import Picture
from wend.errors import DocumentsFull, SnapshotNotFound
from wend.library.documents import DocumentRecord, find, new_id
from wend.library.trash import sweep

MAX_SNAPSHOTS = 500
"""Of one document."""


@dataclass(frozen=True)
class Snapshot:
    """picture: JSON; created_at: seconds since 1970."""

    id: str
    title: str
    picture: str
    created_at: float


class SnapshotStore:
    """Thread-safe; waits for the disk. clock: seconds since 1970; most: so many are kept of a document.

    Every change counts the document's gallery up, and none of them its revision. All raise DocumentNotFound,
    and those that write what `DocumentStore` raises then.
    """

    def __init__(self, database: Database, clock: Callable[[], float], most: int = MAX_SNAPSHOTS) -> None:
        self._database, self._clock, self._most = database, clock, most

    def list(self, document: str) -> tuple[Snapshot, ...]:
        """The newest first."""
        query = (
            select(SNAPSHOTS)
            .where(SNAPSHOTS.c.document == document, SNAPSHOTS.c.deleted_at.is_(None))
            .order_by(SNAPSHOTS.c.created_at.desc(), SNAPSHOTS.c.id)
        )

        def work(connection: Connection) -> tuple[Snapshot, ...]:
            find(connection, document)
            return tuple(_snapshot(row) for row in connection.execute(query).mappings())

        return self._database.read(work)

    def take(self, document: str, title: str, picture: Picture) -> tuple[Snapshot, DocumentRecord]:
        """Lay a picture by. Raises: DocumentsFull."""
        values = {
            "id": new_id(),
            "document": document,
            "title": title,
            "picture": picture.model_dump_json(),
            "created_at": self._clock(),
        }

        def work(connection: Connection) -> tuple[Snapshot, DocumentRecord]:
            find(connection, document)
            self._check_room(connection, document)
            connection.execute(insert(SNAPSHOTS).values(values))
            return _find(connection, document, str(values["id"])), _count(connection, document)

        return self._database.write(work)

    def rename(self, document: str, snapshot: str, title: str) -> tuple[Snapshot, DocumentRecord]:
        """Raises: SnapshotNotFound."""

        def work(connection: Connection) -> tuple[Snapshot, DocumentRecord]:
            find(connection, document)
            _find(connection, document, snapshot)
            connection.execute(update(SNAPSHOTS).where(SNAPSHOTS.c.id == snapshot).values(title=title))
            return _find(connection, document, snapshot), _count(connection, document)

        return self._database.write(work)

    def remove(self, document: str, snapshot: str) -> DocumentRecord:
        """Delete one; it can be restored as long as a document can, and as many. Raises: SnapshotNotFound."""

        def work(connection: Connection) -> DocumentRecord:
            find(connection, document)
            _find(connection, document, snapshot)
            now = self._clock()
            connection.execute(update(SNAPSHOTS).where(SNAPSHOTS.c.id == snapshot).values(deleted_at=now))
            sweep(connection, SNAPSHOTS, now, self._most, SNAPSHOTS.c.document == document)
            return _count(connection, document)

        return self._database.write(work)

    def restore(self, document: str, snapshot: str) -> tuple[Snapshot, DocumentRecord]:
        """Take a delete back, or nothing where there was none. Raises: SnapshotNotFound, DocumentsFull."""

        def work(connection: Connection) -> tuple[Snapshot, DocumentRecord]:
            find(connection, document)
            of_it = (SNAPSHOTS.c.id == snapshot) & (SNAPSHOTS.c.document == document)
            known = connection.execute(select(SNAPSHOTS.c.deleted_at).where(of_it)).first()
            if known is not None and known.deleted_at is not None:
                self._check_room(connection, document)
            connection.execute(update(SNAPSHOTS).where(of_it).values(deleted_at=None))
            return _find(connection, document, snapshot), _count(connection, document)

        return self._database.write(work)

    def _check_room(self, connection: Connection, document: str) -> None:
        query = (
            select(func.count())
            .select_from(SNAPSHOTS)
            .where(SNAPSHOTS.c.document == document, SNAPSHOTS.c.deleted_at.is_(None))
        )
        if connection.execute(query).scalar_one() >= self._most:
            raise DocumentsFull("snapshots in this document", self._most)


def _find(connection: Connection, document: str, snapshot: str) -> Snapshot:
    query = select(SNAPSHOTS).where(
        SNAPSHOTS.c.id == snapshot, SNAPSHOTS.c.document == document, SNAPSHOTS.c.deleted_at.is_(None)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        raise SnapshotNotFound(snapshot[:80])
    return _snapshot(row)


def _count(connection: Connection, document: str) -> DocumentRecord:
    """The gallery has changed."""
    of_it = DOCUMENTS.c.id == document
    connection.execute(update(DOCUMENTS).where(of_it).values(gallery=DOCUMENTS.c.gallery + 1))
    return find(connection, document)


def _snapshot(row: RowMapping) -> Snapshot:
    return Snapshot(row["id"], row["title"], row["picture"], row["created_at"])
