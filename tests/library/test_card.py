"""Cards: written and read back the same; broken ones refused with place and reason."""

import json
from pathlib import Path

import pytest

from wend.errors import CardInvalid
from wend.library.card import ModelCard, TrainingSection, WorldSection, read_card, sections_of, write_card

FULL = ModelCard(
    id="a-1",
    title='Title with "quotes", ünïcode and a \\ backslash',
    kind="stylegan2",
    summary="Two\nlines.",
    licence="MIT",
    resolution=64,
    z_dim=128,
    w_dim=128,
    num_ws=10,
    layer_names=("b4.conv1",) * 10,
    classes=("cat", "dog"),
    psi=0.75,
    live_error=1.25,
    hash="ab" * 32,
    sheet="samples.png",
    config={"resolution": 64, "conv_clamp": 256.0, "name": "x", "flag": True},
    training=TrainingSection(images_seen=10, seed=0, hours=1.5, recipe={"lr": 2.5e-3, "mirror": False}),
    world=WorldSection(name="portraits", laws={"a~b": "correlation"}),
)


@pytest.mark.parametrize(
    "card",
    [FULL, FULL.model_copy(update={"live_error": None, "training": None, "world": None, "sheet": None})],
)
def test_round_trip(tmp_path: Path, card: ModelCard) -> None:
    path = tmp_path / "card.toml"
    write_card(path, card)
    assert read_card(path) == card


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("psi = 0.75", "psi = nan", "psi"),
        ("psi = 0.75", "psi = 3.0", "psi"),
        ("num_ws = 10", "num_ws = 0", "num_ws"),
        ("num_ws = 10", 'num_ws = "many"', "num_ws"),
        ('licence = "MIT"', "", "licence"),
        ('licence = "MIT"', 'licence = "MIT"\ncolour = "red"', "colour"),
        ('id = "a-1"', 'id = "../a"', "id"),
        ('sheet = "samples.png"', 'sheet = "../../etc/passwd"', "sheet"),
        ('hash = "ab', 'hash = "xy', "hash"),
        ("resolution = 64", "resolution = = 64", "line"),
    ],
)
def test_broken_cards_are_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    path = tmp_path / "card.toml"
    write_card(path, FULL)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CardInvalid, match=why) as refused:
        read_card(path)
    # The reader learns which file, not where on this machine it lies.
    assert str(tmp_path.parent) not in str(refused.value)


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "card.toml"
    with pytest.raises(CardInvalid, match="missing"):
        read_card(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CardInvalid):
        read_card(path)
    path.write_text("#" * 300_000, encoding="utf-8")
    with pytest.raises(CardInvalid, match="longer"):
        read_card(path)
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(CardInvalid, match="no ordinary file"):
        read_card(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(CardInvalid, match="no ordinary file"):
        read_card(path)


def test_sections_that_are_none_are_left_out() -> None:
    whole = json.dumps({"training": {"images_seen": 3, "seed": 1, "hours": 0.5}, "world": {"name": 4}})
    training, world = sections_of(whole)
    assert (training is not None and training.images_seen == 3, world) == (True, None)
    for text in ("", "no JSON", "[]", "3", '{"training": 3}'):
        assert sections_of(text) == (None, None)
