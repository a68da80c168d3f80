"""The network that tells classes: chances, any size, gradient, and learning the classes of a world."""

from pathlib import Path

import pytest
import torch

from tests.worlds.spots import NAMES, Spots
from wend.errors import InvalidInput, InvalidShape, PerceptionNotFound
from wend.library.perception import PerceptionStore
from wend.perception.build import build_network
from wend.perception.class_net import ClassNet
from wend.training.perception.classes import ClassRecipe, train_classes
from wend.worlds.portraits import Portraits
from wend.worlds.world import draw

CPU = torch.device("cpu")


def test_chances_of_pictures_of_any_size() -> None:
    network = build_network("class-net", {}, ("a", "b", "c"))
    assert isinstance(network, ClassNet)
    assert network.labels == ("a", "b", "c")
    for size in (32, 64, 100):
        chances = network.chances(torch.rand(2, 3, size, size))
        assert chances.shape == (2, 3)
        assert torch.allclose(chances.sum(dim=1), torch.ones(2))
    with pytest.raises(InvalidShape):
        network.chances(torch.rand(2, 1, 64, 64))
    with pytest.raises(InvalidInput, match="two or more"):
        build_network("class-net", {}, ("alone",))


def test_gradient_reaches_the_picture() -> None:
    network = build_network("class-net", {}, ("a", "b"))
    assert isinstance(network, ClassNet)
    images = torch.rand(1, 3, 64, 64, requires_grad=True)
    network.chances(images)[0, 0].backward()
    assert images.grad is not None
    assert float(images.grad.abs().max()) > 0.0


def test_it_learns_the_classes_of_a_world_and_is_found_again(tmp_path: Path) -> None:
    recipe = ClassRecipe(pictures=120, images=1_600, size=32, batch=16, held_out=60)
    found = train_classes(
        Spots(), tmp_path / "spots", recipe, lambda _done, _total: None, lambda _progress: None
    )
    (section,) = found.card.networks
    assert section.measured["held_out"] == 60
    accuracy = section.measured["accuracy"]
    assert isinstance(accuracy, float)
    assert accuracy >= 0.9
    store = PerceptionStore([tmp_path])
    assert store.for_world("spots", "classes").card.id == "spots"
    with pytest.raises(PerceptionNotFound, match="factors"):
        store.for_world("spots", "factors")
    network = store.classes("spots", CPU)
    assert network.labels == NAMES
    scene = draw(Spots(), 30, 9, 64)
    told = network.chances(scene.images).argmax(dim=1)
    assert float((told == scene.factors["who"].long()).float().mean()) >= 0.9


def test_a_network_that_has_learned_nothing_is_not_shipped(tmp_path: Path) -> None:
    recipe = ClassRecipe(pictures=30, images=16, size=32, batch=16, held_out=30)
    with pytest.raises(InvalidInput, match="train it longer"):
        train_classes(Spots(), tmp_path / "spots", recipe, lambda _d, _t: None, lambda _p: None)
    assert not (tmp_path / "spots").exists()


def test_a_world_without_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="has no classes"):
        train_classes(Portraits(), tmp_path / "x", ClassRecipe(), lambda _d, _t: None, lambda _p: None)
