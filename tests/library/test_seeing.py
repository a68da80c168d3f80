"""Which set looks at a world: its own, else one of a world with the same painter, with every role asked."""

from pathlib import Path

import pytest

from wend.errors import PerceptionNotFound
from wend.library.card import CARD_FILE, write_card
from wend.library.perception import PerceptionStore
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.seeing import set_seeing
from wend.perception.network import Role


def _publish(root: Path, set_id: str, world: str | None, *roles: Role) -> None:
    """A card alone: nothing here loads a network."""
    (root / set_id).mkdir(parents=True)
    sections = tuple(NetworkSection(name=role, role=role, kind="edges") for role in roles)
    card = PerceptionCard(id=set_id, title="Eyes", summary="", licence="MIT", world=world, networks=sections)
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
