"""A run's cached pictures: those of a world whose laws or painter have changed are not gone on with."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from wend.errors import DatasetInvalid
from wend.training.recipe import GanRecipe
from wend.training.run import TrainingRun
from wend.worlds.disc import Disc
from wend.worlds.factor import Normal, WorldConfig
from wend.worlds.world import World


def _prepare(folder: Path, recipe: GanRecipe, world: World) -> TrainingRun:
    run = TrainingRun(folder, replace(recipe, data="disc"), torch.device("cpu"))
    run.prepare(world, None, lambda _done, _total: None)
    return run


def test_pictures_of_another_world_are_refused(
    tmp_path: Path, tiny: GanRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    _prepare(tmp_path, tiny, Disc())
    _prepare(tmp_path, tiny, Disc())
    with pytest.raises(DatasetInvalid, match="its laws or its painter have changed"):
        _prepare(tmp_path, tiny, Disc(WorldConfig(laws=(("x", Normal(0.05, 0.07)),))))
    monkeypatch.setattr("wend.worlds.disc.GROUND", 0.3)
    with pytest.raises(DatasetInvalid, match="its laws or its painter have changed"):
        _prepare(tmp_path, tiny, Disc())


def test_a_run_from_before_the_digest_goes_on(
    tmp_path: Path, tiny: GanRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _prepare(tmp_path, tiny, Disc())
    (tmp_path / "pixels.json").unlink()
    monkeypatch.setattr("wend.worlds.disc.GROUND", 0.3)
    again = _prepare(tmp_path, tiny, Disc())
    assert first.trainer is not None
    assert again.trainer is not None
    assert (first.trainer.dataset.pixels == again.trainer.dataset.pixels).all()
