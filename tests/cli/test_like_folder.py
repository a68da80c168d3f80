"""Like folder: counted before any is kept, and what cannot be read is named."""

from pathlib import Path

import pytest
from PIL import Image

from wend.cli.like_folder import bring_folder
from wend.errors import InvalidParams
from wend.library.images import ImageStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "people"
    folder.mkdir()
    for k in range(3):
        Image.new("RGB", (8, 8), (k * 40, 0, 0)).save(folder / f"{k}.png")
    (folder / "1.png").write_bytes(b"no picture")
    (folder / ".hidden.png").write_bytes(b"")
    (folder / "link.png").symlink_to(folder / "0.png")
    (folder / "notes.txt").write_text("hello")
    return folder


def test_pictures_are_kept_and_the_rest_is_named(folder: Path, tmp_path: Path) -> None:
    brought = bring_folder(folder, ImageStore(tmp_path / "images"))
    assert len(set(brought.ids)) == 2
    (note,) = brought.notes
    assert note.startswith("1.png is left out: ")


def test_no_more_are_kept_than_are_used(folder: Path, tmp_path: Path) -> None:
    brought = bring_folder(folder, ImageStore(tmp_path / "images"), most=1)
    assert len(brought.ids) == 1
    assert brought.notes == (f"Of 3 pictures in {folder} the first 1 are used.",)
    assert len(list((tmp_path / "images").glob("*.png"))) <= 1


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParams, match="no picture"):
        bring_folder(tmp_path, ImageStore(tmp_path / "images"))
