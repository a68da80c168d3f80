"""Which set looks at a world: its own, else one of a world with the same painter, with every role asked.

And at a model: one whose card names it, else its world's.
"""

from pathlib import Path

import pytest
from pydantic import ValidationError

from wend.errors import PerceptionNotFound
from wend.library.card import CARD_FILE, ModelCard, TrainingSection, WorldSection, write_card
from wend.library.perception import PerceptionStore
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.seeing import set_looking_at, set_seeing
from wend.perception.network import Role


def _publish(root: Path, set_id: str, world: str | None, *roles: Role, models: tuple[str, ...] = ()) -> None:
    """A card alone: nothing here loads a network."""
    (root / set_id).mkdir(parents=True)
    sections = tuple(NetworkSection(name=role, role=role, kind="edges") for role in roles)
    card = PerceptionCard(
        id=set_id, title="Eyes", summary="", licence="MIT", world=world, models=models, networks=sections
    )
    write_card(root / set_id / CARD_FILE, card)


@pytest.fixture
def store(tmp_path: Path) -> PerceptionStore:
    _publish(tmp_path, "a-photos", None, "labels", "factors")
    _publish(tmp_path, "b-cast", "portraits-cast", "classes")
    _publish(tmp_path, "c-discs", "disc", "labels")
    _publish(tmp_path, "d-heads", "portraits", "labels", "factors")
    _publish(tmp_path, "e-heads", "portraits", "labels", "lines")
    return PerceptionStore([tmp_path])


@pytest.mark.parametrize(
    ("world", "roles", "expected"),
    [
        ("portraits-cast", ("classes",), "b-cast"),
        ("portraits-cast", (), "b-cast"),
        ("portraits-cast", ("labels",), "d-heads"),
        ("portraits-cast", ("labels", "lines"), "e-heads"),
        ("portraits", ("labels",), "d-heads"),
        ("portraits", ("classes",), "b-cast"),
        ("portraits:tilt.sd=2x", ("factors",), "d-heads"),
        ("disc-dim", ("labels",), "c-discs"),
    ],
)
def test_the_set_that_sees_a_world(
    store: PerceptionStore, world: str, roles: tuple[Role, ...], expected: str
) -> None:
    assert set_seeing(store, world, *roles).card.id == expected


@pytest.mark.parametrize(
    ("world", "roles"),
    [("disc", ("factors",)), ("sprites", ("labels",)), ("nowhere", ()), ("portraits", ("lines", "factors"))],
)
def test_a_world_that_nothing_sees(store: PerceptionStore, world: str, roles: tuple[Role, ...]) -> None:
    with pytest.raises(PerceptionNotFound, match=world):
        set_seeing(store, world, *roles)


def _card(model_id: str, world: str | None = None, parent: str | None = None) -> ModelCard:
    return ModelCard(
        id=model_id,
        title=model_id,
        kind="stylegan2",
        summary="",
        licence="MIT",
        resolution=64,
        z_dim=8,
        w_dim=8,
        num_ws=2,
        layer_names=("a", "b"),
        hash="0" * 64,
        world=None if world is None else WorldSection(name=world),
        training=None
        if parent is None
        else TrainingSection(
            images_seen=1,
            seed=0,
            hours=0.1,
            recipe={"parent": parent, "parent_hash": "0" * 64},
        ),
    )


@pytest.fixture
def own(store: PerceptionStore, tmp_path: Path) -> PerceptionStore:
    """Beside those of worlds, sets that name models."""
    _publish(tmp_path, "f-photos", None, "labels", "saliency", models=("ffhq-*", "portraits-64"))
    _publish(tmp_path, "g-photos", None, "lines", "labels", models=("ffhq-256",))
    return store


@pytest.mark.parametrize(
    ("card", "roles", "expected"),
    [
        (_card("ffhq-256"), ("labels",), "f-photos"),
        (_card("ffhq-256"), ("lines",), "g-photos"),
        (_card("ffhq-1024"), (), "f-photos"),
        # One's own come before those of the world, role by role.
        (_card("portraits-64", "portraits"), ("labels",), "f-photos"),
        (_card("portraits-64", "portraits"), ("factors",), "d-heads"),
        # What was made of a model is looked at like it.
        (_card("my-child", "portraits", parent="portraits-64"), ("labels",), "f-photos"),
        (_card("my-child", None, parent="ffhq-256"), ("lines",), "g-photos"),
        (_card("other", "portraits"), ("labels",), "d-heads"),
    ],
)
def test_the_set_that_looks_at_a_model(
    own: PerceptionStore, card: ModelCard, roles: tuple[Role, ...], expected: str
) -> None:
    assert set_looking_at(own, card, *roles).card.id == expected


def test_a_model_that_nothing_looks_at(own: PerceptionStore) -> None:
    with pytest.raises(PerceptionNotFound, match="cats"):
        set_looking_at(own, _card("cats"), "labels")
    with pytest.raises(PerceptionNotFound, match="factors"):
        set_looking_at(own, _card("ffhq-256"), "factors")


@pytest.mark.parametrize("pattern", ["", "../ffhq", "a/b", "ffhq?"])
def test_a_pattern_is_letters_and_stars(pattern: str) -> None:
    section = NetworkSection(name="a", role="lines", kind="edges")
    with pytest.raises(ValidationError):
        PerceptionCard(id="a", title="", summary="", licence="", models=(pattern,), networks=(section,))
