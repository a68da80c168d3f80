"""Images: masks and photos that people brought, each under the hash of its own bytes."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from PIL import Image
from torch import Tensor

from wend.errors import ImageNotFound, StoredImageInvalid
from wend.imaging.codec import encode
from wend.imaging.pixels import to_images
from wend.imaging.upload import ImageKind, read_upload
from wend.library.beside import write_beside

IMAGES_FOLDER = "images"

_ID = re.compile(r"[0-9a-f]{64}")
_KINDS: dict[str, ImageKind] = {"L": "mask", "RGB": "photo"}


@dataclass(frozen=True)
class StoredImage:
    """What is known of a kept image. id: sha256 of its file, 64 hex digits; size: (height, width)."""

    id: str
    kind: ImageKind
    size: tuple[int, int]


class ImageStore:
    """One folder of PNG files named by their hash: grey is a mask, RGB a photo.

    What is kept was written here from plain pixels, so nothing of the file that came survives in it:
    no camera, no place, no name, no second picture. The same picture is kept once. Thread-safe.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes, kind: ImageKind) -> StoredImage:
        """Keep an image from the bytes of a PNG, JPEG or WebP file. Raises: ImageInvalid, DiskFull."""
        pixels = read_upload(data, kind)
        png = encode(pixels, "png")
        image_id = hashlib.sha256(png).hexdigest()
        path = self._path(image_id)
        if not (path.is_file() and path.read_bytes() == png):
            write_beside(path, png)
        return StoredImage(image_id, kind, (pixels.shape[0], pixels.shape[1]))

    def get(self, image_id: str) -> StoredImage:
        """Raises: ImageNotFound, StoredImageInvalid."""
        path = self._existing(image_id)
        try:
            with Image.open(path, formats=("PNG",)) as image:
                return StoredImage(image_id, _KINDS[image.mode], (image.height, image.width))
        except (OSError, KeyError) as error:
            raise StoredImageInvalid(image_id) from error

    def read(self, image_id: str) -> bytes:
        """The PNG file, its bytes those of its name. Raises: ImageNotFound, StoredImageInvalid."""
        data = self._existing(image_id).read_bytes()
        if hashlib.sha256(data).hexdigest() != image_id:
            raise StoredImageInvalid(image_id)
        return data

    def mask(self, image_id: str) -> Tensor:
        """A mask float32 [H, W] in 0..1 at the size it came in (see `imaging.mask.fit_mask`), on the CPU.

        Raises: ImageNotFound, also for a photo; StoredImageInvalid.
        """
        pixels = torch.from_numpy(read_upload(self._of_kind(image_id, "mask"), "mask"))
        return pixels[:, :, 0].float().div_(255.0)

    def photo(self, image_id: str) -> Tensor:
        """A photo as an image float32 [1, 3, H, W] in [-1, 1], on the CPU.

        Raises: ImageNotFound, also for a mask; StoredImageInvalid.
        """
        return to_images(read_upload(self._of_kind(image_id, "photo"), "photo")[None])

    def delete(self, image_id: str) -> None:
        """Raises: ImageNotFound."""
        try:
            self._existing(image_id).unlink()
        except FileNotFoundError as error:
            raise ImageNotFound(image_id) from error

    def _of_kind(self, image_id: str, kind: Literal["mask", "photo"]) -> bytes:
        if self.get(image_id).kind != kind:
            raise ImageNotFound(image_id, kind)
        return self.read(image_id)

    def _existing(self, image_id: str) -> Path:
        path = self._path(image_id)
        if path.is_symlink() or not path.is_file():
            raise ImageNotFound(image_id)
        return path

    def _path(self, image_id: str) -> Path:
        # Nothing a client sent is ever joined to a path unless it is a hash and nothing else.
        if _ID.fullmatch(image_id) is None:
            raise ImageNotFound(image_id[:80])
        return self._folder / f"{image_id}.png"
