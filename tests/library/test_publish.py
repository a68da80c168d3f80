"""Publishing: a model appears complete or not at all, and replacing one never mixes two."""

from pathlib import Path

import pytest
import torch

from tests.library.conftest import card_text, networks
from wend.errors import CardInvalid, WeightsInvalid
from wend.library.models import Model, ModelStore
from wend.library.publish import CardText, publish_model

CPU = torch.device("cpu")


def test_card_says_what_the_network_is(tiny: Model, root: Path) -> None:
    card = ModelStore([root]).get("tiny").card
    assert card == tiny.card
    assert (card.id, card.resolution, card.num_ws, card.z_dim, card.psi) == ("tiny", 8, 4, 4, 0.7)
    assert card.layer_names == ("b4.conv1", "b8.conv0", "b8.conv1", "b8.torgb")
    assert sorted(path.name for path in tiny.folder.iterdir()) == [
        "card.toml", "discriminator.safetensors", "preview.jpg", "samples.png", "weights.safetensors",
    ]  # fmt: skip


def test_weights_are_stored_in_half_precision(tiny: Model) -> None:
    floats = sum(t.numel() for n, t in networks()[0].items() if not n.endswith("resample_filter"))
    header = 4096
    assert (tiny.folder / "weights.safetensors").stat().st_size < 2 * floats + header


def test_replacing_changes_the_hash_and_keeps_walks(tiny: Model, root: Path) -> None:
    walks = tiny.folder / "walks"
    walks.mkdir()
    (walks / "x.safetensors").write_bytes(b"anything")
    again = publish_model(tiny.folder, card_text("Second"), networks(seed=1)[0], None, None, None)
    assert again.card.hash != tiny.card.hash
    assert (walks / "x.safetensors").exists()
    assert ModelStore([root]).get("tiny").card.title == "Second"
    ModelStore([root]).load("tiny", CPU)
    assert [p.name for p in root.iterdir()] == ["tiny"]


def test_replacing_leaves_nothing_of_the_old_but_walks(tiny: Model, root: Path) -> None:
    publish_model(tiny.folder, card_text("Second"), networks(seed=1)[0], None, None, None)
    assert sorted(path.name for path in tiny.folder.iterdir()) == ["card.toml", "weights.safetensors"]
    assert ModelStore([root]).load_discriminator("tiny", CPU) is None


def test_replacing_that_fails_leaves_the_old_whole(
    tiny: Model, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in tiny.folder.iterdir()}
    rename = Path.rename

    def fail_late(path: Path, target: Path) -> Path:
        if path.name.endswith(".partial"):
            raise OSError("no space left")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_late)
    monkeypatch.setattr(Path, "replace", fail_late)
    with pytest.raises(OSError, match="no space"):
        publish_model(tiny.folder, card_text("Second"), networks(seed=1)[0], None, None, None)
    assert {path.name: path.read_bytes() for path in tiny.folder.iterdir()} == before
    assert [path.name for path in root.iterdir()] == ["tiny"]


def test_a_failure_leaves_nothing_behind(root: Path) -> None:
    tensors = networks()[0]
    tensors["mapping.w_avg"][0] = 1e6
    with pytest.raises(WeightsInvalid, match="half precision"):
        publish_model(root / "big", card_text(), tensors, None, None, None)
    text = CardText(title="x", summary="x", licence="MIT", kind="pixelcnn", config={})
    with pytest.raises(CardInvalid):
        publish_model(root / "strange", text, networks()[0], None, None, None)
    assert list(root.iterdir()) == []
