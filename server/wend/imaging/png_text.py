"""PNG text: words that travel inside a picture's file, beside its pixels: which picture it is."""

import json
import struct
import zlib

from wend.documents.document import Document
from wend.documents.picture import Picture

PICTURE_KEYWORD = "wend"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(_SIGNATURE) + 25
"""Signature and the IHDR chunk, which comes first and has 13 bytes of data (PNG specification, 11.2.2)."""


def with_picture(png: bytes, picture: Picture) -> bytes:
    """A PNG that says, as a document in JSON, what it shows: dropped on the page, it opens."""
    text = json.dumps(Document(picture=picture).model_dump(mode="json"), separators=(",", ":"))
    return with_text(png, PICTURE_KEYWORD, text)


def with_text(png: bytes, keyword: str, text: str) -> bytes:
    """The same file with a tEXt chunk right after its header (PNG specification, 11.3.4.3).

    keyword: 1..79 Latin letters; text: ASCII, as JSON can be written. Raises: ValueError for what is no PNG,
    or for other letters.
    """
    if not png.startswith(_SIGNATURE) or png[12:16] != b"IHDR":
        raise ValueError("not a PNG file")
    data = keyword.encode("ascii") + b"\0" + text.encode("ascii")
    body = b"tEXt" + data
    chunk = struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEADER_END] + chunk + png[_HEADER_END:]
