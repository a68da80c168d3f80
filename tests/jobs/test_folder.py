"""Owner of a job's files: whole or absent, counted, found by name, and a full disk said so."""

import itertools
import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from wend.errors import AssetNotFound, CheckpointInvalid, DiskFull, JobNotFound
from wend.jobs.folder import HistoryPoint, JobFolder
from wend.jobs.lock import FolderLock, holder
from wend.optim.job import Outcome


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    folder = JobFolder(tmp_path / "0123456789ab")
    folder.create()
    return folder


@contextmanager
def no_room(limit_bytes: int) -> Iterator[None]:
    """Files may not grow beyond a limit, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def point(updates: int, **losses: float) -> HistoryPoint:
    return HistoryPoint(updates, updates / 10, losses or {"total": 1.0 / updates})


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path / "nowhere")
    assert not folder.has_checkpoint()
    assert folder.load_checkpoint() is None
    assert folder.history() == ()
    assert folder.preview_count() == 0
    assert folder.artifacts() == ()
    assert folder.outcome() is None
    folder.remove()


def test_a_checkpoint_comes_back(folder: JobFolder) -> None:
    folder.save_checkpoint({"step": 3, "vector": torch.arange(4.0)})
    state = folder.load_checkpoint()
    assert state is not None
    assert state["step"] == 3
    assert torch.equal(state["vector"], torch.arange(4.0))  # type: ignore[arg-type]  # a tensor was kept
    assert [path.name for path in folder.path.iterdir()] == ["checkpoint.safetensors"]


def test_a_damaged_checkpoint_is_said_to_be(folder: JobFolder) -> None:
    folder.save_checkpoint({"vector": torch.zeros(1000)})
    path = folder.path / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(CheckpointInvalid):
        folder.load_checkpoint()


def test_a_full_disk_keeps_the_checkpoint_before(folder: JobFolder) -> None:
    folder.save_checkpoint({"step": 1})
    with no_room(50_000), pytest.raises(DiskFull):
        folder.save_checkpoint({"step": 2, "vector": torch.zeros(100_000)})
    assert folder.load_checkpoint() == {"step": 1}
    assert [path.name for path in folder.path.iterdir()] == ["checkpoint.safetensors"]


def test_a_full_disk_keeps_preview_and_outcome_before(folder: JobFolder) -> None:
    folder.save_preview(b"small")
    folder.save_outcome(Outcome({"a": "1"}))
    with no_room(1000):
        with pytest.raises(DiskFull):
            folder.save_preview(b"x" * 2000)
        with pytest.raises(DiskFull):
            folder.save_outcome(Outcome({"a": "x" * 2000}))
        with pytest.raises(DiskFull):
            folder.append_history([point(n) for n in range(1, 100)])
    assert (folder.path / "preview.jpg").read_bytes() == b"small"
    assert folder.preview_count() == 1
    assert folder.outcome() == Outcome({"a": "1"})
    # What was written of the history's rows ends in half a row, which nobody reads.
    assert [p.updates for p in folder.history()] == list(range(1, len(folder.history()) + 1))


def test_history_is_thinned_evenly(folder: JobFolder) -> None:
    folder.append_history([point(n) for n in range(1, 1001)])
    points = folder.history(limit=100)
    assert len(points) == 100
    assert (points[0].updates, points[-1].updates) == (1, 1000)
    steps = [b.updates - a.updates for a, b in itertools.pairwise(points)]
    assert max(steps) - min(steps) <= 1
    assert points[5] == point(points[5].updates)


def test_history_after_a_checkpoint_is_cut(folder: JobFolder) -> None:
    folder.append_history([point(n) for n in range(1, 11)])
    folder.cut_history(7)
    folder.append_history([point(8)])
    assert [p.updates for p in folder.history()] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_torn_row_is_left_out(folder: JobFolder) -> None:
    folder.append_history([point(1)])
    with (folder.path / "history.jsonl").open("a") as file:
        file.write('{"updates": 2, "sec')
    assert [p.updates for p in folder.history()] == [1]
    folder.cut_history(5)
    folder.append_history([point(2)])
    assert [p.updates for p in folder.history()] == [1, 2]


def test_a_loss_that_is_no_number_is_left_out(folder: JobFolder) -> None:
    folder.append_history([point(1, total=float("nan"), norm=2.0, other=float("inf"))])
    assert folder.history()[0].losses == {"norm": 2.0}
    assert json.loads((folder.path / "history.jsonl").read_text())["updates"] == 1


def test_previews_are_counted_even_when_a_job_begins_anew(folder: JobFolder) -> None:
    for count in (1, 2):
        folder.save_preview(b"jpeg")
        assert folder.preview_count() == count
    folder.drop_checkpoint()
    assert not (folder.path / "preview.jpg").exists()
    folder.save_preview(b"jpeg")
    assert folder.preview_count() == 3


def test_artifacts_are_found_by_name_alone(folder: JobFolder, tmp_path: Path) -> None:
    folder.save_preview(b"jpeg")
    (folder.artifacts_folder / "curve.csv").write_text("a,b\n")
    (folder.artifacts_folder / ".hidden").write_text("")
    (tmp_path / "secret").write_text("")
    (folder.artifacts_folder / "link.txt").symlink_to(tmp_path / "secret")
    found = [(a.name, a.size_bytes, a.media_type) for a in folder.artifacts()]
    assert found == [("preview.jpg", 4, "image/jpeg"), ("curve.csv", 4, "text/csv")]
    assert folder.artifact("curve.csv").read_text() == "a,b\n"
    for name in ("link.txt", ".hidden", "../secret", "checkpoint.safetensors", ""):
        with pytest.raises(AssetNotFound):
            folder.artifact(name)


def test_an_outcome_comes_back(folder: JobFolder) -> None:
    outcome = Outcome({"reach": "12 px"}, ("steer-zoom-012345/zoom",), "wide-64")
    folder.save_outcome(outcome)
    assert folder.outcome() == outcome
    (folder.path / "outcome.json").write_text("{}")
    with pytest.raises(CheckpointInvalid):
        folder.outcome()


def test_beginning_anew_leaves_nothing_of_the_last_time(folder: JobFolder) -> None:
    folder.save_checkpoint({"step": 1})
    folder.append_history([point(1)])
    folder.save_outcome(Outcome())
    (folder.artifacts_folder / "curve.csv").write_text("")
    folder.begin_anew()
    assert not folder.has_checkpoint()
    assert (folder.history(), folder.outcome(), folder.artifacts()) == ((), None, ())
    # Whoever had it may have gone on writing until it gave the lock back.
    folder.save_checkpoint({"step": 2})
    assert not folder.has_checkpoint()
    folder.drop_checkpoint()
    assert folder.load_checkpoint() is None
    assert (folder.history(), folder.outcome(), folder.artifacts()) == ((), None, ())
    folder.save_checkpoint({"step": 1})
    assert folder.has_checkpoint()


def test_what_was_deleted_does_not_come_back(folder: JobFolder) -> None:
    folder.remove()
    with pytest.raises(JobNotFound):
        folder.save_checkpoint({"step": 1})
    with pytest.raises(JobNotFound):
        _ = folder.artifacts_folder
    assert not folder.path.exists()


def test_one_at_a_time_holds_a_folder(folder: JobFolder) -> None:
    lock = FolderLock.take(folder.path)
    assert lock is not None
    assert FolderLock.take(folder.path) is None
    assert holder(folder.path).startswith(f"process {os.getpid()} on ")
    lock.free()
    lock.free()
    again = FolderLock.take(folder.path)
    assert again is not None
    del again
    last = FolderLock.take(folder.path)
    assert last is not None
