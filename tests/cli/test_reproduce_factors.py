"""`wend reproduce factors`: tiny runs of its experiments on worlds; kept work is not done again."""

from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tests.measure.test_smoothness import SquaredDistance
from wend.cli.reproduce import reproduce_app
from wend.cli.reproduce.classes import ClassesPlan, run_classes
from wend.cli.reproduce.hue import HuePlan, run_hue
from wend.cli.reproduce.losses import LossesPlan, run_losses
from wend.errors import InvalidInput
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import publish_world
from wend.library.shelf import Shelf
from wend.methods.studies.inversions import ARMS
from wend.methods.workbench import Workbench
from wend.settings import Settings

runner = CliRunner(env={"COLUMNS": "200", "OMP_NUM_THREADS": "1"})


def _bench(root: Path, world: str) -> Workbench:
    """A world itself, under the shipped networks."""
    publish_world(root / "models" / "plain", world, 32)
    store = ModelStore([root / "models"], "plain")
    sets = PerceptionStore(Settings().perception_roots)
    return Workbench("plain", store.load("plain", torch.device("cpu")), Shelf(store, root / "shelf"), sets)


def _written(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_losses_are_tried_on_the_same_pictures(tmp_path: Path) -> None:
    bench, folder = _bench(tmp_path, "disc"), tmp_path / "out"
    plan = LossesPlan(starts=2, steps=2, updates=4, edits=("shift_x",), shown=2)
    found = run_losses(bench, SquaredDistance(), folder, plan, 0)
    assert found.arms == tuple(arm.name for arm in ARMS)
    assert {score.n for score in found.scores} == {4}
    assert found.strips["shift_x"].shape == (2, 2 + len(ARMS), 3, 32, 32)
    kept = _written(folder)
    assert len(kept) == len(ARMS)
    assert run_losses(bench, SquaredDistance(), folder, plan, 0).scores == found.scores
    assert _written(folder) == kept


def test_a_class_left_out_is_controlled(tmp_path: Path) -> None:
    bench, folder = _bench(tmp_path, "portraits-cast"), tmp_path / "out"
    plan = ClassesPlan(2, 2, 2, 2, 0.1, 1, 16, ("luminance",), 1.0)
    found = run_classes(bench, folder, plan, 0)
    assert found.edits == ("luminance",)
    assert [score.fitted_on for score in found.scores] == 2 * ["itself", "the others", "all"]
    assert found.structure.names[0] == "all classes"
    assert len(found.structure.names) == 3
    kept = _written(folder)
    assert set(kept) == {"luminance.safetensors"}
    assert run_classes(bench, folder, plan, 0).table() == found.table()
    assert _written(folder) == kept


def test_a_model_without_classes_has_none_to_pool(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no classes"):
        run_classes(_bench(tmp_path, "disc"), tmp_path, ClassesPlan(), 0)


def test_hue_is_held_against_a_straight_factor(tmp_path: Path) -> None:
    bench, folder = _bench(tmp_path, "portraits"), tmp_path / "out"
    found = run_hue(bench, folder, HuePlan(3, 2, 2, 0.1, 2, 2, 1.0), 0)
    assert [s.edit for s in found.straight] == ["luminance", "hue"]
    assert sum(found.turned.counts) <= 3
    assert len(found.moved.asked) == 5
    assert found.strip.shape == (2, 5, 3, 32, 32)
    assert set(_written(folder)) == {"luminance.safetensors", "hue.safetensors"}


def test_all_experiments_take_no_model() -> None:
    refused = runner.invoke(reproduce_app, ["factors", "--model", "portraits-64", "--quick"])
    assert refused.exit_code == 2
    assert "--experiment" in refused.output
