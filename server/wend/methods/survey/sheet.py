"""Sheets: the examples of one class as a picture of four rows."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from wend.imaging.contact_sheet import sheet_jpeg
from wend.measure.slices import Sliced
from wend.methods.survey.gallery import EXAMPLES, ClassExamples
from wend.methods.survey.source import Source

ROWS = ("real, with it", "generated, most alike, without it", "generated, with it", "real, most alike")
_BLANK = 0.85


def draw_sheet(examples: ClassExamples, real: Source, model: Source, size: int) -> Sliced[bytes]:
    """JPEG of `ROWS` rows by `EXAMPLES` columns; light grey where there is no example. A slice is a row."""
    rows: list[Tensor] = []
    for source, places in (
        (real, examples.there),
        (model, examples.missing),
        (model, examples.drawn),
        (real, examples.nearest),
    ):
        rows.append(_row(source, places, size))
        yield
    return sheet_jpeg(torch.cat(rows), EXAMPLES)


def _row(source: Source, places: Sequence[int], size: int) -> Tensor:
    row = torch.full((EXAMPLES, 3, size, size), _BLANK)
    known = [(k, place) for k, place in enumerate(places) if place >= 0]
    if not known:
        return row
    batch = source.fetch([place for _, place in known])
    column = {place: k for k, place in known}
    for image, place in zip(batch.images.cpu(), batch.places, strict=True):
        row[column[place]] = image
    # One real picture may be the nearest of several.
    for k, place in known:
        row[k] = row[column[place]]
    return row


def as_tensor(jpeg: bytes) -> Tensor:
    """For a checkpoint, which holds tensors: uint8 [bytes]."""
    return torch.from_numpy(np.frombuffer(jpeg, dtype=np.uint8).copy())


def as_bytes(kept: Tensor) -> bytes:
    """Back from a checkpoint."""
    return kept.numpy().tobytes()
