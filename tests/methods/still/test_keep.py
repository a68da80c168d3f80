"""An edit that would move a still region leaves it nearly as it was, and moves the rest on."""

import gc
import weakref
from copy import deepcopy

import pytest
import torch
from torch import Tensor

from tests.methods.region.test_search import bench_of, noise_of, start_of
from wend.generators.generator import Generator, synthesize
from wend.latents.walk import Direction
from wend.measure.slices import finish
from wend.methods.discover.ganspace import WSample, principal_axes
from wend.methods.region.space import RegionSpace
from wend.methods.still.error import StillError
from wend.methods.still.keep import StillKeeper
from wend.methods.still.scene import RIDGE, StillScene
from wend.methods.still.slope import PictureSlope
from wend.pictures.still import Bent, Pending, StillMove

HAIR = "a" * 64
STRENGTH = 0.18
"""Of an edit that is worked out in two stations."""
Setting = tuple[Generator, Tensor, Direction, StillKeeper]


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
    return StillMove("first", walk, alpha)


def bend(setting: Setting, *moves: StillMove) -> Bent:
    generator, ws, _, keeper = setting
    return keeper.bend(generator, "h", ws, noise_of(generator), 0, (HAIR,), moves)


def settle(pending: Pending) -> None:
    """To its end."""
    while not pending.advance():
        pass


def bent(setting: Setting, *moves: StillMove) -> Tensor:
    """ws, worked out."""
    found = bend(setting, *moves)
    if found.pending is not None:
        settle(found.pending)
    found = bend(setting, *moves)
    assert found.pending is None
    return found.ws


def change(setting: Setting, ws: Tensor) -> tuple[float, float]:
    """Mean absolute change inside the mask and elsewhere."""
    generator, start, _, _ = setting
    noise = noise_of(generator)
    with torch.no_grad():
        here, there = (synthesize(generator, each, noise).clamp(-1, 1) for each in (start, ws))
    moved, mask = (there - here).abs().mean(dim=1)[0], hair_mask(HAIR)
    return float((moved * mask).sum() / mask.sum()), float((moved * (1 - mask)).sum() / (1 - mask).sum())


def test_the_region_drifts_less_and_the_rest_moves_on(setting: Setting) -> None:
    _, ws, walk, _ = setting
    drift, moved = change(setting, bent(setting, move(walk, STRENGTH)))
    drift_without, moved_without = change(setting, walk.apply(ws, STRENGTH))
    assert drift < 0.25 * drift_without
    assert moved > 0.5 * moved_without


def test_until_it_is_worked_out_what_is_known_of_the_edit_serves(setting: Setting) -> None:
    generator, ws, walk, _ = setting
    fresh = (generator, ws, walk, StillKeeper(hair_mask))
    torch.testing.assert_close(bend(fresh, move(walk, STRENGTH)).ws, walk.apply(ws, STRENGTH))
    bent(setting, move(walk, STRENGTH))
    near = bend(setting, move(walk, 0.8 * STRENGTH))
    assert near.pending is not None
    assert change(setting, near.ws)[0] < 0.6 * change(setting, walk.apply(ws, 0.8 * STRENGTH))[0]


def test_a_mask_is_opened_once_and_what_is_worked_out_holds_no_generator(setting: Setting) -> None:
    generator, ws, walk, _ = setting
    opened: list[str] = []

    def count(name: str) -> Tensor:
        opened.append(name)
        return torch.zeros(64, 64)

    keeper = StillKeeper(count)
    copy = deepcopy(generator)
    held = weakref.ref(copy)
    for alpha in (0.5, 1.0):
        bent((copy, ws, walk, keeper), move(walk, alpha))
    begun = bend((copy, ws, walk, keeper), move(walk, 2.0))
    assert begun.pending is not None
    assert opened == [HAIR]
    del copy, begun
    keeper.let_go("h")
    gc.collect()
    assert held() is None
    assert bend((generator, ws, walk, keeper), move(walk, 1.0)).pending is None


def test_nothing_asked_is_nothing_moved(setting: Setting) -> None:
    _, ws, walk, _ = setting
    torch.testing.assert_close(bent(setting, move(walk, 0.0)), ws)


def test_the_answer_depends_on_the_question_alone(setting: Setting) -> None:
    generator, ws, walk, _ = setting
    first = bent(setting, move(walk, STRENGTH))
    fresh = (generator, ws, walk, StillKeeper(hair_mask))
    with torch.inference_mode():  # in which some who draw ask
        second = bent(fresh, move(walk, STRENGTH))
    assert torch.equal(second, first)
    assert torch.equal(bent(setting, move(walk, STRENGTH)), first)


def test_a_mask_of_nothing_bends_nothing(setting: Setting) -> None:
    generator, ws, walk, _ = setting
    free = (generator, ws, walk, StillKeeper(lambda _: torch.zeros(64, 64)))
    torch.testing.assert_close(bent(free, move(walk, 1.0)), walk.apply(ws, 1.0))


def test_the_slope_is_that_of_the_value(setting: Setting) -> None:
    generator, ws, walk, _ = setting
    with torch.no_grad():
        space = finish(RegionSpace.fit(generator))
        masks = [hair_mask(HAIR)]
        scene = finish(StillScene.open(generator, ws, noise_of(generator), masks, space))
        assert scene is not None
        base = walk.apply(ws, 1.0)
        error = PictureSlope(scene, base, StillError(scene, finish(scene.draw(base)), 0.3), RIDGE)
        at = 0.2 * torch.randn(10 * len(space), generator=torch.Generator().manual_seed(0)).double()
        value, slope = finish(error(at))
        way = slope / slope.norm()
        there, back = (finish(error(at + step * way))[0] for step in (1e-2, -1e-2))
    assert value > 0.0
    assert abs((there - back) / 2e-2 - float(slope.norm())) < 0.02 * float(slope.norm())


class _InParts(StillScene):
    """A scene whose rows run one by one, as those of a large generator do."""

    @property
    def parts(self) -> list[range]:
        return [range(row, row + 1) for row in range(self.rows)]


def test_rows_one_by_one_are_the_same_slope(setting: Setting) -> None:
    generator, ws, walk, _ = setting
    with torch.no_grad():
        space = finish(RegionSpace.fit(generator))
        noise = noise_of(generator)
        opened = finish(StillScene.open(generator, ws, noise, [hair_mask(HAIR)], space))
        assert opened is not None
        parts = _InParts(generator, ws, opened.noise, opened.axes, opened.rows, opened.start, opened.mask)
        base = walk.apply(ws, 1.0)
        plain = finish(opened.draw(base))
        zero = torch.zeros(10 * len(space), dtype=torch.float64)
        (value, slope), (same, other) = (
            finish(PictureSlope(scene, base, StillError(scene, plain, 0.3), RIDGE)(zero))
            for scene in (opened, parts)
        )
    assert abs(value - same) < 1e-4 * value
    torch.testing.assert_close(slope, other, rtol=1e-3, atol=1e-4 * float(slope.abs().max()))
