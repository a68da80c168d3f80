"""Recent: a mapping that keeps the values used last, bounded by count."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """At most `limit` values; the least recently used leaves first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of a key, made if it is not here."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = make()
        self._values[key] = value
        if len(self._values) > self._limit:
            self._values.popitem(last=False)
        return value

    def peek(self, key: Key) -> Value | None:
        """The value of a key, if it is here; it counts as used."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def drop(self, is_gone: Callable[[Key, Value], bool]) -> None:
        """Let go of some."""
        for key in [key for key, value in self._values.items() if is_gone(key, value)]:
            del self._values[key]

    def clear(self) -> None:
        self._values.clear()
