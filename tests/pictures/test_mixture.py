"""Owner of generators between two siblings."""

from typing import Literal

import pytest
import torch
from torch import Tensor, nn

from tests.engine.conftest import Library
from tests.engine.library import CLASSY, build_library
from tests.pictures.children import publish_child
from wend.documents.picture import ModelBlend, Picture, SeedLatent
from wend.engine.request import RenderRequest, ViewKey
from wend.engine.residency import Residency
from wend.engine.waiting import Waiting
from wend.errors import BlendUnfit, ModelNotFound
from wend.pictures.final import draw_final
from wend.pictures.mixture import Mixture
from wend.pictures.resolve import Resolver

CPU = torch.device("cpu")
BlendHow = Literal["weights", "w"]
HOWS: tuple[BlendHow, ...] = ("weights", "w")


def residency(library: Library) -> Residency:
    return Residency(library[0], CPU, 2**30)


def picture(
    model: str = "tiny", blend: tuple[str, float] | None = None, how: BlendHow = "weights", psi: float = 0.8
) -> Picture:
    mixed = None if blend is None else ModelBlend(model=blend[0], weight=blend[1], how=how)
    return Picture(model=model, model_blend=mixed, latent=SeedLatent(seed=3), psi=psi)


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A parent, 'tiny', and two children that share its synthesis network: 'left' and 'right'."""
    library = build_library(tmp_path_factory.mktemp("family"))
    for seed, name in enumerate(("left", "right")):
        publish_child(library[1], "tiny", name, seed=seed)
    return library


def drawn(of: Residency, library: Library, asked: Picture) -> Tensor:
    """The final image of a picture."""
    resident = of.of(asked)
    return draw_final(resident.exact, Resolver(library[1]).resolve(asked, resident)).image


def test_every_tensor_lies_between(library: Library) -> None:
    of = residency(library)
    mixed = of.of(picture(blend=("other", 0.25))).exact
    ends = [of.get(model).exact for model in ("tiny", "other")]
    assert isinstance(mixed, nn.Module)
    states = [end.state_dict() for end in ends if isinstance(end, nn.Module)]
    for name, tensor in mixed.state_dict().items():
        if name != "mapping.w_avg":
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


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize(("model", "other"), [("tiny", "left"), ("left", "tiny"), ("left", "right")])
def test_the_ends_are_the_models_themselves(family: Library, how: BlendHow, model: str, other: str) -> None:
    """C10: bit for bit."""
    of = residency(family)
    for weight, end in ((0.0, model), (1.0, other)):
        between = drawn(of, family, picture(model, (other, weight), how))
        assert torch.equal(between, drawn(of, family, picture(end)))


@pytest.mark.parametrize("how", HOWS)
def test_between_two_children_the_synthesis_is_theirs_and_no_copy(family: Library, how: BlendHow) -> None:
    of = residency(family)
    own = of.get("left")
    mixed = of.of(picture("left", ("right", 0.4), how))
    assert isinstance(own.exact, nn.Module)
    assert isinstance(mixed.exact, nn.Module)
    tensors = {name: tensor for name, tensor in own.exact.named_parameters() if "mapping." not in name}
    for name, tensor in mixed.exact.named_parameters():
        if "mapping." not in name:
            assert tensor.data_ptr() == tensors[name].data_ptr(), name
    assert mixed.live is own.live


def test_a_twin_of_its_own_synthesis_draws_live_by_itself(library: Library) -> None:
    of = residency(library)
    mixed = of.of(picture("tiny", ("other", 0.5)))
    assert mixed.live is mixed.exact


def test_in_w_the_latents_lie_on_the_line_between(family: Library) -> None:
    """Truncated or not: the mean of such a w lies there, too."""
    of, psi = residency(family), 0.6
    ends = [Resolver(family[1]).resolve(picture(m, psi=psi), of.get(m)).ws for m in ("left", "right")]
    asked = picture("left", ("right", 0.3), "w", psi)
    found = Resolver(family[1]).resolve(asked, of.of(asked)).ws
    assert torch.allclose(found, torch.lerp(ends[0], ends[1], 0.3), atol=1e-6)


def test_both_ways_give_almost_the_same_sequence(family: Library) -> None:
    """As published: nearer to each other than the children are."""
    of = residency(family)
    ends = [drawn(of, family, picture(model)) for model in ("left", "right")]
    ways = [drawn(of, family, picture("left", ("right", 0.5), how)) for how in HOWS]
    assert (ways[0] - ways[1]).abs().mean() < 0.5 * (ends[0] - ends[1]).abs().mean()


@pytest.mark.parametrize("weight", [0.25, 0.4, 0.75])
def test_by_weights_truncation_pulls_to_the_mean_of_the_mapping_that_draws(
    family: Library, weight: float
) -> None:
    of = residency(family)
    exact = of.of(picture("left", ("right", weight))).exact
    line = torch.lerp(of.get("left").exact.w_avg, of.get("right").exact.w_avg, weight)
    z = torch.randn(20_000, exact.spec.z_dim, generator=torch.Generator().manual_seed(7))
    true = exact.mapping(z).mean(0)
    told = float((exact.w_avg - true).norm())
    assert told < 0.5 * float((line - true).norm())


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_other_synthesis_networks_are_refused_in_w(library: Library, weight: float) -> None:
    """At the ends, too: a slider that works there alone would be a puzzle."""
    with pytest.raises(BlendUnfit, match="synthesis networks differ"):
        residency(library).of(picture("tiny", ("other", weight), "w"))


def test_other_kinds_are_refused_in_w(library: Library) -> None:
    with pytest.raises(BlendUnfit, match="other kinds"):
        residency(library).of(picture("tiny", (CLASSY, 0.5), "w"))


def test_twins_go_with_the_models_whose_tensors_they_share(family: Library) -> None:
    store = family[0]
    of = Residency(store, CPU, 2**30)
    mixture = Mixture(store)
    asked = picture("left", ("right", 0.5))
    first = mixture.of(asked, of.get).exact
    assert mixture.of(asked, of.get).exact is first
    mixture.let_go(of.get("right").hash)
    assert mixture.of(asked, of.get).exact is not first


def test_few_twins_are_kept_and_one_of_another_synthesis(family: Library) -> None:
    of, mixture = residency(family), Mixture(family[0])

    def twin(model: str, other: str, how: BlendHow = "weights") -> object:
        return mixture.of(picture(model, (other, 0.5), how), of.get).exact

    light, heavy = twin("left", "right"), twin("tiny", "other")
    assert twin("tiny", "third") is not heavy
    assert twin("left", "right") is light
    assert twin("tiny", "other") is not heavy
    for model, other, how in (
        ("tiny", "left", "weights"),
        ("tiny", "right", "weights"),
        ("tiny", "left", "w"),
        ("tiny", "right", "w"),
    ):
        twin(model, other, how)  # type: ignore[arg-type]  # mypy widens the strings of tuples
    assert twin("left", "right") is not light
