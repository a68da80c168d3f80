"""Bodies: files in the bodies of requests, laid aside while they come and worked on a few at a time."""

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from pydantic import JsonValue

BODIES_AT_ONCE = 4
"""So many are in memory; more of them wait, whole, on disk. Who sends slowly keeps nobody waiting."""
ARRIVING_AT_ONCE = 64
"""More of them wait before a byte is read: a body takes room on disk while it comes."""
_IN_MEMORY_BYTES = 2**16
"""Of a body that has not come to its end."""

Kept = TypeVar("Kept")


class Bodies:
    """The files of one route. at_once: how many are worked on together, of `BODIES_AT_ONCE` in memory."""

    def __init__(self, at_once: int) -> None:
        self._arriving = CapacityLimiter(ARRIVING_AT_ONCE)
        self._whole = CapacityLimiter(BODIES_AT_ONCE)
        self._turns = CapacityLimiter(at_once)

    async def take(self, request: Request, keep: Callable[[bytes], Kept]) -> Kept:
        """What keep, on a thread, makes of the body.

        Raises: MessageTooLarge, BodyTooSlow, and what keep does.
        """
        async with self._arriving:
            with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as file:
                waiting = bytearray()
                async for data in request.stream():
                    waiting += data
                    if len(waiting) >= _IN_MEMORY_BYTES:
                        await to_thread.run_sync(file.write, bytes(waiting))
                        waiting.clear()
                file.write(waiting)  # less than would reach the disk by itself
                async with self._whole:
                    return await self.work(lambda: keep(_read(file)))

    async def work(self, do: Callable[[], Kept]) -> Kept:
        """Anything else on a thread that takes its turn with the files. Raises: what it does."""
        return await to_thread.run_sync(do, limiter=self._turns)


def _read(file: SpooledTemporaryFile[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def file_body(*kinds: str) -> dict[str, JsonValue]:
    """What OpenAPI says of a route whose body is a file of one of these media types."""
    content: dict[str, JsonValue] = {
        kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds
    }
    return {"requestBody": {"required": True, "content": content}}
