"""Works: all long work of an engine - whose slice is next, and whether the device is theirs now."""

from wend.engine.running import Running

SHARE = 0.25
"""Of the device's time while renders wait without a break; one slice may be long, so more than the fifth
that is promised."""
MAX_DUE_S = 0.5
"""Of slices in a row while a render waits: one that took minutes (a model was loaded) leaves no burst of
minutes. So snapshots of up to two seconds leave them a fifth."""
LEAD_S = 0.5  # how much more than the others somebody is held to have had: what "lately" is


class Works:
    """Work shares the device by time: the next slice is that of who has had least of it lately. Not
    thread-safe; the engine holds its lock.

    Each has a count of its seconds. Who comes starts at the least count of those present, and nobody's is
    kept further than LEAD_S above that: a slice that took minutes is not paid back for minutes. Who is asked
    to stop gets as much ahead of the others. Those who have had the same take turns.
    Source: Goyal, Guo and Vin, "A hierarchical CPU scheduler for multimedia operating systems", 1996,
    start-time fair queueing with equal weights.

    While no render waits, the device is theirs. While some do, slices get SHARE of the time: after a
    snapshot of renders they are due a third as long, and none is run when they have had more.
    """

    def __init__(self) -> None:
        self._works: dict[str, Running] = {}
        self._had_s: dict[str, float] = {}
        self._served: str | None = None
        self._due_s = 0.0

    def __len__(self) -> int:
        return len(self._works)

    def add(self, work: Running) -> bool:
        """Queue it behind the others; False when one of its name is here."""
        if work.name in self._works:
            return False
        if not self._works:
            self._due_s = 0.0
        # Half a second of slices before anybody else's: what is urgent ends within it. Those who are urgent
        # together share it, or a stream of them would keep all others waiting for good.
        leads = work.is_urgent and not any(each.is_urgent for each in self._works.values())
        self._had_s[work.name] = self._least() - (LEAD_S if leads else 0.0)
        self._works[work.name] = work
        return True

    def stop(self, name: str) -> None:
        """Its next slices end it, without delay: it goes first. Unknown names are no matter."""
        work = self._works.get(name)
        if work is not None and not work.is_stopping:
            self._had_s[name] = self._least() - LEAD_S
            work.is_stopping = True

    def stop_all(self) -> None:
        for work in self._works.values():
            work.is_stopping = True

    def next(self, is_idle: bool) -> Running | None:
        """Whose slice it is, if it is time for one; of others who have had as much it is the turn then.

        is_idle: no render waits.
        """
        if not self._works or not (is_idle or self._due_s > 0.0):
            return None
        # Of equals the first, that is who has waited longest.
        name = min(self._works, key=lambda each: self._had_s[each])
        self._works[name] = work = self._works.pop(name)
        self._served = name
        return work

    def ended(self, name: str) -> None:
        if self._works.pop(name, None) is not None:
            del self._had_s[name]

    def drain(self) -> list[Running]:
        """Take them all."""
        works = list(self._works.values())
        self._works.clear()
        self._had_s.clear()
        return works

    def rendered(self, seconds: float) -> None:
        """The device has served others for so long."""
        if self._works:
            self._due_s = min(MAX_DUE_S, self._due_s + seconds * SHARE / (1.0 - SHARE))

    def spent(self, seconds: float, is_idle: bool) -> None:
        """The slice given out last took so long. One on an idle device pays what is due, and beyond that it
        is a gift."""
        least = min(self._due_s, 0.0) if is_idle else -MAX_DUE_S
        self._due_s = max(least, self._due_s - seconds)
        name, self._served = self._served, None
        if name in self._works:
            self._had_s[name] += seconds
            highest = self._least() + LEAD_S
            self._had_s = {each: min(had_s, highest) for each, had_s in self._had_s.items()}

    def _least(self) -> float:
        """What those who are to go on have had, the least of it."""
        going = [self._had_s[name] for name, work in self._works.items() if not work.is_stopping]
        return min(going or self._had_s.values(), default=0.0)
