"""What vanished: areas and their fall by hand, one key for both maps, and no segmenter said plainly."""

import json
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageColor

from tests.methods.steer_bench import bench_of
from wend.errors import PerceptionNotFound
from wend.methods.vanished.eye import open_labeller
from wend.methods.vanished.files import MAPS, VANISHED_FILE, write_vanished
from wend.methods.vanished.labels import Vanished

NAMES = ("wall", "hat", "hair", "ghost")


def _vanished() -> Vanished:
    """10 x 10: of 20 % hat nothing is left, hair grows from 10 to 15 %, nobody is a ghost."""
    photo, found = torch.zeros(2, 10, 10, dtype=torch.uint8)
    photo[:2], photo[9] = 1, 2
    found[9], found[0, :5] = 2, 2
    return Vanished(torch.stack([photo, found]), NAMES, "set/labels")


def test_classes_stand_by_the_area_they_lost() -> None:
    told = _vanished()
    assert [(row.name, row.photo, row.found) for row in told.classes] == [
        ("hat", 20.0, 0.0),
        ("hair", 10.0, 15.0),
        ("wall", 70.0, 85.0),
    ]
    hat, hair, _ = told.classes
    assert (hat.points, hat.relative, hat.has_vanished) == (-20.0, -1.0, True)
    assert (hair.points, hair.relative, hair.has_vanished) == (5.0, 0.5, False)
    assert told.gone == ("hat",)
    assert told.agreement == pytest.approx(0.8)
    assert told.facts == {"vanished": "hat", "fell most": "hat 20.0 → 0.0 %"}


def test_what_was_not_there_has_no_share_to_lose() -> None:
    row = Vanished(torch.stack([torch.zeros(4, 4), torch.ones(4, 4)]), NAMES, "s").classes[-1]
    assert (row.name, row.relative, row.has_vanished) == ("hat", None, False)


def test_files_have_one_key(tmp_path: Path) -> None:
    told = _vanished()
    write_vanished(tmp_path, told)
    plain = json.loads((tmp_path / VANISHED_FILE).read_text())
    key = {row["name"]: row["color"] for row in plain["classes"]}
    photo, found = (Image.open(tmp_path / name).convert("RGB") for name in MAPS)
    assert ImageColor.getrgb(key["hat"]) == photo.getpixel((0, 0))
    assert photo.getpixel((0, 9)) == found.getpixel((0, 9)) == found.getpixel((0, 0))
    assert plain["gone"] == ["hat"]
    assert plain["lack"] is None


def test_no_segmenter_is_said_and_nothing_is_made_up(tmp_path: Path) -> None:
    bench = bench_of("small", tmp_path)
    picture = torch.zeros(1, 3, 16, 16)
    told = open_labeller(bench).compare(picture, picture)
    assert "no segmenter for the pictures of x" in told.lack
    assert (told.classes, told.agreement, told.facts) == ((), None, {})
    write_vanished(tmp_path, told)
    assert json.loads((tmp_path / VANISHED_FILE).read_text())["lack"] == told.lack
    assert not (tmp_path / MAPS[0]).exists()
    with pytest.raises(PerceptionNotFound):
        open_labeller(bench, "no-such-set")


def test_any_segmenter_that_is_named_looks(tmp_path: Path) -> None:
    bench = bench_of("small", tmp_path)
    told = open_labeller(bench, "portraits").compare(torch.zeros(1, 3, 16, 16), torch.zeros(1, 3, 16, 16))
    assert told.segmenter == "portraits/labels"
    assert told.agreement == 1.0
