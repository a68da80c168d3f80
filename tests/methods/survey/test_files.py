"""Picture files: folders and zips in one order, what is broken refused one by one."""

import io
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from wend.errors import ImageInvalid, InvalidInput
from wend.methods.survey.files import PictureFiles
from wend.methods.survey.source import FileSource


def png(grey: int, size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, grey if mode == "L" else (grey,) * len(mode)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five pictures, one of them broken, and what is none."""
    place = tmp_path / "photos"
    (place / "more").mkdir(parents=True)
    for k in range(3):
        (place / f"{k}.png").write_bytes(png(60 * k))
    (place / "more" / "clear.PNG").write_bytes(png(200, mode="RGBA"))
    (place / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    (place / "notes.txt").write_text("no picture either")
    (place / ".hidden.png").write_bytes(png(0))
    (place / "link.png").symlink_to(place / "0.png")
    return place


def test_a_folder_and_its_zip_hold_the_same_in_the_same_order(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "photos.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                file.write(path, path.relative_to(folder))
        file.writestr("__MACOSX/0.png", b"left behind")
    files = PictureFiles(folder)
    assert files.names == PictureFiles(archive).names
    assert sorted(files.names) == ["0.png", "1.png", "2.png", "broken.jpg", "more/clear.PNG"]
    assert files.names != tuple(sorted(files.names))
    place = files.names.index("1.png")
    square = files.read(place, 16)
    assert square.shape == (16, 16, 3)
    assert np.array_equal(square, PictureFiles(archive).read(place, 16))
    assert (square == 60).all()


def test_what_is_broken_is_skipped_and_named(folder: Path) -> None:
    source = FileSource(PictureFiles(folder), 16, torch.device("cpu"))
    batch = source.fetch(range(source.count))
    assert batch.images.shape == (4, 3, 16, 16)
    assert [each.name for each in batch.skipped] == ["broken.jpg"]
    assert "PNG, JPEG or WebP" in batch.skipped[0].why
    only = source.fetch([PictureFiles(folder).names.index("broken.jpg")])
    assert len(only.images) == 0
    assert only.places == ()


def test_a_damaged_member_of_a_zip(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "torn.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(folder / "0.png", "0.png")
    whole = archive.read_bytes()
    at = whole.index(b"IHDR")
    archive.write_bytes(whole[:at] + b"XXXX" + whole[at + 4 :])
    with pytest.raises(ImageInvalid, match="cannot be read"):
        PictureFiles(archive).read(0, 16)


def test_damage_that_the_unpacking_finds_is_skipped_and_named(tmp_path: Path) -> None:
    archive = tmp_path / "torn.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("0.png", np.random.RandomState(0).bytes(4000).hex())
    whole = bytearray(archive.read_bytes())
    whole[200:260] = b"\xff" * 60
    archive.write_bytes(whole)
    with pytest.raises(zlib.error):
        zipfile.ZipFile(archive).read("0.png")
    batch = FileSource(PictureFiles(archive), 16, torch.device("cpu")).fetch([0])
    assert [each.name for each in batch.skipped] == ["0.png"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_cannot_be_unpacked_in_pieces_is_refused(compression: int, tmp_path: Path) -> None:
    archive = tmp_path / "tight.zip"
    with zipfile.ZipFile(archive, "w", compression) as file:
        file.writestr("0.png", png(0))
    with pytest.raises(ImageInvalid, match="compression"):
        PictureFiles(archive).read(0, 16)


@pytest.mark.parametrize("kind", ["empty", "text", "nothing"])
def test_what_holds_no_pictures(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    if kind == "empty":
        path.mkdir()
    elif kind == "text":
        path.write_text("no zip")
    with pytest.raises(InvalidInput, match="holds no picture" if kind == "empty" else "neither a folder nor"):
        PictureFiles(path)
