"""Owner of locks: what is left of a direction beside others, and which can be held at all."""

import math

import pytest
import torch

from wend.latents.chain import ChainWalk
from wend.latents.factor import FactorWalk, MonotoneCurve
from wend.latents.lock import can_hold, hold
from wend.latents.walk import Direction, Walk

X, Y, Z = torch.eye(3)


def line(vector: torch.Tensor, layers: tuple[int, int] = (0, 4), unit: float = 1.0) -> Direction:
    return Direction(vector / vector.norm(), unit, "w", layers)


def step(walk: Walk, rows: int = 4) -> torch.Tensor:
    """What alpha 1 adds to ws, [L, 3]."""
    return walk.apply(torch.zeros(1, rows, 3), 1.0)[0]


def test_goes_no_step_along_the_lock_and_says_what_is_left() -> None:
    held = hold(line(X + Y, unit=2.0), [line(Y)])
    assert held.strength == pytest.approx(math.sqrt(0.5))
    assert held.count == 1
    assert torch.allclose(step(held.walk), (math.sqrt(2.0) * X).expand(4, 3), atol=1e-6)


def test_several_locks_that_are_not_square_to_each_other() -> None:
    locks = [line(X + Y), line(X + 2.0 * Y)]
    held = hold(line(X + Y + Z), locks)
    assert torch.allclose(step(held.walk), (Z / math.sqrt(3.0)).expand(4, 3), atol=1e-6)
    # One that says what the others say already changes nothing.
    again = hold(line(X + Y + Z), [*locks, line(3.0 * X)])
    assert again.strength == pytest.approx(held.strength)


def test_in_its_own_rows_alone() -> None:
    held = hold(line(X + Y, (1, 3)), [line(Y, (2, 4))])
    moved = step(held.walk)
    assert torch.equal(moved[[0, 3]], torch.zeros(2, 3))
    assert torch.allclose(moved[1], (X + Y) / math.sqrt(2.0))
    assert torch.allclose(moved[2], X / math.sqrt(2.0), atol=1e-6)


def test_a_vector_of_its_own_for_every_row_keeps_what_does_not_add_up() -> None:
    rows = torch.stack([Y, -Y, X, X]) / 2.0
    held = hold(Direction(rows, 1.0, "w", (0, 4)), [line(Y)])
    # Up in one row and down in another: nothing along the lock, which is the same in all.
    assert held.strength == pytest.approx(1.0)
    assert torch.allclose(step(held.walk), rows, atol=1e-6)


def test_nothing_is_left_beside_its_own_like() -> None:
    held = hold(line(Y, unit=3.0), [line(-Y)])
    assert held.strength == 0.0
    assert torch.equal(step(held.walk), torch.zeros(4, 3))


def test_in_z() -> None:
    held = hold(Direction((X + Y) / math.sqrt(2.0), 1.0, "z", (0, 1)), [Direction(Y, 1.0, "z", (0, 1))])
    assert torch.allclose(held.walk.apply(torch.zeros(1, 3), 1.0)[0], X / math.sqrt(2.0), atol=1e-6)


def factor(u: torch.Tensor, layers: tuple[int, int] = (0, 4)) -> FactorWalk:
    """Along u in whitened w, of a prior with standard deviations 1, 2 and 3."""
    sds = torch.tensor([1.0, 2.0, 3.0])
    u = u / u.norm()
    return FactorWalk(u / sds, u * sds, torch.zeros(3), MonotoneCurve.identity(), "w", layers, (-3.0, 3.0))


def test_a_locked_factor_keeps_its_value_by_going_back_along_its_own_line() -> None:
    locked = factor(X + Y, (1, 3))
    ws = torch.randn(5, 4, 3, generator=torch.Generator().manual_seed(0))
    held = hold(line(X + Z, (0, 4)), [locked])
    moved = held.walk.apply(ws, 2.0)
    assert torch.allclose(locked.value(moved), locked.value(ws), atol=1e-6)
    assert (held.count, held.strength <= 1.0) == (1, True)
    back = (moved - line(X + Z).apply(ws, 2.0))[:, 1]
    assert torch.allclose(
        back / back.norm(dim=1)[:, None], -(locked.move / locked.move.norm()).expand(5, 3), atol=1e-5
    )
    # In rows where the factor does not lie, nothing is taken away.
    assert torch.allclose(moved[:, 0], line(X + Z).apply(ws, 2.0)[:, 0])


@pytest.mark.parametrize(
    "locked", [factor(Y), line(Y), factor(X + 2.0 * Y, (1, 4))], ids=["factor", "line", "other rows"]
)
def test_a_factor_beside_locks_still_comes_to_its_value(locked: Walk) -> None:
    own = factor(X + Y)
    ws = torch.randn(5, 4, 3, generator=torch.Generator().manual_seed(1))
    held = hold(own, [locked]).walk
    moved = held.apply(ws, 0.7)
    assert torch.allclose(own.value(moved) - own.value(ws), torch.tensor(0.7).double(), atol=1e-5)
    if isinstance(locked, FactorWalk):
        assert torch.allclose(locked.value(moved), locked.value(ws), atol=1e-6)
    else:
        assert torch.allclose((moved - ws).sum(dim=1) @ Y, torch.zeros(5), atol=1e-5)
    assert held.apply(ws, 0.0) is ws


def test_of_a_factor_hardly_anything_is_left_beside_one_like_it() -> None:
    held = hold(factor(Y), [factor(X * 0.1 + Y)])
    ws = torch.zeros(1, 4, 3)
    went = float(factor(Y).value(held.walk.apply(ws, 1.0)))
    # It is not driven on until it arrives.
    assert 0.0 < went < 0.1
    assert held.strength < 0.15


@pytest.mark.parametrize(
    ("locked", "moved"),
    [
        (line(Y, (0, 2)), line(Y, (2, 4))),
        (Direction(Y, 1.0, "z", (0, 4)), line(Y)),
        (line(Y), ChainWalk(torch.ones(2, 4, 3), (0, 4))),
        (ChainWalk(torch.ones(2, 4, 3), (0, 4)), line(Y)),
    ],
    ids=["other rows", "other space", "a curved move", "a curved lock"],
)
def test_what_no_lock_can_hold_stays_as_it_is(locked: Walk, moved: Walk) -> None:
    assert not can_hold(locked, moved)
    held = hold(moved, [locked])
    assert held.walk is moved
    assert (held.strength, held.count) == (1.0, 0)
