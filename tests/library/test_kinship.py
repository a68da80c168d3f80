"""Owner of which models were made of which."""

from pathlib import Path

import pytest
import torch
from torch import nn

from tests.engine.conftest import Library
from tests.engine.library import CLASSY, build_library
from tests.pictures.children import publish_child
from wend.errors import ModelNotFound
from wend.library.kinship import Kin, Kinship, Parent, are_alike, parent_of
from wend.library.publish import CardText, publish_model


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """'tiny' with the children 'left' and 'right', beside strangers."""
    library = build_library(tmp_path_factory.mktemp("family"))
    for seed, name in enumerate(("left", "right")):
        publish_child(library[1], "tiny", name, seed=seed)
    return library


def kin(library: Library, of: str) -> dict[str, Kin]:
    return {each.model.card.id: each for each in Kinship(library[0]).of(of)}


def test_a_card_tells_the_parent(family: Library) -> None:
    store = family[0]
    assert parent_of(store.get("tiny").card) is None
    assert parent_of(store.get("left").card) == Parent("tiny", store.get("tiny").card.hash)


def test_parents_children_siblings_and_strangers(family: Library) -> None:
    of_child = Kinship(family[0]).of("left")
    assert [(each.model.card.id, each.relation) for each in of_child][:2] == [
        ("tiny", "parent"),
        ("right", "sibling"),
    ]
    assert {each.relation for each in of_child[2:]} == {"stranger"}
    assert [each.model.card.id for each in Kinship(family[0]).of("tiny")][:2] == ["left", "right"]


def test_what_shares_a_synthesis_network_blends_both_ways(family: Library) -> None:
    found = kin(family, "left")
    assert all(found[name].has_one_synthesis for name in ("tiny", "right"))
    assert all(found[name].why_not_weights == "" for name in ("tiny", "right", "other"))


def test_why_two_cannot_be_blended_is_said(family: Library) -> None:
    found = kin(family, "left")
    assert found["other"].why_not_w == "their synthesis networks differ"
    assert found[CLASSY].why_not_weights == found[CLASSY].why_not_w == "their classes differ"


def test_a_shift_of_w_or_a_warp_of_z_makes_no_stranger(family: Library) -> None:
    card = family[0].get("tiny").card
    shifted = card.model_copy(update={"config": {**card.config, "w_shift": True}})
    larger = card.model_copy(update={"config": {**card.config, "mapping_layers": 3}})
    assert are_alike(card, shifted)
    warped, wider = (
        card.model_copy(update={"config": {**card.config, "z_warp": width}}) for width in (16, 32)
    )
    assert are_alike(card, warped)
    assert are_alike(wider, shifted)
    assert not are_alike(warped, wider), "their warps hold other numbers"
    assert not are_alike(card, larger)


def test_weights_that_changed_are_read_anew(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    publish_child(shelf, "tiny", "left")
    kinship = Kinship(store)
    own, parent = store.get("left"), store.get("tiny")
    assert kinship.between(own, parent).has_one_synthesis
    generator = store.load("tiny", torch.device("cpu"))
    assert isinstance(generator, nn.Module)
    generator.synthesis.b4.const.data.add_(1.0)  # type: ignore[union-attr, operator]  # torch's stubs know no blocks
    text = CardText(parent.card.title, "", "MIT", parent.card.kind, parent.card.config)
    publish_model(parent.folder, text, generator.state_dict(), None, None, None)
    assert not kinship.between(store.get("left"), store.get("tiny")).has_one_synthesis


def test_an_unknown_model_has_no_kin(family: Library) -> None:
    with pytest.raises(ModelNotFound):
        Kinship(family[0]).of("nobody")
