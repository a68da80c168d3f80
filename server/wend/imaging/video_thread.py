"""Video thread: pictures are encoded beside whoever draws them, who never waits for an encoder."""

from contextlib import suppress
from queue import Full, Queue
from threading import Event, Lock, Thread
from typing import BinaryIO

from wend.imaging.video import FrameWriter, Pixels, give_up

AHEAD = 1
"""Pictures that wait for the encoder: at 4096 px, side by side, each takes 100 MB."""
WAIT_S = 0.003
"""The longest that a call waits."""


class VideoThread:
    """Owns a writer and the file it writes to: both are let go of when nobody wants the file any more.

    Every method is for one thread, the one that draws; `give_up` is for any. What the writer raises is raised
    by the next call.
    """

    def __init__(self, writer: FrameWriter, file: BinaryIO) -> None:
        self._writer, self._file = writer, file
        self._waiting: Queue[Pixels | None] = Queue(AHEAD)
        self._is_given_up = Event()
        self._closing = Lock()  # of the file: by this thread at its end, or by who gives up after that
        self._error: BaseException | None = None
        self._is_ending = self._is_whole = self._is_over = False
        self._count = 0
        # A daemon: a process that ends waits for no movie.
        self._thread = Thread(target=self._run, name="wend-video", daemon=True)
        self._thread.start()

    @property
    def count(self) -> int:
        """Pictures the encoder has taken."""
        return self._count

    def put(self, pixels: Pixels) -> bool:
        """Whether there was room for the next picture within `WAIT_S`. Raises: as `FrameWriter.put`."""
        return self._put(pixels)

    def close(self) -> bool:
        """Nothing more comes: whether the file is whole by now; ask until it is. Raises: as `FrameWriter`."""
        self._is_ending = self._is_ending or self._put(None)
        self._thread.join(WAIT_S)
        self._check()
        return self._is_over and self._is_whole

    def give_up(self) -> None:
        """Encode nothing more, and close the file once the picture in hand is done; waits for nothing."""
        with self._closing:
            self._is_given_up.set()
            if self._is_over:
                self._close_file()
        if not self._waiting.full():  # else it wakes up by what is there
            self._waiting.put(None)

    def _put(self, pixels: Pixels | None) -> bool:
        self._check()
        try:
            self._waiting.put(pixels, timeout=WAIT_S)
        except Full:
            return False
        return True

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while (pixels := self._waiting.get()) is not None and not self._is_given_up.is_set():
                self._writer.put(pixels)
                self._count += 1
            if not self._is_given_up.is_set():
                self._writer.close()
                self._is_whole = True
        except BaseException as error:  # noqa: BLE001 - raised again by the next call
            self._error = error
        if not self._is_whole:
            give_up(self._writer)
        with self._closing:
            self._is_over = True
            if self._is_given_up.is_set() or not self._is_whole:
                self._close_file()

    def _close_file(self) -> None:
        with suppress(OSError):  # of bytes that find no room, and which nobody wants
            self._file.close()
