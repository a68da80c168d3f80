"""Shipped encoders: for shipped generators, within their size, and as good as their card says."""

from pathlib import Path

import pytest
import torch

from wend.api.models import list_models, summary_of
from wend.generators.split import Split, held_noise
from wend.library.encoders import Encoder, EncoderStore
from wend.library.models import ModelStore
from wend.library.weights import ENCODER_FILE

SHIPPED = Path(__file__).parents[2] / "models"
CPU = torch.device("cpu")
MOST_BYTES = 4_000_000
STORE = EncoderStore([SHIPPED / "encoders"])


@pytest.mark.parametrize("encoder", STORE.list(), ids=lambda each: each.card.id)
def test_it_finds_what_its_generator_drew_as_its_card_says(encoder: Encoder) -> None:
    assert (encoder.folder / ENCODER_FILE).stat().st_size <= MOST_BYTES
    models = ModelStore([SHIPPED / "generators"])
    assert models.get(encoder.card.model).card.hash == encoder.card.generator_hash
    generator, network = models.load(encoder.card.model, CPU), STORE.load(encoder, CPU)
    split = Split(generator, network.config.layer, held_noise(generator))
    z = torch.randn(16, generator.spec.z_dim, generator=torch.Generator().manual_seed(9))
    with torch.inference_mode():
        true = split.draw(split.top_of(z)).clamp(-1.0, 1.0)
        found = split.draw(network(true)).clamp(-1.0, 1.0)
        mean = true.mean(dim=0, keepdim=True)
    error, blind = ((each - true).abs().mean().item() * 127.5 for each in (found, mean))
    assert error < 1.3 * encoder.card.measured["error_of_255"]
    assert error < 0.5 * blind


def test_there_is_one_for_the_model_a_picture_begins_with() -> None:
    default = ModelStore([SHIPPED / "generators"]).get("portraits-64").card
    found = EncoderStore.beside([SHIPPED / "generators"]).find(default.hash)
    assert found is not None
    assert found.card.measured["milliseconds"] < 100.0


def test_a_list_of_models_knows_where_photos_can_be_looked_for_by_it() -> None:
    store = ModelStore([SHIPPED / "generators"])
    encoders = EncoderStore.beside(store.roots)
    listed = {each.id: each for each in list_models(store, encoders).models}
    assert listed["portraits-64"].encoder_places == ("encoder", "layers")
    assert listed["analytic-disc"].encoder_places == ()
    assert summary_of(store, encoders, "portraits-64") == listed["portraits-64"]
