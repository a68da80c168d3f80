"""Factor model: line and curve from changes alone, whatever the pictures' own values are."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from wend.latents.factor import MonotoneCurve
from wend.methods.factor.along import mean_line, nearest, positions
from wend.methods.factor.model import Changes, FactorFit, FitPlan, anchored, best_line, fit, split


def _truth(seed: int = 0, paths: int = 40, constant: float = 0.0) -> tuple[Changes, torch.Tensor]:
    """t = tanh(<z, u>) + constant, changed by going along u and, a little, anywhere."""
    rng = torch.Generator().manual_seed(seed)
    u = torch.randn(10, generator=rng)
    u /= u.norm()
    start = torch.randn(paths, 10, generator=rng).repeat_interleave(6, dim=0)
    step = 2.0 * torch.rand(len(start), generator=rng) - 1.0
    code = start + step[:, None] * u + 0.1 * torch.randn(len(start), 10, generator=rng)
    value = [torch.tanh((x @ u).double()) + constant for x in (start, code)]
    path = torch.arange(paths).repeat_interleave(6)
    return Changes(start, code, value[1] - value[0], path), u


@pytest.mark.parametrize("plan", [FitPlan(100, 0.03), FitPlan(400, 0.03, 32, held_out=0.0, is_released=True)])
def test_f21_line_and_curve_are_found_from_changes(plan: FitPlan) -> None:
    changes, u = _truth()
    found = fit(changes, plan)
    assert float(found.u @ u) > 0.98
    p = torch.linspace(-1.5, 1.5, 7)
    told = found.curve(p) - found.curve(torch.zeros(()))
    assert (told - torch.tanh(p.double())).abs().max() < 0.15
    assert found.rms < 0.05 * 2.0
    assert float(found.u.norm()) == pytest.approx(1.0, abs=1e-6)


def test_f21_a_constant_added_to_all_values_changes_nothing() -> None:
    one, other = fit(_truth()[0], FitPlan(40)), fit(_truth(constant=5.0)[0], FitPlan(40))
    assert torch.allclose(one.u, other.u, atol=1e-6)
    assert torch.allclose(one.curve.slopes, other.curve.slopes, atol=1e-6)


def test_f22_the_constant_is_set_where_it_is_said() -> None:
    curve = anchored(MonotoneCurve(torch.rand(101) + 0.1), 0.3)
    assert float(curve(torch.zeros(()))) == pytest.approx(0.3)


def test_f25_a_line_kept_clear_of_another_shares_nothing_with_it_and_tells_what_it_gave_up() -> None:
    changes, u = _truth()
    other = torch.eye(10)[:1]
    found = fit(changes, FitPlan(60), other)
    assert abs(float(found.u[0])) < 1e-6
    assert found.cosines[0] == pytest.approx(float(u[0]), abs=0.1)


def test_slopes_are_never_0_so_every_value_has_one_position() -> None:
    found = fit(_truth()[0], FitPlan(100, smooth=0.0))
    assert float(found.curve.slopes.min()) > 0.0


def test_whole_trajectories_are_held_out() -> None:
    changes, _ = _truth()
    train, held_out = split(changes, 0.25)
    assert len(held_out.path.unique()) == 10
    assert not set(train.path.tolist()) & set(held_out.path.tolist())
    assert len(split(changes, 0.0)[1]) == 0


def test_the_mean_of_how_a_factor_rises_is_its_line_and_its_slope() -> None:
    """Of a factor that rises along u at 0.2, and in every picture along some line of its own as well."""
    rng = torch.Generator().manual_seed(1)
    u = torch.eye(8)[2]
    start = torch.randn(400, 8, generator=rng)
    gradient = 0.2 * u + 0.1 * torch.randn(400, 8, generator=rng)
    added = 0.05 * torch.where(torch.rand(400, generator=rng) < 0.5, -1.0, 1.0).double()
    code = start + added[:, None].float() * gradient / gradient.square().sum(dim=1, keepdim=True)
    line, size = mean_line(start, code, added)
    assert float(line @ u.double()) > 0.98
    assert size == pytest.approx(0.2, rel=0.05)
    # A regression on the changes thinks the factor rises faster along it than it does.
    moved = (code - start).double() @ line
    assert float((moved @ added) / (moved @ moved)) > 1.2 * size


def test_the_least_of_a_parabola_is_found_between_the_samples() -> None:
    at = (-2.0, -1.0, 0.5, 1.0, 3.0)
    assert nearest(at, [(x - 0.3) ** 2 for x in at]) == pytest.approx(0.3)
    assert nearest(at, list(at)) == -2.0
    assert positions(4) == (-2.0, -1.0, 1.0, 2.0)
    assert len(positions(3)) == 3


def test_the_line_of_least_squares_is_chosen_by_what_is_held_out() -> None:
    changes, u = _truth()
    assert float(best_line(*split(changes, 0.2)) @ u.double()) > 0.98


class _Largest(TorchFunctionMode):
    """Notes how many numbers the largest tensor made holds."""

    numel = 0

    def __torch_function__(
        self,
        func: Callable[..., Any],  # Any: torch's own signature
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> object:
        made = func(*args, **(kwargs or {}))
        if isinstance(made, Tensor):
            self.numel = max(self.numel, made.numel())
        return made


def test_many_changes_take_no_more_room_than_they_are() -> None:
    changes, _ = _truth()
    train, held_out = split(changes, 0.2)
    with _Largest() as seen:
        best_line(train, held_out)
    assert seen.numel == train.code.numel()


def test_the_line_of_least_squares_is_the_same_from_few_changes_and_from_many() -> None:
    """A number that no code uses makes fewer changes than numbers, and another way to the same line."""
    train, held_out = split(_truth(paths=5)[0], 0.2)

    def wider(changes: Changes) -> Changes:
        room = torch.zeros(len(changes), 50)
        return Changes(
            torch.cat([changes.start, room], 1),
            torch.cat([changes.code, room], 1),
            changes.added,
            changes.path,
        )

    one, other = best_line(train, held_out), best_line(wider(train), wider(held_out))
    assert torch.allclose(one, other[:10], atol=1e-9)


def test_the_released_form_needs_no_line_of_least_squares() -> None:
    changes, _ = _truth()
    plan = FitPlan(5, batch=32, held_out=0.0, is_released=True)
    with _Largest() as seen:
        FactorFit(changes, changes.take(torch.zeros(0, dtype=torch.long)), plan, torch.zeros(0, 10), None)
    assert seen.numel < changes.code.numel()
