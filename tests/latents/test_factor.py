"""Factor walks: a curve that never falls and goes back exactly, and lines that put a factor at a value."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from wend.errors import FactorOutOfReach
from wend.latents.factor import KNOTS, SPACING, FactorWalk, MonotoneCurve, orthogonal


def _slopes(seed: int = 0) -> torch.Tensor:
    return torch.rand(KNOTS, generator=torch.Generator().manual_seed(seed)) + 0.05


def _walk(offset: float = 0.3, seed: int = 0) -> FactorWalk:
    u = torch.randn(6, generator=torch.Generator().manual_seed(seed))
    return FactorWalk.in_z(u, MonotoneCurve(_slopes(), offset), (-2.0, 2.0))


def _in_w(layers: tuple[int, int] = (1, 3)) -> FactorWalk:
    """Along the second axis of a prior with standard deviations 1, 2 and 3."""
    zeros = torch.zeros(3)
    read, move, center = zeros.clone(), zeros.clone(), torch.tensor([0.5, -1.0, 2.0])
    read[1], move[1] = 0.5, 2.0
    return FactorWalk(read, move, center, MonotoneCurve(_slopes()), "w", layers, (-2.0, 2.0))


def _z(count: int = 5) -> torch.Tensor:
    return torch.randn(count, 6, generator=torch.Generator().manual_seed(9))


def test_f20_the_first_curve_is_the_identity_and_constant_outside() -> None:
    curve = MonotoneCurve.identity()
    p = torch.linspace(-5.05, 5.05, 999, dtype=torch.float64)
    assert torch.allclose(curve(p), p, atol=1e-12)
    assert curve(torch.tensor([-9.0, 6.0])).tolist() == pytest.approx([-5.05, 5.05])
    assert curve.slope(torch.tensor([0.0, 6.0])).tolist() == [1.0, 0.0]


def test_f20_it_is_the_sum_of_clipped_steps_that_the_source_writes() -> None:
    slopes, p = _slopes(1).double(), torch.linspace(-7.0, 7.0, 57, dtype=torch.float64)
    knots = torch.linspace(-5.0, 5.0, KNOTS, dtype=torch.float64)
    steps = (p[:, None] - knots).clamp(-0.5 * SPACING, 0.5 * SPACING)
    assert torch.allclose(MonotoneCurve(slopes, 0.2)(p), 0.2 + steps @ slopes, atol=1e-12)


@given(
    st.lists(st.floats(0.0, 10.0), min_size=KNOTS, max_size=KNOTS), st.floats(-9.0, 9.0), st.floats(-9.0, 9.0)
)
def test_f20_no_slopes_make_it_fall(slopes: list[float], one: float, other: float) -> None:
    curve = MonotoneCurve(torch.tensor(slopes, dtype=torch.float64))
    low, high = curve(torch.tensor(sorted((one, other)), dtype=torch.float64)).tolist()
    assert low <= high + 1e-9


def test_f20_where_it_rises_the_inverse_is_exact_and_where_it_is_flat_the_middle() -> None:
    curve = MonotoneCurve(_slopes(), 0.7)
    p = torch.linspace(-5.05, 5.05, 333, dtype=torch.float64)
    assert torch.allclose(curve.inverse(curve(p)), p, atol=1e-9)
    slopes = torch.ones(KNOTS)
    slopes[60:64] = 0.0  # knots at 1.0, 1.1, 1.2 and 1.3: flat from 0.95 to 1.35
    flat = MonotoneCurve(slopes)
    assert float(flat.inverse(flat(torch.tensor(1.0)))) == pytest.approx(1.15)
    assert flat.reaches(torch.tensor([flat.ends[0] - 1.0, 0.0, flat.ends[1]])).tolist() == [False, True, True]


def _flat() -> MonotoneCurve:
    """Flat from -0.95 to 1.05, and from 4.05 on."""
    slopes = torch.ones(KNOTS)
    slopes[41:61] = 0.0
    slopes[91:] = 0.0
    return MonotoneCurve(slopes, 0.3)


def test_f20_of_positions_with_one_value_the_nearest_is_taken() -> None:
    curve = _flat()
    level = curve(torch.zeros(4)).double()
    near = torch.tensor([-3.0, 0.2, 0.9, 2.0])
    assert curve.inverse(level, near).tolist() == pytest.approx([-0.95, 0.2, 0.9, 1.05])
    top = torch.full((3,), curve.ends[1], dtype=torch.float64)
    assert curve.inverse(top, torch.tensor([1.0, 4.5, 9.0])).tolist() == pytest.approx([4.05, 4.5, 9.0])


@given(st.floats(-8.0, 8.0), st.sampled_from([1.0, -1.0]))
def test_nothing_jumps_as_a_strength_leaves_0(position: float, sign: float) -> None:
    curve = _flat()
    p = torch.tensor([position], dtype=torch.float64)
    assert torch.equal(curve.moved(p, 0.0), p)
    small = curve.moved(p, sign * 1e-9)
    assert torch.allclose(small, p, atol=1e-5)
    # No way back, and beyond half a percent of the reach the value is the one that was asked for.
    steps = sign * torch.linspace(0.0, 0.2, 41, dtype=torch.float64)
    path = curve.moved(p.expand(41), steps)
    assert bool((path.diff() * sign >= -1e-12).all())
    far = steps.abs() >= 0.005 * (curve.ends[1] - curve.ends[0])
    wanted = (curve(p) + steps).clamp(*curve.ends)
    assert torch.allclose(curve(path)[far], wanted[far], atol=1e-9)


def test_what_lies_beyond_the_knots_is_not_pulled_in() -> None:
    curve = MonotoneCurve(_slopes())
    out = torch.tensor([-7.0, 7.0], dtype=torch.float64)
    assert torch.equal(curve.moved(out, torch.tensor([-0.5, 0.5])), out)
    assert torch.allclose(curve.moved(out, torch.tensor([1e-9, -1e-9])), out, atol=1e-5)


def test_a_curve_through_values_has_them() -> None:
    curve = MonotoneCurve(_slopes(), -2.0)
    again = MonotoneCurve.through(curve.levels.exp())
    assert torch.allclose(again(curve.breaks), curve.levels.exp(), atol=1e-9)


def test_nothing_asked_for_leaves_every_bit() -> None:
    z = _z()
    assert _walk().apply(z, 0.0) is z
    ws = torch.randn(2, 4, 3)
    assert _in_w().apply(ws, 0.0) is ws


def test_of_many_those_with_a_strength_of_0_keep_their_bits_on_a_flat_curve_too() -> None:
    walk, z = FactorWalk.in_z(torch.ones(6), _flat(), (-2.0, 2.0)), 3.0 * _z(40)
    alphas = torch.zeros(40).index_fill(0, torch.arange(0, 40, 2), 0.3)
    moved = walk.apply_each(z, alphas)
    assert torch.equal(moved[1::2], z[1::2])
    assert torch.allclose(moved[::2], walk.apply(z[::2], 0.3), atol=1e-6)


def test_a_strength_is_a_difference_of_the_value_for_every_picture() -> None:
    for walk, latent in ((_walk(), _z()), (_in_w(), torch.randn(5, 4, 3) * 0.5)):
        moved = walk.apply(latent, 0.2)
        assert torch.allclose(walk.value(moved) - walk.value(latent), torch.tensor(0.2).double(), atol=1e-5)
        back = walk.apply(moved, -0.2)
        assert torch.allclose(back, latent, atol=1e-5)


def test_put_at_a_value_every_picture_is_there_and_all_across_stays() -> None:
    walk, z = _walk(), _z()
    moved = walk.at(z, 0.5)
    assert torch.allclose(walk.value(moved), torch.tensor(0.5).double(), atol=1e-6)
    across = torch.eye(6) - torch.outer(walk.read, walk.read)
    assert torch.allclose(moved @ across, z @ across, atol=1e-6)
    each = torch.linspace(-0.5, 0.9, 5)
    assert torch.allclose(walk.value(walk.at(z, each)), each.double(), atol=1e-6)


def test_f24_out_of_reach_is_told_and_off_the_prior_is_seen() -> None:
    walk, z = _walk(), _z()
    low, high = walk.reach
    with pytest.raises(FactorOutOfReach, match="reaches from"):
        walk.at(z, high + 0.1)
    wanted = high - walk.value(z)
    assert torch.allclose(walk.shortfall(z, 100.0), 100.0 - wanted, atol=1e-9)
    assert torch.allclose(walk.value(walk.apply(z, -100.0)), torch.tensor(low).double(), atol=1e-5)
    assert not walk.shortfall(z, 0.1).any()
    assert walk.is_off_prior(walk.put(z, torch.tensor(3.1))).all()
    assert not walk.is_off_prior(walk.put(z, torch.tensor(2.9))).any()
    assert walk.is_unseen(walk.put(z, torch.tensor(2.1))).all()


def test_in_w_it_reads_and_moves_the_rows_of_its_layers_in_sds_of_the_prior() -> None:
    walk = _in_w()
    ws = torch.randn(400, 1, 3).expand(-1, 4, -1) * torch.tensor([1.0, 2.0, 3.0]) + walk.center
    assert float(walk.position(ws).std()) == pytest.approx(1.0, abs=0.15)
    moved = walk.put(ws, torch.tensor(1.5))
    assert torch.equal(moved[:, 0], ws[:, 0])
    assert torch.equal(moved[:, 3], ws[:, 3])
    assert torch.allclose(walk.position(moved), torch.tensor(1.5).double(), atol=1e-5)
    narrow = walk.restricted((0, 1)).to(torch.device("cpu"))
    assert torch.equal(narrow.put(ws, torch.tensor(1.5))[:, 1:], ws[:, 1:])


def test_f25_several_factors_share_nothing_afterwards_and_the_cosines_are_told() -> None:
    walks = [_walk(seed=k) for k in range(3)]
    found, cosines = orthogonal(walks)
    assert float(cosines[0, 1]) == pytest.approx(walks[0].cosine(walks[1]), abs=1e-6)
    for i, one in enumerate(found):
        for j, other in enumerate(found):
            assert one.cosine(other) == pytest.approx(float(i == j), abs=1e-5)
    z = _z()
    moved = found[0].put(z, torch.tensor(2.0))
    assert torch.allclose(found[1].position(moved), found[1].position(z), atol=1e-5)
    with pytest.raises(ValueError, match="one line"):
        orthogonal([walks[0], walks[0]])
