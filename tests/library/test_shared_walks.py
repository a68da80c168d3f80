"""Owner of walks that go on working in another model."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.conftest import Library
from tests.engine.library import build_library
from tests.pictures.children import publish_child
from wend.errors import WalkInvalid
from wend.library.kinship import Kinship
from wend.library.shared_walks import take_missing


@pytest.fixture
def own_library(tmp_path: Path) -> Library:
    return build_library(tmp_path)


def learn(library: Library, model: str, family: str) -> None:
    """Put a copy of the model's walk test/0 on its shelf, as a family of its own."""
    store, shelf = library
    walk = replace(shelf.get(model, "test/0"), id=f"{family}/0", settings={})
    shelf.save(store.get(model).card.hash, family, [walk])


def test_what_was_learned_later_is_taken_over_either_way(own_library: Library) -> None:
    store, shelf = own_library
    publish_child(shelf, "tiny", "left", seed=1)
    publish_child(shelf, "tiny", "right", seed=2)
    kinship = Kinship(store)
    learn(own_library, "left", "steer-later")
    assert take_missing(shelf, kinship, "left", "right") == 1
    assert take_missing(shelf, kinship, "right", "tiny") == 1
    assert take_missing(shelf, kinship, "right", "tiny") == 0
    assert shelf.get("tiny", "steer-later/0").settings["measured_on"] == "left"


def test_walks_of_another_synthesis_network_are_refused(own_library: Library) -> None:
    store, shelf = own_library
    with pytest.raises(WalkInvalid, match="their synthesis networks differ"):
        take_missing(shelf, Kinship(store), "other", "tiny")
