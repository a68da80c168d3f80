"""`wend reproduce steerability`, experiment compare and all together: equal budgets, kept walks, refusals."""

from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from wend.cli.reproduce import reproduce_app
from wend.cli.reproduce.compare import QUICK, ComparePlan, run_compare, steer_params
from wend.errors import InvalidInput
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import publish_world
from wend.library.shelf import Shelf
from wend.measure.report.page import render_report
from wend.methods.steer.comparison import KINDS, Kind
from wend.methods.workbench import Workbench
from wend.settings import Settings

runner = CliRunner(env={"COLUMNS": "200", "OMP_NUM_THREADS": "1"})
LINE, STEPS = Kind("linear", "layers", "l2"), Kind("steps", "w", "l2")
TINY = ComparePlan(samples=24, held_out=2, count=4, looks=1, seeds=2, world=48)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """The portraits world itself, under the shipped networks."""
    root = tmp_path_factory.mktemp("portraits")
    publish_world(root / "models" / "plain", "portraits", 32)
    store = ModelStore([root / "models"], "plain")
    sets = PerceptionStore(Settings().perception_roots)
    return Workbench("plain", store.load("plain", torch.device("cpu")), Shelf(store, root / "shelf"), sets)


def test_every_kind_has_the_same_budget() -> None:
    params = [steer_params(kind, QUICK, "m", 8.0, 3) for kind in KINDS]
    assert {(p.samples, p.batch, p.patience, p.seed, p.held_out, p.psi) for p in params} == {
        (40, 8, None, 3, 1, None)
    }
    steps = {(p.step_size, p.step_count) for p in params if p.walk == "steps"}
    assert steps == {(2.0, 4)}
    assert len({kind.key for kind in KINDS}) == len(KINDS) == 10
    # A step of zoom takes away, so its size is below 0.
    assert steer_params(STEPS, ComparePlan(edit="zoom"), "m", 0.5, 0).step_size == -0.125


def test_kinds_are_compared_and_walks_kept(bench: Workbench, tmp_path: Path) -> None:
    found = run_compare(bench, tmp_path, TINY, 0, (LINE, STEPS))
    assert (found.attribute, found.unit, found.alpha, found.asked) == ("head_x", "px", 4.0, 8.0)
    assert [(s.kind, s.seed) for s in found.scores] == [(LINE, 0), (STEPS, 0), (LINE, 1), (STEPS, 1)]
    first, second = found.rows()
    assert (first["seeds"], second["seeds"]) == (2, 2)
    # The world itself can be moved: a line learns it in a few pictures, and is no worse than standing still.
    assert 0.0 < float(str(first["reach"])) < 12.0
    assert float(str(first["of_still"])) < 1.0
    assert "smile" in found.scores[0].leaks
    ratios = found.pairs()["non-linear / linear"]
    assert ratios == {}
    assert found.not_covered[0].startswith("architectures on the same world")
    assert "architectures on the same world" in render_report(found.report({"model": "plain"}))
    assert len(found.table().rows) == 2
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(kept) == 8
    assert run_compare(bench, tmp_path, TINY, 0, (LINE, STEPS)) == found
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept


def test_an_edit_that_nothing_measures(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="rotate3d"):
        run_compare(bench, tmp_path, ComparePlan(edit="rotate3d"), 0)


def test_all_experiments_take_no_model() -> None:
    refused = runner.invoke(reproduce_app, ["steerability", "--model", "portraits-64", "--quick"])
    assert refused.exit_code == 2
    assert "--experiment" in refused.output
