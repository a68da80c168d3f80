"""Documents: those that people saved here, each with a name and the count of its saves."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from wend.database.database import Database
from wend.database.tables import DOCUMENTS, SNAPSHOTS
from wend.documents.document import Document
from wend.errors import DocumentChanged, DocumentNotFound, DocumentsFull
from wend.library.trash import sweep

MAX_DOCUMENTS = 5000
MAX_NAME = 120

_ID_BYTES = 6
_COLUMNS = tuple(column for column in DOCUMENTS.c if column.name != "content")
_COPY = " copy"
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class DocumentRecord:
    """What is known of a document beside its content. picture: JSON of the picture it shows; revision counts
    its saves, gallery the changes among its snapshots; times in seconds since 1970."""

    id: str
    name: str
    picture: str
    revision: int
    gallery: int
    created_at: float
    changed_at: float

    @property
    def place(self) -> "Place":
        return _place(self.id, self.changed_at)


Place = tuple[int, str]
"""Where a document stands in lists: its last change in ms since 1970, and its id."""


class DocumentStore:
    """Thread-safe; waits for the disk. clock: seconds since 1970; most: so many are kept.

    A save names the revision it is based on, so of two who save at once the second learns of the first.
    Raises, where it writes: DiskFull, DatabaseBusy, DatabaseInvalid.
    """

    def __init__(self, database: Database, clock: Callable[[], float], most: int = MAX_DOCUMENTS) -> None:
        self._database, self._clock, self._most = database, clock, most

    def list(self, search: str, before: Place | None, limit: int) -> tuple[DocumentRecord, ...]:
        """The newest change first. search: words that stand in the name, whatever their case; before: only
        those that come after this place, whatever became of the document that stood there."""
        words = search.casefold().split()
        names = select(DOCUMENTS.c.id, DOCUMENTS.c.name, DOCUMENTS.c.changed_at).where(
            DOCUMENTS.c.deleted_at.is_(None)
        )

        def work(connection: Connection) -> tuple[DocumentRecord, ...]:
            # SQLite folds the case of ASCII alone, and there are few.
            rows = connection.execute(names).all()
            found = [row for row in rows if all(word in row.name.casefold() for word in words)]
            places = sorted(_order(_place(row.id, row.changed_at)) for row in found)
            ids = [order[1] for order in places if before is None or order > _order(before)][:limit]
            query = select(*_COLUMNS).where(DOCUMENTS.c.id.in_(ids))
            records = {row["id"]: _record(row) for row in connection.execute(query).mappings()}
            return tuple(records[document] for document in ids)

        return self._database.read(work)

    def get(self, document: str) -> DocumentRecord:
        """Raises: DocumentNotFound."""
        return self._database.read(lambda connection: find(connection, document))

    def read(self, document: str) -> tuple[DocumentRecord, str]:
        """A document with its content, JSON as it was saved; what it says is for who opens it to judge.
        Raises: DocumentNotFound."""

        def work(connection: Connection) -> tuple[DocumentRecord, str]:
            record = find(connection, document)
            return record, _content(connection, document)

        return self._database.read(work)

    def add(self, name: str, content: Document) -> DocumentRecord:
        """Save one for the first time. Raises: DocumentsFull."""
        return self._database.write(lambda connection: self._insert(connection, name, _texts(content)))

    def save(self, document: str, base: int, content: Document) -> DocumentRecord:
        """Replace the content. base: the revision that was changed.

        The same content again is no save. Raises: DocumentNotFound; DocumentChanged for an older base.
        """
        texts = _texts(content)

        def work(connection: Connection) -> DocumentRecord:
            record = find(connection, document)
            if record.revision != base:
                raise DocumentChanged(document, record.revision)
            if _content(connection, document) == texts["content"]:
                return record
            values = {**texts, "revision": base + 1, "changed_at": self._clock()}
            connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == document).values(values))
            return find(connection, document)

        return self._database.write(work)

    def rename(self, document: str, name: str) -> DocumentRecord:
        """Raises: DocumentNotFound."""

        def work(connection: Connection) -> DocumentRecord:
            find(connection, document)
            connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == document).values(name=name))
            return find(connection, document)

        return self._database.write(work)

    def duplicate(self, document: str) -> DocumentRecord:
        """A second one beside it, with its snapshots. Raises: DocumentNotFound, DocumentsFull."""

        def work(connection: Connection) -> DocumentRecord:
            record = find(connection, document)
            texts = {"content": _content(connection, document), "picture": record.picture}
            copy = self._insert(connection, record.name[: MAX_NAME - len(_COPY)] + _COPY, texts)
            query = select(SNAPSHOTS).where(
                SNAPSHOTS.c.document == document, SNAPSHOTS.c.deleted_at.is_(None)
            )
            rows = [
                {**row, "id": new_id(), "document": copy.id} for row in connection.execute(query).mappings()
            ]
            if rows:
                connection.execute(insert(SNAPSHOTS), rows)
            return copy

        return self._database.write(work)

    def remove(self, document: str) -> None:
        """Delete one; it can be restored for `TRASH_S`, or until as many more are deleted as are kept.
        Raises: DocumentNotFound."""

        def work(connection: Connection) -> None:
            find(connection, document)
            now = self._clock()
            connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == document).values(deleted_at=now))
            sweep(connection, DOCUMENTS, now, self._most)

        self._database.write(work)

    def restore(self, document: str) -> DocumentRecord:
        """Take a delete back. Raises: DocumentNotFound, DocumentsFull."""
        of_it = DOCUMENTS.c.id == document

        def work(connection: Connection) -> DocumentRecord:
            known = connection.execute(select(DOCUMENTS.c.deleted_at).where(of_it)).first()
            if known is not None and known.deleted_at is not None:
                self._check_room(connection)
            connection.execute(update(DOCUMENTS).where(of_it).values(deleted_at=None))
            return find(connection, document)

        return self._database.write(work)

    def _insert(self, connection: Connection, name: str, texts: Mapping[str, str]) -> DocumentRecord:
        self._check_room(connection)
        now = self._clock()
        values = {
            "id": new_id(),
            "name": name,
            **texts,
            "revision": 1,
            "gallery": 0,
            "created_at": now,
            "changed_at": now,
        }
        connection.execute(insert(DOCUMENTS).values(values))
        return find(connection, str(values["id"]))

    def _check_room(self, connection: Connection) -> None:
        query = select(func.count()).select_from(DOCUMENTS).where(DOCUMENTS.c.deleted_at.is_(None))
        if connection.execute(query).scalar_one() >= self._most:
            raise DocumentsFull("documents", self._most)


def find(connection: Connection, document: str) -> DocumentRecord:
    """A document that is there. Raises: DocumentNotFound."""
    query = select(*_COLUMNS).where(DOCUMENTS.c.id == document, DOCUMENTS.c.deleted_at.is_(None))
    row = connection.execute(query).mappings().first()
    if row is None:
        raise DocumentNotFound(document[:80])
    return _record(row)


def new_id() -> str:
    """12 hex digits, by chance."""
    return secrets.token_hex(_ID_BYTES)


def _place(document: str, changed_at: float) -> Place:
    # As the page reads it from the time it is told.
    return (datetime.fromtimestamp(changed_at, UTC) - _EPOCH) // timedelta(milliseconds=1), document


def _order(place: Place) -> Place:
    """The newest first."""
    return -place[0], place[1]


def _content(connection: Connection, document: str) -> str:
    found = connection.execute(select(DOCUMENTS.c.content).where(DOCUMENTS.c.id == document)).scalar_one()
    return str(found)


def _texts(content: Document) -> dict[str, str]:
    return {"content": content.model_dump_json(), "picture": content.picture.model_dump_json()}


def _record(row: RowMapping) -> DocumentRecord:
    fields: dict[str, Any] = {name: row[name] for name in DocumentRecord.__dataclass_fields__}
    return DocumentRecord(**fields)
