"""`wend reproduce steerability --experiment variability`: walks learned once, and refusals."""

from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from wend.cli.reproduce import reproduce_app
from wend.cli.reproduce.variability import Plan, render_variability, run_variability
from wend.errors import InvalidInput
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import publish_world
from wend.library.shelf import Shelf
from wend.methods.workbench import Workbench
from wend.settings import Settings
from wend.worlds.characters import CAST

runner = CliRunner(env={"COLUMNS": "200", "OMP_NUM_THREADS": "1"})
TINY = Plan(samples=16, held_out=2, per_class=2, world=48, world_per_class=2, edits=("shift_x", "luminance"))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """The cast world itself, under the shipped networks."""
    root = tmp_path_factory.mktemp("cast")
    publish_world(root / "models" / "cast", "portraits-cast", 32)
    store = ModelStore([root / "models"], "cast")
    sets = PerceptionStore(Settings().perception_roots)
    return Workbench("cast", store.load("cast", torch.device("cpu")), Shelf(store, root / "shelf"), sets)


def test_a_law_per_edit_and_walks_learned_once(bench: Workbench, tmp_path: Path) -> None:
    laws = run_variability(bench, tmp_path, TINY, 0)
    assert list(laws) == ["shift_x", "luminance"]
    for law in laws.values():
        assert [c.name for c in law.classes] == [c.name for c in CAST]
        assert law.per_class == 2
        assert -1.0 <= law.correlation.low <= law.correlation.r <= law.correlation.high <= 1.0
    assert (laws["shift_x"].attribute, laws["shift_x"].unit, laws["shift_x"].alpha) == ("head_x", "px", 4.0)
    sigmas = [c.sigma / 32 for c in laws["shift_x"].classes]
    assert min(sigmas) == pytest.approx(0.010, rel=0.08)
    assert max(sigmas) == pytest.approx(0.063, rel=0.08)
    page = render_variability(laws, {"model": "cast"})
    assert "The variability law" in page
    assert "shift x" in page
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert set(kept) == {"shift_x.safetensors", "luminance.safetensors"}
    assert run_variability(bench, tmp_path, TINY, 0) == laws
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept


def test_a_model_without_classes(tmp_path: Path) -> None:
    publish_world(tmp_path / "models" / "plain", "portraits", 32)
    refused = runner.invoke(
        reproduce_app,
        ["steerability", "--experiment", "variability", "--model", "plain", "--quick", "--json",
         "--models", str(tmp_path / "models"), "--data", str(tmp_path / "data")],
    )  # fmt: skip
    assert isinstance(refused.exception, InvalidInput)
    assert "no classes" in refused.exception.sentence
    assert refused.stdout == ""
