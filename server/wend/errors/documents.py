"""A document of a person's, or a snapshot of one, is not there, has changed, or finds no room."""

from wend.errors.invalid import InvalidInput
from wend.errors.missing import NotFound


class DocumentNotFound(NotFound):
    """No document of this id."""

    code = "document_not_found"
    hint = "GET /api/documents lists the documents; one that was deleted can be restored for 30 days."

    def __init__(self, document: str) -> None:
        super().__init__(f"There is no document {document!r} here.", document=document)


class SnapshotNotFound(NotFound):
    """No snapshot of this id in the document."""

    code = "snapshot_not_found"
    hint = "It may have been deleted in another window; one that was can be restored for 30 days."

    def __init__(self, snapshot: str) -> None:
        super().__init__(f"There is no snapshot {snapshot!r} in this document.", snapshot=snapshot)


class DocumentChanged(InvalidInput):
    """A save that is based on an older revision than the one kept."""

    code = "document_changed"
    hint = "Read it again, and save with the revision it has now."

    def __init__(self, document: str, revision: int) -> None:
        super().__init__(
            f"The document {document!r} was changed elsewhere: it is at revision {revision} now.",
            document=document,
            revision=revision,
        )


class DocumentsFull(InvalidInput):
    """As many as are kept are there."""

    code = "documents_full"
    hint = "Delete some that are not needed any more."

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"There are {limit} {what} already, and no more are kept.", what=what, limit=limit)
