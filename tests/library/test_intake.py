"""Intake: what is whole is read in its order; whatever comes of it, nothing of it is left."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from wend.errors import UploadNotFound
from wend.library.inbox import Refusal
from wend.library.intake import Intake
from wend.library.uploads import Room, Upload, UploadStore, UploadTold

NO = Refusal(code="format_unknown", sentence="No.", hint="Another.")
PATIENCE_S = 60.0


class Clerk:
    """Takes what is called good; told to stop, it stops."""

    def __init__(self) -> None:
        self.given: list[tuple[str, bytes]] = []
        self.has_begun = threading.Event()

    def __call__(
        self, path: Path, called: str, scratch: Path, is_stopped: Callable[[], bool]
    ) -> str | Refusal:
        self.given.append((called, path.read_bytes()))
        assert scratch.is_dir()
        if called == "broken":
            raise ValueError(called)
        if called == "endless":
            self.has_begun.set()
            while not is_stopped():
                threading.Event().wait(0.005)
            return NO
        return "a-model" if called.startswith("good") else NO


class Told:
    """Remembers that something came of an upload."""

    def __init__(self) -> None:
        self.count = threading.Semaphore(0)

    def __call__(self) -> None:
        self.count.release()

    def wait(self) -> None:
        assert self.count.acquire(timeout=PATIENCE_S)


def sent(store: UploadStore, name: str) -> Upload:
    upload = store.open(UploadTold(name=name, size_bytes=3))
    upload.append(upload.begin(0), b"abc")
    return upload


@pytest.fixture
def store(tmp_path: Path) -> UploadStore:
    return UploadStore(tmp_path / "uploads", 2**20, Room(lambda _folder: 2**40))


def test_each_becomes_a_model_or_is_refused(store: UploadStore) -> None:
    clerk, told = Clerk(), Told()
    intake = Intake(store, clerk, told)
    left = sent(store, "good.pkl")  # by an earlier server
    intake.start()
    told.wait()
    bad = sent(store, "bad.pkl")
    intake.take(bad)
    intake.take(bad)
    told.wait()
    intake.stop()
    assert clerk.given == [("good.pkl", b"abc"), ("bad.pkl", b"abc")]
    assert intake.outcome(left.id).model == "a-model"
    assert intake.outcome(bad.id).refusal == NO
    assert store.all() == ()
    assert not left.folder.exists()
    intake.cancel(left.id)
    with pytest.raises(UploadNotFound):
        intake.outcome(left.id)
    with pytest.raises(UploadNotFound):
        intake.cancel(left.id)


def test_one_that_is_cancelled_ends_at_once(store: UploadStore) -> None:
    clerk, told = Clerk(), Told()
    intake = Intake(store, clerk, told)
    intake.start()
    endless = sent(store, "endless")
    intake.take(endless)
    assert clerk.has_begun.wait(PATIENCE_S)
    intake.cancel(endless.id)
    told.wait()
    intake.take(sent(store, "good"))
    told.wait()
    intake.stop()
    assert [outcome.name for outcome in intake.outcomes] == ["good"]


def test_one_that_fails_keeps_no_other_waiting(store: UploadStore) -> None:
    told = Told()
    intake = Intake(store, Clerk(), told)
    intake.start()
    broken, good = sent(store, "broken"), sent(store, "good")
    intake.take(broken)
    told.wait()
    intake.take(good)
    told.wait()
    intake.stop()
    refusal = intake.outcome(broken.id).refusal
    assert refusal is not None
    assert refusal.code == "format_reader_died"
    assert intake.outcome(good.id).model == "a-model"


def test_one_that_is_read_when_the_server_ends_is_read_again(store: UploadStore) -> None:
    clerk = Clerk()
    intake = Intake(store, clerk, Told())
    intake.start()
    endless = sent(store, "endless")
    intake.take(endless)
    assert clerk.has_begun.wait(PATIENCE_S)
    intake.stop()
    assert intake.outcomes == ()
    assert [upload.id for upload in store.restore()] == [endless.id]
