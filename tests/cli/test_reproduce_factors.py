"""`wend reproduce factors`: tiny runs of its experiments on worlds; kept work is not done again."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tests.measure.test_smoothness import SquaredDistance
from tests.methods.factors_by_hand import record
from wend.cli.reproduce import reproduce_app
from wend.cli.reproduce.classes import ClassesPlan, run_classes
from wend.cli.reproduce.found import FoundFactor
from wend.cli.reproduce.gates import GatesPlan, run_disc
from wend.cli.reproduce.hue import HuePlan, run_hue
from wend.cli.reproduce.losses import LossesPlan, run_losses
from wend.cli.reproduce.methods import PAIRS, MethodsPlan, Pair, run_methods
from wend.cli.reproduce.structure import StructurePlan, run_structure
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import publish_world
from wend.library.shelf import Shelf
from wend.methods.factor.params import FactorParams
from wend.methods.factor.records import Records
from wend.methods.studies.inversions import ARMS
from wend.methods.studies.recovery import Gates
from wend.methods.studies.side import FACTOR, WALK
from wend.methods.workbench import Workbench
from wend.settings import Settings

runner = CliRunner(env={"COLUMNS": "200", "OMP_NUM_THREADS": "1"})
STARTS = 3
MOVES = {"luminance": ("light_level", 0.1), "hue": ("background_hue", 30.0), "shift_x": ("x", 0.07)}
"""What the worlds have of an edit, and about how much of it a standard deviation is."""


@dataclass
class Known:
    """Finds factors in worlds whose coordinates are known, at once, and notes what it was asked for."""

    asked: list[FactorParams] = field(default_factory=list)

    def __call__(self, params: FactorParams, bench: Workbench, folder: Path, label: str) -> FoundFactor:
        self.asked.append(params)
        generator = bench.generator
        assert isinstance(generator, AnalyticGenerator)
        name, per_sd = MOVES[params.edit]
        names = [factor.name for factor in generator.coordinates]
        u = [float(own == name) for own in names]
        found = record(params.edit, u, per_sd)
        line, path = torch.tensor(u), torch.arange(2 * STARTS) % STARTS
        t = torch.tensor([-per_sd] * STARTS + [per_sd] * STARTS, dtype=torch.float64)
        starts = torch.zeros(2 * STARTS, len(u))
        codes = starts + t.sign()[:, None].float() * line
        rest = torch.linspace(0.1, 0.2, 2 * STARTS)
        records = Records(starts, codes, t, rest, torch.ones(2 * STARTS), path, torch.full_like(path, -1))
        return FoundFactor(replace(found, psi=1.0), records, 1.0, 40)


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
    plan = LossesPlan(starts=2, steps=2, updates=2, edits=("shift_x",), shown=2)
    found = run_losses(bench, SquaredDistance(), folder, plan, 0)
    assert found.arms == tuple(arm.name for arm in ARMS)
    assert {score.n for score in found.scores} == {4}
    assert found.strips["shift_x"].shape == (2, 2 + len(ARMS), 3, 32, 32)
    kept = _written(folder)
    assert len(kept) == len(ARMS)
    assert run_losses(bench, SquaredDistance(), folder, plan, 0).scores == found.scores
    assert _written(folder) == kept


def test_a_class_left_out_is_controlled(tmp_path: Path) -> None:
    bench, known = _bench(tmp_path, "portraits-cast"), Known()
    found = run_classes(bench, tmp_path, ClassesPlan(2, 2, 16, ("luminance",)), 0, known)
    assert found.edits == ("luminance",)
    assert [score.fitted_on for score in found.scores] == 2 * ["itself", "the others", "all"]
    asked = [(params.class_index, params.left_out) for params in known.asked]
    assert asked == [(0, None), (12, None), (None, 0), (None, 12), (None, None)]
    assert {params.space for params in known.asked} == {"z"}
    assert len(found.structure.names) == 3


def test_a_model_without_classes_has_none_to_pool(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no classes"):
        run_classes(_bench(tmp_path, "disc"), tmp_path, ClassesPlan(), 0)


def test_hue_is_held_against_a_straight_factor(tmp_path: Path) -> None:
    bench, plan = _bench(tmp_path, "portraits"), HuePlan(2, 2, {"starts": STARTS, "worst": 0.0})
    found = run_hue(bench, tmp_path, plan, 0, Known())
    assert [(s.edit, s.found) for s in found.straight] == [("luminance", 6), ("hue", 6)]
    assert found.straight[1].coherence == pytest.approx(1.0)
    assert sum(found.turned.counts) <= STARTS
    assert len(found.moved.asked) == 5
    assert found.strip.shape == (2, 5, 3, 32, 32)


def test_learned_walks_and_factors_side_by_side(tmp_path: Path) -> None:
    bench, known = _bench(tmp_path, "portraits"), Known()
    pairs = (Pair("luminance", "luminance", (0.1,)),)
    plan = MethodsPlan(2, 32, pairs, {"samples": 16, "held_out": 2}, {"starts": 5})
    found = run_methods(bench, tmp_path / "learned", plan, 0, known)
    assert [(s.edit, s.method) for s in found.scores] == [("luminance", WALK), ("luminance", FACTOR)]
    assert found.scores[0].amounts == found.scores[1].amounts == (-0.1, 0.0, 0.1)
    assert all(score.seconds > 0.0 and score.looked > 0 for score in found.scores)
    assert [params.starts for params in known.asked] == [5]
    kept = _written(tmp_path / "learned")
    assert run_methods(bench, tmp_path / "learned", plan, 0, known) == found
    assert _written(tmp_path / "learned") == kept


def test_where_both_kinds_of_sliders_lie(tmp_path: Path) -> None:
    bench, kept = _bench(tmp_path, "disc"), tmp_path / "learned"
    learned = MethodsPlan(pairs=PAIRS[:1], walk={"samples": 240, "held_out": 2})
    found = run_structure(bench, kept, StructurePlan(learned, 2, 2, 200), 0, Known())
    assert found.found.names == ("shift x", "shift x", "component 1", "component 2")
    # Both have learned what moves the disc right.
    assert found.pairs["shift x"] > 0.9
    assert [sum(row) for row in found.found.energy] == pytest.approx([1.0] * 4)
    before = _written(kept)
    run_structure(bench, kept, StructurePlan(learned, 2, 2, 200), 0, Known())
    assert _written(kept) == before


def test_amounts_are_asked_in_the_unit_of_each_method() -> None:
    shift, zoom = PAIRS[0], PAIRS[2]
    assert shift.asked(32) == (-2.0, -1.0, 0.0, 1.0, 2.0)
    assert shift.strength(2.0, 32) == 2.0 / 32
    assert zoom.strength(zoom.asked(64)[-1], 64) == pytest.approx(0.2)
    assert zoom.strength(-1.0, 64) == -0.5


def test_a_factor_of_the_disc_is_found_once_and_held_against_the_truth(tmp_path: Path) -> None:
    bench, kept = _bench(tmp_path, "disc"), tmp_path / "learned"
    plan = GatesPlan(50, ("shift_x",), factor={"starts": 12, "fit_updates": 40})
    (found,) = run_disc(bench, kept, plan, 0)
    assert found.cosine > 0.98
    assert found.error < 0.05
    assert found.is_met
    before = _written(kept)
    assert run_disc(bench, kept, plan, 0) == [found]
    assert _written(kept) == before
    gates = Gates((found,), (), "plain")
    assert gates.table().rows[0][0] == "shift_x"
    assert gates.judged_table().rows == ()


def test_all_experiments_take_no_model() -> None:
    refused = runner.invoke(reproduce_app, ["factors", "--model", "portraits-64", "--quick"])
    assert refused.exit_code == 2
    assert "--experiment" in refused.output
