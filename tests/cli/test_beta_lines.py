"""Lines of the beta study: the sprites world's own axes are found, and what stands still has none."""

from pathlib import Path

import torch

from wend.cli.reproduce.beta_lines import LinePlan, find_line
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import publish_world
from wend.library.shelf import Shelf
from wend.methods.workbench import Workbench
from wend.training.publish import publish_run
from wend.training.run import TrainingRun
from wend.training.vae_recipe import VAERecipe
from wend.worlds.sprites import Sprites

PLAN = LinePlan(starts=12)
AXES = [factor.name for factor in Sprites().factors]
CPU = torch.device("cpu")
SMALL = VAERecipe(resolution=32, batch=4, total_images=4, pictures=100, z_dim=4, channels=4, hidden=8)


def _bench(root: Path, model: str) -> Workbench:
    store = ModelStore([root])
    return Workbench(model, store.load(model, CPU), Shelf(store, root / "shelf"), PerceptionStore(()))


def test_the_worlds_own_axis_is_found(tmp_path: Path) -> None:
    publish_world(tmp_path / "plain", "sprites", 32)
    found = find_line(_bench(tmp_path, "plain"), "y", PLAN)
    assert not isinstance(found, str)
    assert found.direction[AXES.index("y")] > 0.85
    assert found.kept + found.rejected == 2 * PLAN.starts
    assert found.line.space == "z"


def test_what_does_not_move_has_no_line(tmp_path: Path) -> None:
    """A decoder after one step draws the same whatever it is told."""
    run = TrainingRun(tmp_path / "run", SMALL, CPU)
    run.prepare(Sprites(), None, lambda _done, _total: None)
    run.train(lambda _progress: None, lambda: False)
    publish_run(run, Sprites(), tmp_path / "still")
    found = find_line(_bench(tmp_path, "still"), "x", PLAN)
    assert isinstance(found, str)
    assert found
