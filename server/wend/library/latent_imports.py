"""Latent imports: points that other programs stored, kept as codes, and codes as files that others read."""

import io
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from wend.errors import FormatDamaged
from wend.formats.directions import Space, Target
from wend.formats.sandbox import Sandbox
from wend.library.codes import Code, StoredCode
from wend.library.shelf import Shelf


def import_latents(
    sandbox: Sandbox,
    path: Path,
    shelf: Shelf,
    model_id: str,
    space: Space | None = None,
    called: str | None = None,
) -> tuple[StoredCode, ...]:
    """Keep the latents of a file for a model. space: what to take them for where the file does not say;
    called: the file's name where it comes from, if another.

    Raises: the family of FormatRefused, FormatAmbiguous where something must be told; ModelNotFound,
    CardInvalid, DiskFull.
    """
    card = shelf.store.get(model_id).card
    target = Target(card.z_dim, card.w_dim, card.num_ws, card.spaces, space)
    with tempfile.TemporaryDirectory(prefix="wend-read-") as folder:
        report, numbers = sandbox.read_latents(path, target, Path(folder), called)
        values = load_file(numbers)["values"].astype(np.float32)
    if not bool(np.isfinite(values).all()) or len(values) != len(report.names):
        raise FormatDamaged(report.file, "its latents are not finite, or not as many as their names")
    # The file does not say which weights they were found for.
    return tuple(
        shelf.codes.put(Code(report.space, one, name)) for one, name in zip(values, report.names, strict=True)
    )


def pack_latent(ws: NDArray[np.float32]) -> bytes:
    """An `.npz` of ws [N, L, D] under the key `w`, as NVIDIA's projector writes and most programs read."""
    file = io.BytesIO()
    np.savez(file, w=ws.astype(np.float32))
    return file.getvalue()
