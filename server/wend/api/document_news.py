"""Document news: every open page is told of what becomes of saved documents, in the order in which it did."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from wend.protocol.base import Message

Tell = Callable[[str, Message], None]
"""To every open page: the newest message of a key."""
Result = TypeVar("Result")


class DocumentNews:
    """Changes and what is told of them, one after the other, whatever thread they come from.

    A page keeps the newest message of a document by arrival: were the second of two saves told first, a slow
    page would go on from the older one, and its next save be refused.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._lock = Lock()

    def change(self, work: Callable[[], Result], message: Callable[[Result], tuple[str, Message]]) -> Result:
        """Make a change that waits for the disk; message: what is told of it, with the document's id."""
        with self._lock:
            result = work()
            document, told = message(result)
            self._tell(f"document:{document}", told)
            return result
