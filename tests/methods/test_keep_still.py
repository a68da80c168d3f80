"""An edit that would move a still region leaves it nearly as it was, and moves the rest on."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.engine.library import FaultyGenerator, FaultyStore, build_library
from tests.methods.test_region import bench_of, noise_of, start_of
from wend.generators.generator import Generator, SynthesisState, synthesize
from wend.latents.walk import Direction
from wend.measure.slices import finish
from wend.methods.ganspace import WSample, principal_axes
from wend.methods.keep_still import ROUNDS, StillKeeper
from wend.pictures.still import StillMove

HAIR = "a" * 64
Setting = tuple[Generator, Tensor, Direction, StillKeeper]


class Counting(FaultyGenerator):
    """Counts the steps it makes, of however many pictures each."""

    steps = 0

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        self.steps += 1
        return super().step(state, w, noise)


def hair_mask(_: str) -> Tensor:
    mask = torch.zeros(64, 64)
    mask[8:26, 16:48] = 1.0
    return mask


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    bench = bench_of("portraits-64", tmp_path_factory.mktemp("still"))
    sample = WSample(bench.generator)
    with torch.no_grad():
        finish(sample.gather())
    axis = principal_axes(sample.covariance, 2)[0]
    walk = Direction(axis.vector.float(), axis.sd, "w", (0, 10))
    return bench.generator, start_of(bench.generator, 0), walk, StillKeeper(hair_mask)


def move(walk: Direction, alpha: float) -> StillMove:
    return StillMove("first", walk, alpha, 2.0)


def bend(setting: Setting, *moves: StillMove) -> Tensor:
    generator, ws, _, keeper = setting
    return keeper.bend(generator, "h", ws, noise_of(generator), 0, (HAIR,), moves)


def change(setting: Setting, ws: Tensor) -> tuple[float, float]:
    """Mean absolute change inside the mask and elsewhere."""
    generator, start, _, _ = setting
    noise = noise_of(generator)
    with torch.no_grad():
        here, there = (synthesize(generator, each, noise).clamp(-1, 1) for each in (start, ws))
    moved, mask = (there - here).abs().mean(dim=1)[0], hair_mask(HAIR)
    return float((moved * mask).sum() / mask.sum()), float((moved * (1 - mask)).sum() / (1 - mask).sum())


def test_the_region_drifts_less_and_the_rest_moves_on(
    setting: Setting,
) -> None:
    _, ws, walk, _ = setting
    drift, moved = change(setting, bend(setting, move(walk, 2.0)))
    drift_without, moved_without = change(setting, walk.apply(ws, 2.0))
    assert drift < 0.5 * drift_without
    assert moved > 0.25 * moved_without


def test_nothing_asked_is_nothing_moved(setting: Setting) -> None:
    _, ws, walk, _ = setting
    assert torch.equal(bend(setting, move(walk, 0.0)), ws)


def test_the_answer_depends_on_the_question_alone(
    setting: Setting,
) -> None:
    generator, ws, walk, _ = setting
    first = bend(setting, move(walk, 1.0))
    fresh = (generator, ws, walk, StillKeeper(hair_mask))
    assert torch.equal(bend(fresh, move(walk, 1.0)), first)
    assert torch.equal(bend(setting, move(walk, 1.0)), first)


def test_a_mask_of_nothing_bends_nothing(setting: Setting) -> None:
    generator, ws, walk, _ = setting
    free = (generator, ws, walk, StillKeeper(lambda _: torch.zeros(64, 64)))
    torch.testing.assert_close(bend(free, move(walk, 1.0)), walk.apply(ws, 1.0))


def test_the_first_frame_waits_for_few_steps(tmp_path: Path) -> None:
    store, _ = build_library(tmp_path)
    assert isinstance(store, FaultyStore)
    generator = Counting(store.load("tiny", torch.device("cpu")), store)
    ws, rows = start_of(generator, 0), generator.spec.num_ws
    walk = Direction(torch.ones(generator.spec.w_dim), 0.5, "w", (0, rows))
    generator.steps = 0
    StillKeeper(hair_mask).bend(generator, "h", ws, noise_of(generator), 0, (HAIR,), (move(walk, 0.5),))
    # One picture, a trial of its derivatives, and those on four ranges at once; then one station.
    draws = 1 + 3 * ROUNDS
    assert generator.steps <= (2 + 4 + draws) * rows
