"""Owner of generators between two siblings."""

import pytest
import torch
from torch import nn

from tests.engine.conftest import Library
from tests.engine.library import CLASSY
from wend.documents.picture import ModelBlend, Picture, SeedLatent
from wend.engine.request import RenderRequest, ViewKey
from wend.engine.residency import Residency
from wend.engine.waiting import Waiting
from wend.errors import ModelNotFound
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolver

CPU = torch.device("cpu")


def residency(library: Library) -> Residency:
    return Residency(library[0], CPU, 2**30)


def picture(model: str = "tiny", blend: tuple[str, float] | None = None) -> Picture:
    mixed = None if blend is None else ModelBlend(model=blend[0], weight=blend[1])
    return Picture(model=model, model_blend=mixed, latent=SeedLatent(seed=3))


def test_every_tensor_lies_between(library: Library) -> None:
    of = residency(library)
    mixed = of.of(picture(blend=("other", 0.25))).exact
    ends = [of.get(model).exact for model in ("tiny", "other")]
    assert isinstance(mixed, nn.Module)
    states = [end.state_dict() for end in ends if isinstance(end, nn.Module)]
    for name, tensor in mixed.state_dict().items():
        assert torch.allclose(tensor, 0.75 * states[0][name] + 0.25 * states[1][name], atol=1e-6), name


def test_the_models_themselves_stay_as_they_are(library: Library) -> None:
    of = residency(library)
    alone = draw_final(of.get("tiny").exact, Resolver(library[1]).resolve(picture(), of.get("tiny"))).pixels
    of.of(picture(blend=("other", 0.5)))
    again = draw_final(of.get("tiny").exact, Resolver(library[1]).resolve(picture(), of.get("tiny"))).pixels
    assert (alone == again).all()


def test_half_way_it_does_not_matter_whose_picture_it_is(library: Library) -> None:
    of, resolver = residency(library), Resolver(library[1])
    drawn = []
    for one, other in (("tiny", "other"), ("other", "tiny")):
        asked = picture(one, (other, 0.5))
        resident = of.of(asked)
        drawn.append(draw_final(resident.exact, resolver.resolve(asked, resident)).image)
    assert torch.allclose(drawn[0], drawn[1], atol=1e-4)


def test_latents_of_one_mixture_are_not_used_for_another(library: Library) -> None:
    of, kept = residency(library), Resolver(library[1])
    found = []
    for weight in (0.2, 0.4):
        asked = picture(blend=("other", weight))
        resident = of.of(asked)
        assert torch.equal(kept.resolve(asked, resident).ws, Resolver(library[1]).resolve(asked, resident).ws)
        found.append(resident.hash)
    assert len({*found, of.get("tiny").hash}) == 3


@pytest.mark.parametrize("blend", [("tiny", 0.5), (CLASSY, 0.5), ("other", 0.0)])
def test_of_strangers_and_of_nothing_the_model_itself_draws(
    library: Library, blend: tuple[str, float]
) -> None:
    of = residency(library)
    assert of.of(picture(blend=blend)) is of.get("tiny")


def test_an_unknown_sibling_is_said(library: Library) -> None:
    with pytest.raises(ModelNotFound):
        residency(library).of(picture(blend=("none", 0.5)))


def test_a_budget_for_one_model_is_enough(own_library: Library) -> None:
    """Siblings are both needed while they are mixed; then either may leave."""
    of = Residency(own_library[0], CPU, 1)
    assert of.of(picture(blend=("other", 0.5))).hash != of.get("tiny").hash


def test_pictures_of_different_mixtures_are_drawn_apart() -> None:
    waiting = Waiting()
    for number, blend in enumerate((None, ("other", 0.5), ("other", 0.5), None)):
        key = ViewKey(f"s{number}", 0)
        waiting.put(RenderRequest(key, 0, picture(blend=blend), "live", "jpeg", float(number)))
    batches = []
    while batch := waiting.take(waiting.ready()):
        batches.append([request.key.session for request in batch])
    assert batches == [["s0", "s3"], ["s1", "s2"]]
