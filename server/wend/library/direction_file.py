"""Direction files: one walk as other programs read it, a plain array that is added times alpha."""

import io
import json
from typing import Literal, assert_never

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save

from wend.errors import WalkNotLinear
from wend.library.walk_record import WalkRecord

DirectionFormat = Literal["npy", "safetensors"]


def direction_array(record: WalkRecord, num_ws: int) -> NDArray[np.float32]:
    """What alpha 1 adds, float32: [1, D], or [num_ws, D] where it does not move all rows alike, with zeros
    where it leaves them alone. Raises: WalkNotLinear where no array says what it does."""
    if not record.is_linear:
        raise WalkNotLinear(record.id)
    moved = (record.vector.double() * record.unit_length).float()
    start, end = record.layers
    if record.space == "z" or (moved.dim() == 1 and (start, end) == (0, num_ws)):
        return moved.reshape(1, -1).numpy()
    rows = torch.zeros(num_ws, moved.shape[-1])
    rows[start:end] = moved if moved.dim() == 1 else moved[start:end]
    return rows.numpy()


def pack_direction(record: WalkRecord, num_ws: int, kind: DirectionFormat) -> bytes:
    """The file of a linear walk. Raises: WalkNotLinear.

    The tensor of a safetensors file says its space, and its metadata what is known of the walk; a `.npy` is
    the bare array, and its space has to be told.
    """
    array = direction_array(record, num_ws)
    match kind:
        case "npy":
            file = io.BytesIO()
            np.save(file, array, allow_pickle=False)
            return file.getvalue()
        case "safetensors":
            about = {
                "title": record.title,
                "unit": record.unit,
                "low": repr(record.low),
                "high": repr(record.high),
                "psi": repr(record.psi),
                "layers": json.dumps(list(record.layers)),
                "generator_hash": record.generator_hash,
            }
            return save({f"direction.{record.space}": np.ascontiguousarray(array)}, about)
        case _:
            assert_never(kind)
