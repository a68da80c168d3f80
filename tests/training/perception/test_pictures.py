"""Training pictures: their truth, their laws, and drawing on after a cut."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import wend.training.perception.pictures as module
from wend.errors import DatasetInvalid
from wend.imaging.pixels import to_uint8
from wend.training.perception.pictures import Pictures, draw_pictures, mixed_factors, open_pictures, widen
from wend.worlds.disc import Disc
from wend.worlds.factor import Normal, WorldConfig
from wend.worlds.registry import open_world
from wend.worlds.world import World

WORLD = open_world("portraits")


def test_pictures_come_with_their_truth(drawn: Pictures) -> None:
    assert (len(drawn), drawn.size) == (16, 32)
    values = {n: torch.from_numpy(drawn.factors[:, i].copy()) for i, n in enumerate(drawn.names)}
    with torch.no_grad():
        scene = WORLD.render(values, 32)
    assert np.array_equal(drawn.images, to_uint8(scene.images).numpy())
    assert np.array_equal(drawn.labels, scene.labels.numpy())
    assert np.abs(drawn.lines / 255.0 - scene.lines[:, 0].numpy()).max() < 0.003


def test_every_other_picture_is_drawn_by_wider_laws() -> None:
    values = mixed_factors(WORLD, 2000, 1)["head_x"]
    assert float(values[0::2].std()) == pytest.approx(0.03, rel=0.1)
    assert float(values[1::2].std()) == pytest.approx(0.32 / 12.0**0.5, rel=0.1)
    patches = mixed_factors(WORLD, 600, 1)["eyepatch"]
    assert float((patches[1::2] > 0).float().mean()) == pytest.approx(2.0 / 3.0, abs=0.1)


def test_a_picture_does_not_depend_on_how_many_there_are() -> None:
    few, many = mixed_factors(WORLD, 5, 1), mixed_factors(WORLD, 9, 1)
    assert all(torch.equal(few[name], many[name][:5]) for name in few)


def test_a_widened_world_keeps_its_factors() -> None:
    assert [f.name for f in widen(WORLD).factors] == [f.name for f in WORLD.factors]


def test_drawing_goes_on_where_it_was_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    whole = draw_pictures(tmp_path / "whole", WORLD, 5, 32, 5, lambda _done, _total: None)

    def cut(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_pictures(tmp_path / "cut", WORLD, 5, 32, 5, cut)
    with pytest.raises(DatasetInvalid):
        open_pictures(tmp_path / "cut")
    told: list[int] = []
    again = draw_pictures(tmp_path / "cut", WORLD, 5, 32, 5, lambda done, _total: told.append(done))
    assert told == [5]
    for name in ("images", "labels", "lines", "factors"):
        assert np.array_equal(getattr(whole, name), getattr(again, name))


def test_a_folder_of_other_pictures_is_not_gone_on_with(tmp_path: Path) -> None:
    draw_pictures(tmp_path, WORLD, 2, 32, 5, lambda _done, _total: None)
    with pytest.raises(DatasetInvalid, match="another recipe"):
        draw_pictures(tmp_path, WORLD, 2, 32, 6, lambda _done, _total: None)


def test_pictures_of_other_laws_or_another_painter_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(world: World) -> Pictures:
        return draw_pictures(tmp_path, world, 2, 32, 5, lambda _done, _total: None)

    draw(Disc())
    with pytest.raises(DatasetInvalid, match="another recipe"):
        draw(Disc(WorldConfig(laws=(("x", Normal(0.05, 0.07)),))))
    with monkeypatch.context() as patch:
        patch.setattr("wend.worlds.disc.GROUND", 0.3)
        with pytest.raises(DatasetInvalid, match="another recipe"):
            draw(Disc())
    assert len(draw(Disc())) == 2


def test_pictures_from_before_the_digest_are_kept_once_finished(tmp_path: Path) -> None:
    draw_pictures(tmp_path, WORLD, 2, 32, 5, lambda _done, _total: None)
    state = json.loads((tmp_path / "done.json").read_text())
    del state["digest"]
    (tmp_path / "done.json").write_text(json.dumps(state))
    assert len(draw_pictures(tmp_path, WORLD, 2, 32, 5, lambda _done, _total: None)) == 2
    (tmp_path / "done.json").write_text(json.dumps({**state, "done": 1}))
    with pytest.raises(DatasetInvalid, match="another recipe"):
        draw_pictures(tmp_path, WORLD, 2, 32, 5, lambda _done, _total: None)
