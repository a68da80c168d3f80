"""Images under their hashes: kept once, whole, bared of metadata; found by hash and by nothing else."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PIL.Image import Exif
from PIL.PngImagePlugin import PngInfo

from wend.errors import DiskFull, ImageInvalid, ImageNotFound, StoredImageInvalid
from wend.library.images import ImageStore

RNG = np.random.default_rng(0)
NOBODY = "0" * 64


def file_of(image: Image.Image, codec: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, codec, **options)
    return buffer.getvalue()


def grey(values: list[list[int]]) -> bytes:
    return file_of(Image.fromarray(np.array(values, dtype=np.uint8)))


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(tmp_path / "images")


def test_a_mask_comes_back_as_numbers(store: ImageStore) -> None:
    kept = store.put(grey([[0, 51, 255], [255, 0, 102]]), "mask")
    assert (kept.kind, kept.size) == ("mask", (2, 3))
    mask = store.mask(kept.id)
    assert mask.dtype == torch.float32
    torch.testing.assert_close(mask, torch.tensor([[0.0, 0.2, 1.0], [1.0, 0.0, 0.4]]))


def test_a_photo_comes_back_as_an_image(store: ImageStore) -> None:
    kept = store.put(file_of(Image.new("RGB", (4, 3), (255, 0, 51))), "photo")
    assert (kept.kind, kept.size) == ("photo", (3, 4))
    photo = store.photo(kept.id)
    assert photo.shape == (1, 3, 3, 4)
    torch.testing.assert_close(photo[0, :, 1, 2], torch.tensor([1.0, -1.0, -0.6]))


def test_the_name_is_the_hash_of_the_file(store: ImageStore, tmp_path: Path) -> None:
    kept = store.put(grey([[1, 2]]), "mask")
    data = store.read(kept.id)
    assert hashlib.sha256(data).hexdigest() == kept.id
    assert (tmp_path / "images" / f"{kept.id}.png").read_bytes() == data
    assert store.get(kept.id) == kept


def test_the_same_picture_is_kept_once_whatever_file_it_came_in(store: ImageStore, tmp_path: Path) -> None:
    pixels = RNG.integers(0, 255, (16, 16), dtype=np.uint8)
    image = Image.fromarray(pixels)
    notes = PngInfo()
    notes.add_text("author", "somebody")
    ids = {
        store.put(file_of(image), "mask").id,
        store.put(file_of(image, compress_level=9, pnginfo=notes), "mask").id,
        store.put(file_of(image, "WEBP", lossless=True), "mask").id,
        store.put(store.read(store.put(file_of(image), "mask").id), "mask").id,
    }
    assert len(ids) == 1
    assert [path.name for path in (tmp_path / "images").iterdir()] == [f"{ids.pop()}.png"]


def test_nothing_of_the_camera_survives(store: ImageStore) -> None:
    exif = Exif()
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 30.0)
    image = Image.fromarray(RNG.integers(0, 255, (16, 16, 3), dtype=np.uint8))
    data = file_of(
        image, "JPEG", exif=exif.tobytes(), comment=b"Secret Comment", icc_profile=b"Secret Profile"
    )
    assert b"Secret" in data
    kept = store.read(store.put(data, "photo").id)
    assert b"Secret" not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert not opened.getexif()
        assert opened.info == {}


@pytest.mark.parametrize("kind", ["mask", "photo"])
def test_a_mask_is_no_photo(store: ImageStore, kind: str) -> None:
    mask = store.put(grey([[9]]), "mask").id
    photo = store.put(grey([[9]]), "photo").id
    assert mask != photo
    with pytest.raises(ImageNotFound, match=f"There is no {kind}"):
        _ = store.mask(photo) if kind == "mask" else store.photo(mask)


@pytest.mark.parametrize(
    "image_id",
    [
        NOBODY,
        "",
        "..",
        "../secret",
        f"../images/{NOBODY[10:]}",
        NOBODY + "\n",
        "A" * 64,
        "/etc/passwd",
        "x" * 9999,
    ],
)
def test_only_a_hash_finds_anything(store: ImageStore, tmp_path: Path, image_id: str) -> None:
    (tmp_path / "secret.png").write_bytes(grey([[1]]))
    store.put(grey([[1]]), "mask")
    for ask in (store.get, store.read, store.mask, store.photo, store.delete):
        with pytest.raises(ImageNotFound):
            ask(image_id)


def test_a_link_is_no_image(store: ImageStore, tmp_path: Path) -> None:
    kept = store.put(grey([[1]]), "mask").id
    path = tmp_path / "images" / f"{kept}.png"
    path.rename(tmp_path / "elsewhere.png")
    path.symlink_to(tmp_path / "elsewhere.png")
    with pytest.raises(ImageNotFound):
        store.read(kept)


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40])
def test_a_damaged_file_is_said_and_takes_its_picture_again(
    store: ImageStore, tmp_path: Path, damage: bytes
) -> None:
    data = grey([[1, 2], [3, 4]])
    kept = store.put(data, "mask").id
    (tmp_path / "images" / f"{kept}.png").write_bytes(damage)
    for ask in (store.get, store.read, store.mask):
        with pytest.raises(StoredImageInvalid):
            ask(kept)
    assert store.put(data, "mask").id == kept
    assert store.mask(kept).shape == (2, 2)


def test_what_cannot_be_read_leaves_nothing(store: ImageStore, tmp_path: Path) -> None:
    with pytest.raises(ImageInvalid):
        store.put(b"no image", "mask")
    assert not (tmp_path / "images").exists()


def test_no_room_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "images").write_text("a file where the folder should be")
    with pytest.raises(DiskFull):
        ImageStore(tmp_path / "images").put(grey([[1]]), "mask")


def test_a_deleted_image_is_gone(store: ImageStore) -> None:
    kept = store.put(grey([[1]]), "mask").id
    store.delete(kept)
    with pytest.raises(ImageNotFound):
        store.read(kept)
    with pytest.raises(ImageNotFound):
        store.delete(kept)
