"""The store of perception sets: listed, refused with a reason, looked up, loaded."""

from pathlib import Path

import pytest
import torch

from wend.errors import CardInvalid, PerceptionNotFound, WeightsInvalid
from wend.library.card import CARD_FILE, write_card
from wend.library.perception import PerceptionStore, file_hash, read_perception_card
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.weights import save_weights
from wend.perception.unet import UNet

CPU = torch.device("cpu")
LABELS = ("wall", "face")


def publish(root: Path, set_id: str, world: str | None = "portraits", **changes: str | None) -> Path:
    """A set of one label network; `changes` go into its section."""
    folder = root / set_id
    folder.mkdir(parents=True)
    save_weights(folder / "maps.safetensors", UNet(LABELS).state_dict())
    section = NetworkSection(
        name="labels", role="labels", kind="unet", file="maps.safetensors", names=LABELS,
        sha256=file_hash(folder / "maps.safetensors"),
    ).model_copy(update=changes)  # fmt: skip
    card = PerceptionCard(
        id=set_id, title="Eyes", summary="", licence="MIT", world=world, networks=(section,)
    )
    write_card(folder / CARD_FILE, card)
    return folder


def test_a_network_is_loaded_ready_to_look(tmp_path: Path) -> None:
    publish(tmp_path, "eyes")
    network = PerceptionStore([tmp_path]).load("eyes", "labels", CPU)
    assert not network.training
    assert not any(p.requires_grad for p in network.parameters())
    assert {p.dtype for p in network.parameters()} == {torch.float32}
    labels = PerceptionStore([tmp_path]).labels("eyes", CPU)
    assert labels.labels == LABELS
    assert labels.logits(torch.zeros(1, 3, 32, 32)).shape == (1, 2, 32, 32)


def test_loading_leaves_the_global_random_state_alone(tmp_path: Path) -> None:
    publish(tmp_path, "eyes")
    before = torch.get_rng_state()
    PerceptionStore([tmp_path]).labels("eyes", CPU)
    assert torch.equal(before, torch.get_rng_state())


def test_sets_are_found_by_world_root_by_root(tmp_path: Path) -> None:
    publish(tmp_path / "shipped", "of-discs", "disc")
    publish(tmp_path / "own", "of-heads")
    publish(tmp_path / "own", "of-photos", None)
    store = PerceptionStore([tmp_path / "shipped", tmp_path / "own", tmp_path / "nowhere"])
    assert [s.card.id for s in store.list().sets] == ["of-discs", "of-heads", "of-photos"]
    assert store.for_world("portraits").card.id == "of-heads"
    with pytest.raises(PerceptionNotFound, match="sprites"):
        store.for_world("sprites")


def test_what_cannot_be_used_is_listed_with_its_reason(tmp_path: Path) -> None:
    publish(tmp_path, "eyes")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "eyes")
    publish(tmp_path, "renamed").rename(tmp_path / "other")
    publish(tmp_path / "twice", "eyes")
    (tmp_path / ".unfinished").mkdir()
    listing = PerceptionStore([tmp_path, tmp_path / "twice"]).list()
    assert [s.card.id for s in listing.sets] == ["eyes"]
    assert [(r.id, r.error.code) for r in listing.refused] == [
        (name, "card_invalid") for name in ("empty", "link", "other", "twice", "eyes")
    ]


@pytest.mark.parametrize("name", ["../eyes", "nothing", "", ".hidden"])
def test_names_that_are_no_sets_are_not_found(tmp_path: Path, name: str) -> None:
    publish(tmp_path, "eyes")
    with pytest.raises(PerceptionNotFound, match=r"There are: eyes\.$"):
        PerceptionStore([tmp_path]).get(name)


def test_what_a_set_does_not_tell_is_said(tmp_path: Path) -> None:
    publish(tmp_path, "eyes")
    store = PerceptionStore([tmp_path])
    with pytest.raises(PerceptionNotFound, match="lines"):
        store.lines("eyes", CPU)
    with pytest.raises(PerceptionNotFound, match=r"'eyes/mouth'\. There are: eyes/"):
        store.load("eyes", "mouth", CPU)
    with pytest.raises(PerceptionNotFound, match="factors"):
        store.factors("eyes", CPU, 1)


def test_weights_that_are_not_the_cards_are_refused(tmp_path: Path) -> None:
    folder = publish(tmp_path, "eyes")
    save_weights(folder / "maps.safetensors", UNet(LABELS).state_dict())
    with pytest.raises(WeightsInvalid, match="sha256"):
        PerceptionStore([tmp_path]).labels("eyes", CPU)
    (folder / "maps.safetensors").unlink()
    with pytest.raises(WeightsInvalid, match="missing"):
        PerceptionStore([tmp_path]).labels("eyes", CPU)


def test_a_kind_that_nobody_knows_is_the_cards_fault(tmp_path: Path) -> None:
    publish(tmp_path, "eyes", kind="crystal-ball")
    with pytest.raises(CardInvalid, match="crystal-ball"):
        PerceptionStore([tmp_path]).labels("eyes", CPU)


def test_a_changed_card_is_read_anew(tmp_path: Path) -> None:
    folder = publish(tmp_path, "eyes")
    store = PerceptionStore([tmp_path])
    card = store.get("eyes").card
    write_card(folder / CARD_FILE, card.model_copy(update={"title": "Other eyes"}))
    assert store.get("eyes").card.title == "Other eyes"
    assert read_perception_card(folder / CARD_FILE).networks == card.networks


def test_a_card_that_is_none_says_where(tmp_path: Path) -> None:
    folder = publish(tmp_path, "eyes")
    text = (folder / CARD_FILE).read_text()
    (folder / CARD_FILE).write_text(text.replace('role = "labels"', 'role = "smells"'))
    with pytest.raises(CardInvalid, match=r"networks\.0\.role"):
        PerceptionStore([tmp_path]).get("eyes")
    (folder / CARD_FILE).write_text("= nonsense")
    with pytest.raises(CardInvalid):
        PerceptionStore([tmp_path]).get("eyes")
