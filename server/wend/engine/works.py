"""Works: all long work of an engine - whose slice is next, and whether the device is theirs now."""

from wend.engine.running import Running

SHARE = 0.25
"""Of the device's time while renders wait without a break; one slice may be long, so more than the fifth
that is promised."""
BURST_S = 0.03  # of slices in a row while a render waits: what one slice may take anyway
MAX_DUE_S = 0.5  # a render that took minutes (a model was loaded) leaves no burst of minutes


class Works:
    """Work takes turns, a slice each. Not thread-safe; the engine holds its lock.

    While no render waits, the device is theirs. While some do, slices get SHARE of the time: after a
    snapshot of renders they are due a third as long, and none is run when they have had more.
    """

    def __init__(self) -> None:
        self._works: dict[str, Running] = {}
        self._due_s = 0.0

    def __len__(self) -> int:
        return len(self._works)

    def add(self, work: Running) -> bool:
        """Queue it behind the others; False when one of its name is here."""
        if not self._works:
            self._due_s = 0.0
        return self._works.setdefault(work.name, work) is work

    def stop(self, name: str) -> None:
        """Its next slices end it, without delay: it goes to the front. Unknown names are no matter."""
        work = self._works.pop(name, None)
        if work is not None:
            work.is_stopping = True
            self._works = {name: work, **self._works}

    def stop_all(self) -> None:
        for work in self._works.values():
            work.is_stopping = True

    def next(self, is_idle: bool) -> Running | None:
        """Whose slice it is, if it is time for one; the others' turns come first from now on.

        is_idle: no render waits.
        """
        if not self._works or not (is_idle or self._due_s > 0.0):
            return None
        name, work = next(iter(self._works.items()))
        self._works[name] = self._works.pop(name)
        return work

    def ended(self, name: str) -> None:
        self._works.pop(name, None)

    def drain(self) -> list[Running]:
        """Take them all."""
        works = list(self._works.values())
        self._works.clear()
        return works

    def rendered(self, seconds: float) -> None:
        """The device has served others for so long."""
        if self._works:
            self._due_s = min(MAX_DUE_S, self._due_s + seconds * SHARE / (1.0 - SHARE))

    def spent(self, seconds: float, is_idle: bool) -> None:
        """A slice took so long. One on an idle device pays what is due, and beyond that it is a gift."""
        least = min(self._due_s, 0.0) if is_idle else -MAX_DUE_S
        self._due_s = max(least, self._due_s - seconds)
