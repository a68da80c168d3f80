"""Own folder: a model of this program as it lies on a disk, with a card and networks beside its weights."""

import hashlib
import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from wend.errors import FormatRefused
from wend.formats.found import Found
from wend.formats.limits import Limits
from wend.formats.modules import state_dict
from wend.formats.read import read_source
from wend.formats.source import Source
from wend.formats.tensors import StoredTensor

CARD_FILE = "card.toml"
_MAX_CARD_BYTES = 2**18
_PARTS = ("discriminator", "encoder")
_REBUILT = "resample_filter"  # a constant of the architecture, which no hash counts


def with_own(found: Found, file: Path, limits: Limits, opened: ExitStack) -> Found:
    """The same with the card and the networks that lie beside safetensors; as it is, where no card does.

    A card is of the weights whose hash it names, and in an inbox or a folder of downloads it lies beside
    others: of those it says nothing.
    opened: closes their files, from which tensors are read as long as they are wanted.
    Raises: the family of FormatRefused, of a network beside it that is damaged.
    """
    card = _card(file.with_name(CARD_FILE), limits) if found.kind == "safetensors" else {}
    if not card or not _is_of(card, found, limits):
        return found
    parts: dict[str, Mapping[str, StoredTensor]] = {}
    for part in _PARTS:
        path = file.with_name(f"{part}.safetensors")
        if path.is_file() and path != file:
            source = Source.open(path, limits)
            opened.callback(source.file.close)
            parts[part] = state_dict(source.name, read_source(source).value)
    return replace(found, card=card, parts=parts)


def _is_of(card: Mapping[str, object], found: Found, limits: Limits) -> bool:
    """Whether a card's hash is that of a file's tensors. Source: `library.weights.generator_hash`."""
    tensors = state_dict(found.name, found.value)
    if (
        not isinstance(card.get("hash"), str)
        or 4 * sum(t.numel for t in tensors.values()) > limits.tensor_bytes
    ):
        return False
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        if name.rsplit(".", 1)[-1] != _REBUILT:
            digest.update(f"{name}:{tuple(tensor.shape)};".encode())
            with np.errstate(over="ignore"):
                digest.update(tensor.array().astype("<f4").tobytes())
    return digest.hexdigest() == card["hash"]


def _card(path: Path, limits: Limits) -> dict[str, object]:
    """What a card says; {} for one that cannot be read, which may be of anything."""
    try:
        source = Source.open(path, limits)
    except FormatRefused:
        return {}
    try:
        whole = source.read(0, source.size) if source.size <= _MAX_CARD_BYTES else b""
        return dict(tomllib.loads(whole.decode("utf-8")))
    except (ValueError, RecursionError, FormatRefused):
        return {}
    finally:
        source.file.close()
