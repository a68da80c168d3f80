"""Uploads: files in the bodies of requests, a few at a time."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from pydantic import JsonValue

BODIES_AT_ONCE = 4
"""More of them wait before a byte is read. Not one alone: who sends slowly would keep everybody waiting."""

Kept = TypeVar("Kept")


class Uploads:
    """The files of one route. at_once: how many are worked on together, of `BODIES_AT_ONCE` in memory."""

    def __init__(self, at_once: int) -> None:
        self._bodies = CapacityLimiter(BODIES_AT_ONCE)
        self._turns = CapacityLimiter(at_once)

    async def take(self, request: Request, keep: Callable[[bytes], Kept]) -> Kept:
        """What keep, on a thread, makes of the body. Raises: MessageTooLarge, and what keep does."""
        async with self._bodies:
            data = await request.body()
            return await self.work(lambda: keep(data))

    async def work(self, do: Callable[[], Kept]) -> Kept:
        """Anything else on a thread that takes its turn with the uploads. Raises: what it does."""
        return await to_thread.run_sync(do, limiter=self._turns)


def file_body(*kinds: str) -> dict[str, JsonValue]:
    """What OpenAPI says of a route whose body is a file of one of these media types."""
    content: dict[str, JsonValue] = {
        kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds
    }
    return {"requestBody": {"required": True, "content": content}}
