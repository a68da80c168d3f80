"""Images: masks, photos and drawings that people brought, each under the hash of its own bytes."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin
from torch import Tensor

from wend.errors import ImageInvalid, ImageNotFound, StoredImageInvalid
from wend.imaging.codec import encode
from wend.imaging.drawing import check_ink, clean_drawing
from wend.imaging.pixels import to_images
from wend.imaging.png_text import with_text
from wend.imaging.upload import ImageKind, read_upload
from wend.library.beside import write_beside

IMAGES_FOLDER = "images"
MAX_DRAWN_SIDE = 1024
"""Of a drawing that comes as it is to be kept."""

_ID = re.compile(r"[0-9a-f]{64}")
_KEYWORD = "wend-kind"
_GREY_KINDS: dict[str | None, ImageKind] = {None: "mask", "sketch": "sketch", "labels": "labels"}


@dataclass(frozen=True)
class StoredImage:
    """What is known of a kept image. id: sha256 of its file, 64 hex digits; size: (height, width)."""

    id: str
    kind: ImageKind
    size: tuple[int, int]


class ImageStore:
    """One folder of PNG files named by their hash: RGB is a photo; grey a mask, or what its file says.

    What is kept was written here from plain pixels, so nothing of the file that came survives in it:
    no camera, no place, no name, no second picture. The same picture is kept once. Thread-safe.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes, kind: ImageKind, is_surely: bool = False) -> StoredImage:
        """Keep an image from the bytes of a PNG, JPEG or WebP file; of a drawing its lines, cleaned.

        is_surely: a drawing, even if it looks like a photograph. Raises: ImageInvalid, DiskFull; of a drawing
        SketchEmpty, SketchFull, SketchIsPhoto.
        """
        pixels = read_upload(data, kind)
        if kind == "sketch":
            pixels = clean_drawing(pixels, is_surely)
        return self._keep(pixels, kind)

    def put_drawn(self, data: bytes) -> StoredImage:
        """Keep a drawing as it is: grey lines on a white square, drawn by a computer.

        Raises: ImageInvalid, SketchEmpty, SketchFull, DiskFull.
        """
        # As people see it: a palette's colours and not its numbers, on white where it is transparent.
        colors = read_upload(data, "photo")
        height, width = colors.shape[:2]
        if height != width or width > MAX_DRAWN_SIDE:
            raise ImageInvalid(
                f"it is {width} x {height}, and a drawing that is kept as it is is a square of at most"
                f" {MAX_DRAWN_SIDE} pixels"
            )
        return self.put_pixels(np.array(Image.fromarray(colors).convert("L"))[:, :, None])

    def put_pixels(self, pixels: NDArray[np.uint8]) -> StoredImage:
        """Keep a drawing from grey pixels uint8 [S, S, 1], paper 255.

        Raises: SketchEmpty, SketchFull, DiskFull.
        """
        check_ink(1.0 - torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255.0)
        return self._keep(pixels, "sketch")

    def get(self, image_id: str) -> StoredImage:
        """Raises: ImageNotFound, StoredImageInvalid."""
        path = self._existing(image_id)
        try:
            with Image.open(path, formats=("PNG",)) as image:
                return StoredImage(image_id, _kind_of(image), (image.height, image.width))
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

    def sketch(self, image_id: str) -> Tensor:
        """A line drawing float32 [1, S, S] in [-1, 1], paper +1, ink -1, at the size it is kept in (see
        `imaging.drawing.fit_drawing`), on the CPU.

        Raises: ImageNotFound, also for any other image; StoredImageInvalid.
        """
        return to_images(read_upload(self._of_kind(image_id, "sketch"), "labels")[None])[0]

    def label_map(self, image_id: str) -> Tensor:
        """A painted label map, int64 [H, W]: numbers of labels, at the size it is kept in, on the CPU.

        Raises: ImageNotFound, also for any other image; StoredImageInvalid.
        """
        return torch.from_numpy(read_upload(self._of_kind(image_id, "labels"), "labels"))[:, :, 0].long()

    def delete(self, image_id: str) -> None:
        """Raises: ImageNotFound."""
        try:
            self._existing(image_id).unlink()
        except FileNotFoundError as error:
            raise ImageNotFound(image_id) from error

    def _keep(self, pixels: NDArray[np.uint8], kind: ImageKind) -> StoredImage:
        png = encode(pixels, "png")
        if kind in ("sketch", "labels"):
            # A grey picture that is no mask says so itself: its name is then another one, too.
            png = with_text(png, _KEYWORD, kind)
        image_id = hashlib.sha256(png).hexdigest()
        path = self._path(image_id)
        if not (path.is_file() and path.read_bytes() == png):
            write_beside(path, png)
        return StoredImage(image_id, kind, (pixels.shape[0], pixels.shape[1]))

    def _of_kind(self, image_id: str, kind: ImageKind) -> bytes:
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


def _kind_of(image: Image.Image) -> ImageKind:
    """Raises: KeyError for what no image here says or is."""
    if image.mode == "RGB":
        return "photo"
    said = image.text.get(_KEYWORD) if isinstance(image, PngImagePlugin.PngImageFile) else None
    return {"L": _GREY_KINDS}[image.mode][said]
