"""Effects that several searches grow together are each axis's own, once."""

import pytest
import torch
from torch import Tensor

from tests.methods.region.test_search import bench_of, noise_of, start_of
from wend.measure.slices import Sliced, finish
from wend.methods.region.effects import RegionJacobian
from wend.methods.region.jacobian import Linearization
from wend.methods.region.space import RegionSpace


class Stumbling(Linearization):
    """Whose product breaks once."""

    broken = 0

    def draw(self, ws: Tensor) -> Sliced[Tensor]:
        self.broken += 1
        if self.broken == 1:
            raise RuntimeError("once")
        return super().draw(ws)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Linearization, RegionSpace]:
    generator = bench_of("portraits-64", tmp_path_factory.mktemp("shelf")).generator
    with torch.no_grad():
        space = RegionSpace(finish(RegionSpace.fit(generator)).axes[:10])
        at = finish(Linearization.at(generator, start_of(generator, 0), noise_of(generator), batch=4))
    return at, space


def test_two_who_take_turns_know_each_axis_once(place: tuple[Linearization, RegionSpace]) -> None:
    at, space = place
    alone, shared = (RegionJacobian(at, space, None) for _ in range(2))
    with torch.no_grad():
        finish(alone.grow(0.0, 10, 10))
        turns = [shared.grow(0.0, 8, 10), shared.grow(0.0, 10, 48)]
        while turns:
            for each in list(turns):
                if next(each, "over") == "over":
                    turns.remove(each)
    assert shared.size == 10
    torch.testing.assert_close(shared.effects, alone.effects)


def test_who_leaves_in_the_middle_leaves_the_part_to_the_next(
    place: tuple[Linearization, RegionSpace],
) -> None:
    at, space = place
    alone, shared = (RegionJacobian(at, space, None) for _ in range(2))
    with torch.no_grad():
        finish(alone.grow(0.0, 4, 4))
        first = shared.grow(0.0, 4, 4)
        next(first)
        first.close()
        finish(shared.grow(0.0, 4, 4))
    torch.testing.assert_close(shared.effects, alone.effects)


def test_a_part_that_broke_is_begun_anew(place: tuple[Linearization, RegionSpace]) -> None:
    at, space = place
    stumbling = Stumbling(at.generator, at.ws, at.noise, 4)
    stumbling.states = at.states
    jacobian = RegionJacobian(stumbling, space, None)
    with torch.no_grad():
        with pytest.raises(RuntimeError, match="once"):
            finish(jacobian.grow(0.0, 4, 4))
        finish(jacobian.grow(0.0, 4, 4))
    assert jacobian.size == 4
