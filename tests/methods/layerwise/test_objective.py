"""Correcting layers: z_0's own picture at first, penalties by hand, and nothing else moves (B8)."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from tests.generators.small_ones import KINDS
from tests.methods.layerwise.layered import drawn, layered
from wend.generators.generator import synthesize
from wend.library.models import hash_of
from wend.methods.layerwise.inversion import Eye, LayerwiseInversion
from wend.methods.layerwise.likeness import Likeness
from wend.methods.layerwise.objective import LayersObjective
from wend.methods.layerwise.settings import METHODS, LayerwiseSettings
from wend.perception.distance import PerceptualDistance
from wend.perception.network import FeatureNetwork

F = METHODS["f"]


class TwoMaps:
    """Features: the picture itself, and its mean over colours, thrice as large."""

    def maps(self, images: Tensor) -> tuple[Tensor, ...]:
        return images, 3.0 * images.mean(dim=1, keepdim=True)

    def vector(self, images: Tensor) -> Tensor:
        return images.mean(dim=(2, 3))


def _objective(
    kind: str, settings: LayerwiseSettings = F, features: FeatureNetwork | None = None
) -> LayersObjective:
    model = layered(kind)
    _, target = drawn(model, 4)
    likeness = Likeness(target, features, settings.pixels, settings.perceptual)
    with torch.no_grad():
        top = model.encoder(target)
    return LayersObjective(model.split, likeness, settings, top, model.encoder)


@pytest.mark.parametrize("kind", KINDS)
def test_before_the_first_step_it_is_the_generators_own_picture(kind: str) -> None:
    objective = _objective(kind)
    split = objective.split
    whole = synthesize(split.generator, split.ws(objective.top), split.noise)
    assert torch.equal(objective.image(), whole)
    assert all(not bool(p.any()) for p in objective.parameters)
    assert objective.indices == tuple(range(1, split.count)) or split.count == 1


def test_penalties_are_means_of_squares_and_weigh_one() -> None:
    objective = _objective("chain")
    with torch.no_grad():
        for index, parameter in enumerate(objective.parameters):
            parameter.fill_(float(index))
    assert [p.shape[1] for p in objective.parameters] == [12, 12, 10]
    assert objective.losses()["corrections"].item() == pytest.approx(0.0 + 1.0 + 4.0)
    assert objective.settings.penalty == 1.0


def test_corrections_count_in_units_of_their_layer() -> None:
    objective = _objective("styled")
    with torch.no_grad():
        objective.parameters[0].fill_(2.0)
    sizes = layered("styled").encoder.sizes
    assert torch.allclose(objective.corrections()[1], 2.0 * sizes[0])
    assert objective.losses()["corrections"].item() == pytest.approx(4.0)


def test_what_another_encoder_began_does_not_go_on() -> None:
    objective = _objective("chain")
    state = objective.state_dict()
    objective.load_state_dict(state)
    with pytest.raises(ValueError, match="encoder has changed"):
        objective.load_state_dict({**state, "top": objective.top + 0.5})


def test_z_and_the_last_layer_are_corrected_where_asked() -> None:
    objective = _objective("chain", replace(F, with_top=True, with_last=True))
    assert [tuple(p.shape) for p in objective.parameters] == [
        (1, 12), (1, 12, 4, 4), (1, 12, 4, 4), (1, 10, 8, 8), (1, 10, 8, 8),
    ]  # fmt: skip
    with torch.no_grad():
        objective.parameters[0].fill_(0.5)
    assert torch.equal(objective.top_now(), objective.top + 0.5)


@pytest.mark.parametrize("kind", ["chain", "styled"])
def test_only_corrections_have_gradients(kind: str) -> None:
    objective = _objective(kind)
    before = hash_of(objective.split.generator)
    objective.backward(0)
    assert all(p.grad is not None and bool(p.grad.any()) for p in objective.parameters)
    generator = objective.split.generator
    assert isinstance(generator, nn.Module)
    assert all(p.grad is None for p in generator.parameters())
    assert objective.top.grad is None
    assert hash_of(generator) == before


class LearnedMaps(nn.Module):
    """Features of a convolution, frozen as networks are that were loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 4, 3)
        self.requires_grad_(False).eval()

    def maps(self, images: Tensor) -> tuple[Tensor, ...]:
        return (torch.tanh(self.layer(images)),)

    def vector(self, images: Tensor) -> Tensor:
        return self.maps(images)[0].mean(dim=(2, 3))


@pytest.mark.parametrize("kind", ["chain", "styled"])
def test_a_whole_run_changes_neither_generator_nor_encoder_nor_features(kind: str) -> None:
    model, features = layered(kind), LearnedMaps()
    generator = model.split.generator
    assert isinstance(generator, nn.Module)
    parts: dict[str, nn.Module] = {"G": generator, "E": model.encoder, "V": features}
    before = {
        name: {key: tensor.clone() for key, tensor in part.state_dict().items()}
        for name, part in parts.items()
    }
    _, target = drawn(model, 4)
    eye = Eye("convolution", features, is_relative=True)
    search = LayerwiseInversion(model, target, replace(F, updates=4, patience=0), eye)
    search.run()
    assert any(bool(p.any()) for p in search.objective.parameters)
    for name, part in parts.items():
        assert not part.training
        assert all(p.grad is None for p in part.parameters())
        assert all(torch.equal(before[name][key], tensor) for key, tensor in part.state_dict().items())


def test_likeness_is_the_mean_absolute_difference_of_pixels_and_of_features() -> None:
    target, image = torch.full((1, 3, 4, 4), 0.5), torch.full((1, 3, 4, 4), 0.25)
    parts = Likeness(target, TwoMaps(), 1.0, 1.0, is_relative=False).parts(image)
    assert parts["pixels"].item() == pytest.approx(0.25)
    assert parts["features"].item() == pytest.approx((0.25 + 0.75) / 2.0)
    relative = Likeness(target, TwoMaps(), 2.0, 1.0).parts(image)
    assert (relative["pixels"].item(), relative["features"].item()) == pytest.approx((0.5, 0.5))
    assert list(Likeness(target, None, 1.0, 1.0).parts(image)) == ["pixels"]
    assert PerceptualDistance(TwoMaps()).features is not None
