"""Interrupts: Ctrl-C as a wish to stop in order, and a second one as no patience."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Self


class Interrupts:
    """While entered on the main thread, the first SIGINT or SIGTERM is only noted; the next one interrupts.

    On another thread, where no signal arrives, it changes nothing.
    """

    def __init__(self) -> None:
        self._count = 0
        self._before: dict[signal.Signals, signal.Handlers | object] = {}

    def has_come(self) -> bool:
        """Whether somebody wants it to stop."""
        return self._count > 0

    def __enter__(self) -> Self:
        """Take the signals."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give them back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal itself returned
        self._before.clear()

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._count += 1
        if self._count > 1:
            raise KeyboardInterrupt
