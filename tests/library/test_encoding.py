"""Encoders of models, kept in memory for the next photo within a bound."""

import shutil
from pathlib import Path

import pytest
import torch
from torch import nn

from wend.errors import EncoderMissing
from wend.library.encoding import PhotoEncoders
from wend.library.models import ModelStore

SHIPPED = Path(__file__).parents[2] / "models" / "generators"
ONE, OTHER = "sprites-vae-b1", "sprites-vae-b4"
PHOTO = torch.linspace(-1.0, 1.0, 3 * 48 * 64).reshape(1, 3, 48, 64)


class CountingStore(ModelStore):
    """Says whose encoders were loaded."""

    def __init__(self, roots: list[Path]) -> None:
        super().__init__(roots)
        self.loaded: list[str] = []
        self.ballast = torch.zeros(0)  # of encoders that are loaded from now on

    def load_encoder(self, model_id: str, device: torch.device) -> nn.Module | None:
        self.loaded.append(model_id)
        encoder = super().load_encoder(model_id, device)
        if encoder is not None:
            encoder.register_buffer("ballast", self.ballast)
        return encoder


@pytest.fixture
def store(tmp_path: Path) -> CountingStore:
    """Two models with encoders and one without, in a folder of their own."""
    for name in (ONE, OTHER, "analytic-disc"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    return CountingStore([tmp_path])


def test_an_encoder_is_loaded_once(store: CountingStore) -> None:
    encoders = PhotoEncoders(store)
    first, second = (encoders.encode(ONE, PHOTO, name) for name in ("a.jpg", "b.jpg"))
    assert store.loaded == [ONE]
    assert (first.space, first.values.shape, first.title) == ("z", (10,), "a.jpg")
    assert first.digest == second.digest
    assert first.generator_hash == store.get(ONE).card.hash


def test_the_least_recently_used_leaves_first(store: CountingStore) -> None:
    encoder = store.load_encoder(ONE, torch.device("cpu"))
    assert encoder is not None
    size = sum(t.nbytes for t in (*encoder.parameters(), *encoder.buffers()))
    store.loaded.clear()
    encoders = PhotoEncoders(store, budget_bytes=size * 3 // 2)
    for model in (ONE, OTHER, OTHER, ONE):
        encoders.encode(model, PHOTO)
    assert store.loaded == [ONE, OTHER, ONE]
    assert encoders.kept == (ONE,)
    # One of more than the whole budget is used, kept by nobody, and throws nobody out.
    store.ballast = torch.zeros(size)
    encoders.encode(OTHER, PHOTO)
    assert encoders.kept == (ONE,)


def test_a_changed_model_is_read_anew(store: CountingStore) -> None:
    encoders = PhotoEncoders(store)
    before = encoders.encode(ONE, PHOTO)
    folder = store.get(ONE).folder
    (folder / "encoder.safetensors").write_bytes(
        (store.get(OTHER).folder / "encoder.safetensors").read_bytes()
    )
    assert encoders.encode(ONE, PHOTO).digest != before.digest
    assert store.loaded == [ONE, ONE]


def test_a_model_without_one_says_so(store: CountingStore) -> None:
    with pytest.raises(EncoderMissing):
        PhotoEncoders(store).encode("analytic-disc", PHOTO)
