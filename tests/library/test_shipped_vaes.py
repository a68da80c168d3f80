"""The shipped VAEs: small, with their encoders, and what each tells of a sprite as its beta lets it."""

from pathlib import Path

import pytest
import torch

from wend.generators.vae import VAEEncoder
from wend.library.models import ModelStore
from wend.measure.latent_use import LatentUse, latent_use
from wend.measure.slices import finish
from wend.worlds.registry import describe_laws
from wend.worlds.sprites import Sprites
from wend.worlds.world import sample_factors

MODELS = Path(__file__).parents[2] / "models" / "generators"
BETAS = (1, 4, 10, 20)
COUNT = 96
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def store() -> ModelStore:
    return ModelStore([MODELS])


@pytest.fixture(scope="module")
def uses(store: ModelStore) -> dict[int, LatentUse]:
    """What each tells of the same sprites, none of which it was trained on."""
    values = sample_factors(Sprites(), COUNT, 880_001)
    with torch.no_grad():
        images = Sprites().render(values, 64).images
    told = {name: values[name] for name in ("x", "y", "scale")}
    found: dict[int, LatentUse] = {}
    for beta in BETAS:
        name = f"sprites-vae-b{beta}"
        encoder = store.load_encoder(name, CPU)
        assert isinstance(encoder, VAEEncoder)
        found[beta] = finish(latent_use(store.load(name, CPU), encoder, images, told))
    return found


@pytest.mark.parametrize("beta", BETAS)
def test_it_is_what_its_card_says(store: ModelStore, beta: int) -> None:
    model = store.get(f"sprites-vae-b{beta}")
    card = model.card
    assert (card.kind, card.z_dim, card.resolution, card.spaces) == ("vae", 10, 64, ("z",))
    assert card.training is not None
    assert card.training.recipe["beta"] == beta
    assert card.training.recipe["lr"] == 1e-3
    assert card.training.images_seen <= 300_000
    assert card.licence.startswith("MIT")
    assert card.world is not None
    assert card.world.laws == describe_laws(Sprites())
    assert model.has_encoder
    assert model.sheet is not None
    assert sum(path.stat().st_size for path in model.folder.iterdir() if path.is_file()) < 1_300_000


def test_a_code_draws_its_picture_again(uses: dict[int, LatentUse]) -> None:
    """Errors of a pixel: black pictures miss 0.05 of the pixels, those of a sprite."""
    assert all(use.error < 0.02 for use in uses.values())
    assert all((use.followed[name] or 0.0) > 0.8 for use in uses.values() for name in ("x", "y"))
    assert all(use.dropped == () for use in uses.values())


def test_the_higher_beta_the_less_is_told(uses: dict[int, LatentUse]) -> None:
    kls = [uses[beta].total for beta in BETAS]
    missed = [uses[beta].missed for beta in BETAS]
    assert kls == sorted(kls, reverse=True)
    assert missed == sorted(missed)
    assert all(len(use.kl) == 10 for use in uses.values())


def test_dropped_factors_are_visible(uses: dict[int, LatentUse]) -> None:
    """At beta 20 place and size are all that is left: three latents, the others say nothing."""
    assert uses[20].used == 3
    assert sorted(uses[20].kl)[6] < 0.02
    assert uses[1].used > uses[20].used
    assert sorted(uses[1].kl)[6] > 1.0
