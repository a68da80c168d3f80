"""Intake: uploads that are whole are read one after another, and become models or are refused in words."""

import logging
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from wend.errors import DiskFull, FormatDamaged, FormatReaderDied, UploadNotFound, WendError
from wend.library.inbox import Refusal
from wend.library.uploads import Upload, UploadStore

_log = logging.getLogger(__name__)

MAX_RESULTS = 64
"""What became of an upload is told this long: so many later ones."""

Importer = Callable[[Path, str, Path, Callable[[], bool]], str | Refusal]
"""Makes a model of (file, its name where it comes from, a folder to write in, whether to stop): its id, or
why not. May take minutes."""


@dataclass(frozen=True)
class Outcome:
    """What became of an upload that is here no more: a model's id, or a refusal."""

    id: str
    name: str
    size_bytes: int
    model: str | None = None
    refusal: Refusal | None = None


class Intake:
    """A thread that imports whole uploads in their order. Whatever comes of one, its file goes."""

    def __init__(self, store: UploadStore, importer: Importer, tell: Callable[[], None]) -> None:
        """tell: called when something came of an upload."""
        self.store = store
        self._import, self._tell = importer, tell
        self._queue: SimpleQueue[Upload | None] = SimpleQueue()
        self._taken: set[str] = set()
        self._stopped: set[str] = set()
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="wend-intake", daemon=True)

    def start(self) -> None:
        """Take up what was left, and begin."""
        for upload in self.store.restore():
            self.take(upload)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and the import it waits for, whose upload is read again at the next start."""
        self._ended.set()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=15.0)

    def take(self, upload: Upload) -> None:
        """An upload that is whole: to be read when its turn comes, once."""
        with self._lock:
            # What is not in the store any more has been read, or cancelled.
            if upload.id in self._taken or upload not in self.store.all():
                return
            self._taken.add(upload.id)
        self._queue.put(upload)

    def outcome(self, upload_id: str) -> Outcome:
        """What became of an upload. Raises: UploadNotFound."""
        with self._lock:
            outcome = self._outcomes.get(upload_id)
        if outcome is None:
            raise UploadNotFound(upload_id[:80])
        return outcome

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Those still told, oldest first."""
        with self._lock:
            return tuple(self._outcomes.values())

    def cancel(self, upload_id: str) -> None:
        """Stop an upload, or forget what became of it. Raises: UploadNotFound."""
        with self._lock:
            forgotten = self._outcomes.pop(upload_id, None)
        if forgotten is not None:
            return
        upload = self.store.get(upload_id)
        self._stopped.add(upload_id)
        self.store.remove(upload)
        with self._lock:
            if upload_id not in self._taken:
                self._stopped.discard(upload_id)  # nobody takes it any more

    def _run(self) -> None:
        while (upload := self._queue.get()) is not None:
            outcome = self._outcome_of(upload)
            if self._ended.is_set():
                return
            # What became of it is known before it goes, or who asks in between would find neither.
            if upload.id not in self._stopped:
                self._note(outcome)
            self.store.remove(upload)
            with self._lock:
                self._taken.discard(upload.id)
                self._stopped.discard(upload.id)
            try:
                self._tell()
            except RuntimeError:  # of a loop that is closed: the server ends
                _log.warning("nobody was told of upload %s", upload.id)

    def _note(self, outcome: Outcome) -> None:
        with self._lock:
            self._outcomes[outcome.id] = outcome
            while len(self._outcomes) > MAX_RESULTS:
                self._outcomes.popitem(last=False)

    def _outcome_of(self, upload: Upload) -> Outcome:
        told = upload.told
        made: str | Refusal
        try:
            scratch = upload.folder / "scratch"
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            made = self._import(upload.seal(), told.name, scratch, lambda: self._is_over(upload))
        except (FormatDamaged, DiskFull) as error:
            made = _refusal(error)
        except OSError as error:
            made = _refusal(DiskFull(told.name, error.strerror or str(error)))
        except Exception:  # noqa: BLE001 - an importer may raise anything
            # Whatever it is, the uploads behind it are read.
            _log.exception("upload %s could not be read", upload.id)
            made = _refusal(FormatReaderDied(told.name, "reading it failed; the server's log says more"))
        if isinstance(made, Refusal):
            return Outcome(upload.id, told.name, told.size_bytes, refusal=made)
        return Outcome(upload.id, told.name, told.size_bytes, model=made)

    def _is_over(self, upload: Upload) -> bool:
        return self._ended.is_set() or upload.id in self._stopped


def _refusal(error: WendError) -> Refusal:
    return Refusal(code=error.code, sentence=error.sentence, hint=error.hint)
