"""Text in a PNG: readable by anybody, and no pixel is another for it."""

import io

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from wend.documents.document import parse_document
from wend.documents.picture import Mask, Picture, SeedLatent
from wend.imaging.codec import encode
from wend.imaging.png_text import with_picture, with_text

PIXELS = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)


def opened(png: bytes) -> PngImageFile:
    image = Image.open(io.BytesIO(png))
    assert isinstance(image, PngImageFile)
    image.load()
    return image


def test_pixels_stay_and_the_text_is_read_back() -> None:
    image = opened(with_text(encode(PIXELS, "png"), "wend", '{"a":1}'))
    assert np.array_equal(np.asarray(image), PIXELS)
    assert image.text == {"wend": '{"a":1}'}


def test_a_picture_is_read_back_as_a_document_whatever_its_letters() -> None:
    masks = (Mask(name="Härchen, 目", image="0" * 64),)
    picture = Picture(model="tiny", latent=SeedLatent(seed=3), masks=masks)
    png = with_picture(encode(PIXELS, "png"), picture)
    assert png == with_picture(encode(PIXELS, "png"), picture)
    text = opened(png).text["wend"]
    assert parse_document(text).picture == picture


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", encode(PIXELS, "jpeg")])
def test_what_is_no_png_gets_no_text(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a PNG"):
        with_text(data, "wend", "text")
