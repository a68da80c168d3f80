"""Picture sets: names, folders file by file, zips that are none or far too large, what is taken away."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wend.errors import DiskFull, ImageInvalid, PictureSetNotFound
from wend.library.picture_sets import MAX_MEMBERS, MAX_UNPACKED_BYTES, PictureSet, PictureSets


@pytest.fixture
def sets(tmp_path: Path) -> PictureSets:
    return PictureSets(tmp_path / "pictures")


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return buffer.getvalue()


def test_a_folder_is_filled_file_by_file(sets: PictureSets, tmp_path: Path) -> None:
    assert sets.list() == ()
    name = sets.open("Holiday 2026")
    sets.add(name, "a.png", b"1")
    sets.add(name, "beach/a.png", b"2")
    sets.add(name, "..\\..\\b.JPG", b"3")
    assert sets.list() == (PictureSet("Holiday 2026", 3),)
    assert {path.name for path in (tmp_path / "pictures" / name).iterdir()} == {"a.png", "a-2.png", "b.jpg"}
    # Nobody's pictures are mixed with another's.
    assert sets.open("Holiday 2026") == "Holiday 2026-2"
    sets.delete(name)
    assert [each.name for each in sets.list()] == ["Holiday 2026-2"]


def test_what_no_survey_looks_at_is_not_counted(sets: PictureSets, tmp_path: Path) -> None:
    """Links, and what archivers and file managers leave behind."""
    name = sets.open("Cats")
    sets.add(name, "a.png", b"1")
    folder = tmp_path / "pictures" / name
    (folder / ".thumbnails").mkdir()
    (folder / ".thumbnails" / "a.png").write_bytes(b"1")
    (folder / "b.png").symlink_to(folder / "a.png")
    (folder / "c.png").mkdir()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member in ("cats/a.jpg", "__MACOSX/cats/._a.jpg", "cats/.b.jpg", "notes.txt"):
            archive.writestr(member, b"1")
    sets.put_zip("Dogs.zip", buffer.getvalue())
    assert sorted(each.count for each in sets.list()) == [1, 1]


@pytest.mark.parametrize("name", ["../x", "", "/etc", ".hidden", "a\x00b", "äöü"])
def test_names_lead_nowhere_else(name: str, sets: PictureSets, tmp_path: Path) -> None:
    opened = sets.open(name)
    assert (tmp_path / "pictures" / opened).is_dir()
    for ask in (sets.get, sets.delete):
        with pytest.raises(PictureSetNotFound):
            ask(f"../{opened}")
    with pytest.raises(PictureSetNotFound):
        sets.add("../outside", "a.png", b"")


def test_a_zip_is_kept_under_its_name(sets: PictureSets) -> None:
    assert sets.put_zip("mine.zip", _zip(a_png=b"1", notes_txt=b"2")) == PictureSet("mine.zip", 1)
    assert sets.put_zip("mine", _zip(a_png=b"1")).name == "mine-2.zip"
    with pytest.raises(PictureSetNotFound):
        sets.add("mine.zip", "a.png", b"")


def test_what_is_no_zip_of_pictures_is_refused(sets: PictureSets) -> None:
    for data, why in ((b"none", "no whole zip"), (_zip(notes_txt=b"2"), "no picture")):
        with pytest.raises(ImageInvalid, match=why):
            sets.put_zip("x.zip", data)
    with pytest.raises(ImageInvalid, match="called none of"):
        sets.add(sets.open("x"), "run.exe", b"")
    assert [each.name for each in sets.list()] == ["x"]


def test_a_bomb_is_refused_by_its_own_account(sets: PictureSets) -> None:
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for k in range(3):
            info = zipfile.ZipInfo(f"{k}.png")
            archive.writestr(info, b"0")
            archive.infolist()[-1].file_size = 2**32 - 2
    with pytest.raises(ImageInvalid, match=f"and {MAX_UNPACKED_BYTES // 2**30} are allowed"):
        sets.put_zip("bomb.zip", many.getvalue())
    assert sets.list() == ()


def test_many_members_are_refused_before_any_is_listed(sets: PictureSets) -> None:
    with pytest.raises(ImageInvalid, match=f"more than {MAX_MEMBERS} files"):
        sets.put_zip("many.zip", b"PK\x01\x02" * (MAX_MEMBERS + 1))


def test_many_hands_at_once_lose_nothing(sets: PictureSets, tmp_path: Path) -> None:
    name, packed = sets.open("x"), _zip(a_png=b"1")
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(sets.add, name, "a.png", b"1")
            pool.submit(sets.put_zip, "mine.zip", packed)
            pool.submit(sets.open, "mine")
    assert len(list((tmp_path / "pictures" / name).iterdir())) == 8
    assert len({each.name for each in sets.list()}) == 17


def test_what_could_not_be_taken_away_is_in_nobodys_way(sets: PictureSets, tmp_path: Path) -> None:
    left = tmp_path / "pictures" / ".x.partial"
    left.mkdir(parents=True)
    (left / "a.png").write_bytes(b"1")
    name = sets.open("x")
    sets.add(name, "a.png", b"1")
    sets.delete(name)
    assert sets.list() == ()


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    sets = PictureSets(tmp_path, free=lambda _folder: 0)
    with pytest.raises(DiskFull):
        sets.put_zip("x.zip", _zip(a_png=b"1"))
