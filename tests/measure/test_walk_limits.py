"""Walk limits: strengths by hand, and the analytic disc's answer under the keys that scripts read."""

import json
from dataclasses import replace

import pytest
import torch

from tests.measure.test_model_truth import DiscEye
from tests.measure.test_smoothness import SquaredDistance
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.latents.walk import Direction
from wend.measure.export import to_csv, to_json
from wend.measure.probe import Probe
from wend.measure.report.page import render_report
from wend.measure.slices import finish
from wend.measure.walk_aim import Aim
from wend.measure.walk_judge import Judge, Seat
from wend.measure.walk_limits import WalkLimits, judge_walk, strengths
from wend.measure.walk_report import range_told, walk_facts, walk_report
from wend.measure.walk_steps import WalkSteps, look_along
from wend.measure.walk_world import WorldSight, look_at_world
from wend.worlds.disc import Disc

SIZE = 32
SD = 0.07
JUDGE = Judge(DiscEye(), DiscEye(), SquaredDistance())
SEAT = Seat("exact", 0, "disc-eye", is_apart=True, features_apart=True)


def test_ranges_as_their_sliders_write_them() -> None:
    assert range_told(-8.0, 6.25, "px") == "-8 to +6.25 px"
    assert range_told(-1.0, 0.5, "log2 x") == "×0.50 to ×1.41"
    assert range_told(-0.3, 0.3, "of range", "and") == "-0.3 and +0.3"


def test_strengths_by_hand() -> None:
    assert strengths(-4.0, 4.0, steps=8) == tuple(float(a) for a in range(-6, 7))
    assert strengths(-1.0, 3.0, steps=4) == (-1.5, -1.0, -0.5, 0.0, 1.0, 2.0, 3.0, 4.0)
    assert strengths(0.0, 4.0, steps=4, beyond=1.0) == (0.0, 1.0, 2.0, 3.0, 4.0)


@pytest.fixture(scope="module")
def steps() -> WalkSteps:
    probe = Probe(AnalyticGenerator(Disc(), SIZE), 0.5, list(range(48)))
    walk = Direction(torch.eye(4)[0], 1.0, "w", (0, 1))
    return finish(look_along(probe, walk, strengths(-1.0, 1.0, 4), JUDGE))


@pytest.fixture(scope="module")
def world() -> WorldSight:
    return finish(look_at_world(Disc(), JUDGE, 200, 0, SIZE))


@pytest.fixture(scope="module")
def limits(steps: WalkSteps, world: WorldSight) -> WalkLimits:
    aim = Aim("x", "px", SIZE, per_alpha=SD * SIZE)
    return finish(judge_walk(steps, aim, world, SEAT, (-1.0, 1.0)))


def test_the_keys_that_scripts_read(limits: WalkLimits) -> None:
    answer = json.loads(to_json(limits.as_dict()))
    assert (answer["unit"], answer["asked_unit"]) == ("px", "px")
    assert answer["asked"] == pytest.approx([SD * SIZE * a for a in (-1.0, -0.5, 0.0, 0.5, 1.0)])
    assert answer["measured"] == pytest.approx(answer["asked"], abs=0.1)
    assert answer["r2_medians"] > 0.999
    assert answer["r2_all"] > 0.98
    assert answer["slope"] == pytest.approx(1.0, rel=0.05)
    assert answer["monotone"] is True
    assert answer["reachable"] == pytest.approx([-SD * SIZE, SD * SIZE], rel=0.06)
    assert answer["leakage"].keys() == {"y"}
    assert answer["zones"]["trained"] == [-1.0, 1.0]
    assert answer["zones"]["reachable"] == [-1.5, 1.5]
    assert len(answer["all"]["alpha"]) == len(answer["all"]["frechet_world"]) == 7
    assert answer["all"]["frechet_start"][3] == pytest.approx(0.0, abs=1e-9)
    assert (answer["n_frechet"], answer["frechet_floor"] > 0.0) == (48, True)
    assert (answer["n"], answer["n_world"]) == (48, 200)
    assert answer["judge"] == {
        "set": "exact", "network": "disc-eye", "apart": True, "features_apart": True,
    }  # fmt: skip


def test_a_row_per_strength(limits: WalkLimits) -> None:
    lines = to_csv(limits.table()).splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("alpha,asked (px),median change (px)")
    assert all(line.count(",") == lines[0].count(",") for line in lines)


def test_without_an_aim_what_moves_most(steps: WalkSteps, world: WorldSight) -> None:
    found = finish(judge_walk(steps, None, world, SEAT, (-1.0, 1.0)))
    assert (found.response.name, found.response.unit) == ("x", "of width")
    assert found.as_dict()["asked_unit"] == "alpha"
    assert found.as_dict()["slope"] == pytest.approx(SD, rel=0.05)


def test_what_cannot_be_told_judges_nothing(steps: WalkSteps, world: WorldSight) -> None:
    doubtful = WorldSight(world.seen, world.trust | {"x": 0.3}, world.vectors)
    with pytest.raises(InvalidInput, match="no basis"):
        finish(judge_walk(steps, Aim("x", "px", SIZE), doubtful, SEAT, (-1.0, 1.0)))
    leaks = finish(judge_walk(steps, Aim("y", "px", SIZE), doubtful, SEAT, (-1.0, 1.0))).response.leakage
    assert "x" not in [leak.name for leak in leaks.leaks]


def test_the_page_tells_the_same(limits: WalkLimits) -> None:
    strip = torch.zeros(2, 7, 3, SIZE, SIZE)
    html = render_report(walk_report(limits, "Shift x", "px", strip, {"model": "disc"}))
    facts = walk_facts(limits, "px")
    assert facts["medians"] == "all one way"
    for text in ("How far Shift x can go", facts["reaches"], "disc-eye", "world", "Overlap"):
        assert text in html
    assert html.count("data:image/png") == 1
    assert "features" not in facts


def test_features_that_trained_the_walk_are_told(limits: WalkLimits) -> None:
    shared = replace(limits, seat=replace(SEAT, features_apart=False))
    assert "trained" in walk_facts(shared, "px")["features"]
    html = render_report(walk_report(shared, "Shift x", "px", torch.zeros(2, 7, 3, SIZE, SIZE), {}))
    assert "took part in training the walk" in html
    answer = json.loads(to_json(shared.as_dict()))
    assert answer["judge"]["features_apart"] is False
