"""Folders and zips of pictures: the order, the classes of sub-folders, what is passed over and refused."""

import zipfile
from pathlib import Path, PurePosixPath

import pytest
from PIL import Image

from tests.training.damaged import WAYS, damaged_zip, noise
from wend.errors import DatasetInvalid
from wend.training.dataset import read_dataset
from wend.training.files import classes_of_paths


def _nothing(done: int, total: int) -> None:
    assert 0 < done <= total


def _picture(path: Path, level: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (20, 20), (level, 0, 0)).save(path)
    return path


def _zip(folder: Path, out: Path) -> Path:
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return out


@pytest.mark.parametrize("is_zip", [False, True])
def test_sub_folders_are_classes(tmp_path: Path, is_zip: bool) -> None:
    folder = tmp_path / "pets"
    for name, level in (("dog/a.png", 10), ("cat/deep/z.png", 20), ("cat/b.PNG", 30), ("eel/c.png", 40)):
        _picture(folder / name, level)
    _picture(folder / "__MACOSX" / "x.png", 99)
    _picture(folder / "dog" / ".hidden.png", 99)
    (folder / "dog" / "notes.txt").write_text("good dog")
    data = read_dataset(_zip(folder, tmp_path / "p.zip") if is_zip else folder, 8, False, _nothing)
    assert data.class_names == ("cat", "dog", "eel")
    assert data.classes is not None
    found = sorted(zip(data.classes.tolist(), data.pixels[:, 4, 4, 0].tolist(), strict=True))
    assert found == [(0, 20), (0, 30), (1, 10), (2, 40)]


def test_pictures_beside_folders_have_no_class() -> None:
    def classes(*paths: str) -> tuple[list[int] | None, tuple[str, ...]]:
        found, names = classes_of_paths(tuple(PurePosixPath(p) for p in paths))
        return (None if found is None else found.tolist()), names

    assert classes("all/dog/1.png", "all/cat/2.png") == ([1, 0], ("cat", "dog"))
    assert classes("dog/1.png", "2.png") == (None, ())
    assert classes("one/1.png", "one/2.png") == (None, ())
    assert classes("1.png") == (None, ())
    assert classes("a/b/1.png", "a/2.png") == (None, ())
    assert classes() == (None, ())


def test_damaged_archives_are_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    _picture(folder / "a.png", 10)
    path = _zip(folder, tmp_path / "p.zip")
    data = bytearray(path.read_bytes())
    data[60:70] = bytes(10)
    path.write_bytes(data)
    with pytest.raises(DatasetInvalid, match=r"p\.zip|a\.png"):
        read_dataset(path, 8, False, _nothing)
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    with pytest.raises(DatasetInvalid, match="holds no picture"):
        read_dataset(tmp_path / "empty.zip", 8, False, _nothing)


@pytest.mark.parametrize("way", WAYS)
def test_damage_of_every_compression_is_told(tmp_path: Path, way: str) -> None:
    path = damaged_zip(tmp_path / "p.zip", "a.png", noise(4000), way)
    with pytest.raises(DatasetInvalid, match=r"p\.zip cannot be unpacked \(.+\)"):
        read_dataset(path, 8, False, _nothing)


def test_nothing_too_large_is_even_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(3):
        _picture(tmp_path / "many" / f"{index}.png", index)
    monkeypatch.setattr("wend.training.pictures.MAX_PICTURES", 2)
    with pytest.raises(DatasetInvalid, match="3 pictures"):
        read_dataset(tmp_path / "many", 8, False, _nothing)
    monkeypatch.setattr("wend.training.pictures.MAX_PICTURES", 3)
    monkeypatch.setattr("wend.training.pictures.MAX_BYTES", 3 * 8 * 8 * 3 - 1)
    with pytest.raises(DatasetInvalid, match="GiB at 8 px"):
        read_dataset(tmp_path / "many", 8, False, _nothing)
