"""Inbox: each file is taken up once, when it is whole; what is refused is said."""

import os
import threading
from pathlib import Path

import pytest

from wend.library.card import read_card
from wend.library.card_folders import CardFolders
from wend.library.inbox import AGAIN_AFTER_S, INBOX, Inbox, InboxWatch, Refusal

NO = Refusal(code="format_unknown", sentence="No.", hint="Another.")


class Clerk:
    """Remembers what it was given; refuses what is called bad."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self, path: Path) -> Refusal | None:
        self.given.append(path.name)
        return NO if path.name.startswith("bad") else None


def test_a_file_is_taken_up_when_it_stopped_growing(tmp_path: Path) -> None:
    clerk = Clerk()
    inbox = Inbox(tmp_path, clerk)
    (tmp_path / "a.pkl").write_bytes(b"1")
    assert not inbox.sweep()
    (tmp_path / "a.pkl").write_bytes(b"12")
    assert not inbox.sweep()
    assert inbox.sweep()
    assert not inbox.sweep()
    assert clerk.given == ["a.pkl"]


def test_what_is_refused_is_said_until_it_goes(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, Clerk())
    (tmp_path / "bad.pt").write_bytes(b"1")
    inbox.sweep()
    assert inbox.sweep()
    assert [(waiting.name, waiting.refusal) for waiting in inbox.refused] == [("bad.pt", NO)]
    (tmp_path / "bad.pt").unlink()
    assert inbox.refused == ()


def test_a_restart_imports_nothing_twice_and_a_changed_file_again(tmp_path: Path) -> None:
    (tmp_path / "bad.pt").write_bytes(b"1")
    first = Inbox(tmp_path, Clerk())
    first.sweep()
    first.sweep()
    clerk = Clerk()
    second = Inbox(tmp_path, clerk)
    assert [waiting.name for waiting in second.refused] == ["bad.pt"]
    second.sweep()
    second.sweep()
    assert clerk.given == []
    (tmp_path / "bad.pt").write_bytes(b"123")
    second.sweep()
    assert second.sweep()
    assert clerk.given == ["bad.pt"]


@pytest.mark.parametrize("code", ["disk_full", "format_reader_died", "format_too_large"])
def test_what_is_no_fault_of_the_file_is_tried_again(code: str, tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(b"1")
    given: list[str] = []
    now = [0.0]

    def fail(path: Path) -> Refusal:
        given.append(path.name)
        return NO.model_copy(update={"code": code})

    inbox = Inbox(tmp_path, fail, lambda: now[0])
    for _ in range(4):
        inbox.sweep()
    assert len(given) == 1
    assert [waiting.refusal.code for waiting in inbox.refused] == [code]
    for tries, pause in enumerate(AGAIN_AFTER_S, start=2):
        now[0] += pause
        assert not inbox.sweep()  # it may have begun to grow
        assert inbox.sweep()
        assert not inbox.sweep()
        assert len(given) == tries
    now[0] += 1e6
    inbox.sweep()
    assert not inbox.sweep()
    # A restart tries anew, and what is then made of it is kept.
    clerk = Clerk()
    for _ in range(2):
        second = Inbox(tmp_path, clerk)
        assert second.refused == ()
        for _ in range(3):
            second.sweep()
    assert clerk.given == ["a.pt"]


def test_a_name_that_is_no_text_is_said_and_stops_nothing(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.pt")).write_bytes(b"1")
    (tmp_path / "b.pt").write_bytes(b"1")
    clerk = Clerk()
    inbox = Inbox(tmp_path, clerk)
    inbox.sweep()
    inbox.sweep()
    assert clerk.given == ["b.pt"]
    assert [waiting.name for waiting in inbox.refused] == ["a?.pt"]


def test_unfinished_hidden_and_describing_files_are_left_alone(tmp_path: Path) -> None:
    clerk = Clerk()
    for name in ("a.pkl.part", ".hidden", "config.json", "b.crdownload"):
        (tmp_path / name).write_bytes(b"1")
    (tmp_path / "biggan").mkdir()
    (tmp_path / "biggan" / "pytorch_model.bin").write_bytes(b"1")
    inbox = Inbox(tmp_path, clerk)
    inbox.sweep()
    inbox.sweep()
    assert clerk.given == ["biggan"]


def test_a_damaged_record_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / ".seen.json").write_text("[[[")
    (tmp_path / "a").write_bytes(b"1")
    clerk = Clerk()
    inbox = Inbox(tmp_path, clerk)
    inbox.sweep()
    assert inbox.sweep()
    assert Inbox(tmp_path / "missing", clerk).sweep() is False


def test_the_watch_tells(tmp_path: Path) -> None:
    told = threading.Event()
    (tmp_path / "a").write_bytes(b"1")
    watch = InboxWatch(Inbox(tmp_path, Clerk()), told.set, poll_s=0.01)
    watch.start()
    try:
        assert told.wait(60.0)
    finally:
        watch.stop()


def test_the_inbox_is_no_model(tmp_path: Path) -> None:
    (tmp_path / INBOX).mkdir()
    assert CardFolders([tmp_path], read_card, "model").list() == ([], [])
