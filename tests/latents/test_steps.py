"""Owner of step walks: composition, the kept norm, the pull to the centre, and strengths in between."""

import pytest
import torch
from torch import Tensor

from wend.latents.steps import StepNet, StepWalk, StepWeights

WIDTH, ROWS = 6, 4
CPU = torch.device("cpu")


def _net(seed: int, width: int, scale: float = 0.2) -> StepNet:
    rng = torch.Generator().manual_seed(seed)
    shapes = ((width, width), (width,), (width, width), (width,))
    return StepNet(*(scale * torch.randn(shape, generator=rng) for shape in shapes))


def _weights(width: int = WIDTH, size: float = 10.0, pull: float = 1.0) -> StepWeights:
    center = None if pull == 1.0 else torch.full((WIDTH,), 0.5)
    return StepWeights(_net(1, width), _net(2, width), size, (1, 3), pull, center)


def _z(count: int = 3) -> Tensor:
    return torch.randn(count, WIDTH, generator=torch.Generator().manual_seed(0))


def _ws(count: int = 3) -> Tensor:
    return torch.randn(count, ROWS, WIDTH, generator=torch.Generator().manual_seed(0))


def test_one_step_is_the_code_and_its_network_at_the_old_norm() -> None:
    z, weights = _z(), _weights()
    moved = z + weights.forward.move(z)
    expected = moved * z.norm(dim=1, keepdim=True) / moved.norm(dim=1, keepdim=True)
    assert torch.allclose(StepWalk(weights, "z", (0, 1)).apply(z, 10.0), expected, atol=1e-6)


def test_the_network_has_one_hidden_layer_with_relu() -> None:
    net = StepNet(torch.eye(2), torch.tensor([0.0, -1.0]), 2.0 * torch.eye(2), torch.tensor([0.5, 0.0]))
    assert net.move(torch.tensor([[1.0, 3.0], [-1.0, 0.5]])).tolist() == [[2.5, 4.0], [0.5, 0.0]]


def test_the_norm_is_kept_after_every_step_and_between_steps() -> None:
    z, walk = _z(), StepWalk(_weights(), "z", (0, 1))
    for alpha in (-75.0, -13.0, 4.0, 10.0, 50.0, 125.0):
        moved = walk.apply(z, alpha)
        assert not torch.allclose(moved, z, atol=1e-3)
        assert torch.allclose(moved.norm(dim=1), z.norm(dim=1), atol=1e-5)


def test_many_steps_are_single_steps_composed() -> None:
    z, walk = _z(), StepWalk(_weights(), "z", (0, 1))
    for sign in (1.0, -1.0):
        one_by_one = z
        for _ in range(9):
            one_by_one = walk.apply(one_by_one, sign * 10.0)
        assert torch.allclose(walk.apply(z, sign * 90.0), one_by_one, atol=1e-4)


def test_backward_is_a_network_of_its_own() -> None:
    z, weights = _z(), _weights()
    there = StepWalk(weights, "z", (0, 1)).apply(z, -10.0)
    swapped = StepWeights(weights.backward, weights.forward, 10.0, weights.rows)
    assert torch.equal(there, StepWalk(swapped, "z", (0, 1)).apply(z, 10.0))


def test_a_negative_size_steps_forward_for_negative_alpha() -> None:
    z = _z()
    down = StepWalk(_weights(size=-0.5), "z", (0, 1)).apply(z, -1.0)
    assert torch.equal(down, StepWalk(_weights(size=0.5), "z", (0, 1)).apply(z, 1.0))


def test_a_slider_moves_smoothly_or_in_whole_steps() -> None:
    ws, weights = _ws(), _weights()
    smooth, rounded = StepWalk(weights, "w", (0, ROWS)), StepWalk(weights, "w", (0, ROWS), rounded=True)
    two, three = smooth.apply(ws, 20.0), smooth.apply(ws, 30.0)
    assert torch.allclose(smooth.apply(ws, 23.0), two + 0.3 * (three - two), atol=1e-5)
    assert torch.equal(rounded.apply(ws, 24.9), two)
    assert torch.equal(rounded.apply(ws, 25.1), three)
    assert rounded.apply(ws, -4.9) is ws
    # 0.3 / 0.1 is a little less than three.
    exact = StepWalk(_weights(size=0.1), "w", (0, ROWS))
    assert torch.equal(exact.apply(ws, 0.3), three)


def test_alpha_zero_changes_nothing() -> None:
    z = _z()
    assert StepWalk(_weights(), "z", (0, 1)).apply(z, 0.0) is z


def test_rows_step_alone_and_others_keep_their_bits() -> None:
    ws = _ws()
    moved = StepWalk(_weights(), "w", (1, 3)).apply(ws, 20.0)
    assert torch.equal(moved[:, [0, 3]], ws[:, [0, 3]])
    alone = StepWalk(_weights(), "w", (0, 1)).apply(ws[:, 1:2], 20.0)
    assert torch.allclose(moved[:, 1:2], alone, atol=1e-6)


def test_rows_that_step_together_look_at_each_other() -> None:
    ws, walk = _ws(), StepWalk(_weights(2 * WIDTH), "w", (1, 3))
    moved = walk.apply(ws, 10.0)
    other = ws.clone()
    other[:, 2] += 1.0
    assert torch.equal(moved[:, [0, 3]], ws[:, [0, 3]])
    assert not torch.allclose(walk.apply(other, 10.0)[:, 1], moved[:, 1])
    narrow = walk.restricted((2, 4)).apply(ws, 10.0)
    assert torch.equal(narrow[:, 2], moved[:, 2])
    assert torch.equal(narrow[:, [0, 1, 3]], ws[:, [0, 1, 3]])


@pytest.mark.parametrize("together", [False, True])
def test_in_w_every_step_is_drawn_to_the_centre(together: bool) -> None:
    width = 2 * WIDTH if together else WIDTH
    ws, weights = _ws(), _weights(width, pull=0.75)
    codes = ws[:, 1:3].flatten(1) if together else ws[:, 1:3]
    moved = (codes + weights.forward.move(codes)).reshape(3, 2, WIDTH)
    expected = 0.5 + 0.75 * (moved - 0.5)
    assert torch.allclose(StepWalk(weights, "w", (1, 3)).apply(ws, 10.0)[:, 1:3], expected, atol=1e-6)


def test_gradient_flows_to_latent_and_networks() -> None:
    z, weights = _z().requires_grad_(True), _weights()
    weights.forward.into.requires_grad_(True)
    StepWalk(weights, "z", (0, 1)).apply(z, 25.0)[:, 0].sum().backward()
    assert z.grad is not None
    assert weights.forward.into.grad is not None
    assert float(z.grad.abs().sum()) > 0.0
    assert float(weights.forward.into.grad.abs().sum()) > 0.0


def test_tensors_go_to_a_file_and_back() -> None:
    weights = _weights(pull=0.5)
    again = StepWeights.of_tensors(weights.tensors(), 10.0, (1, 3), 0.5)
    ws = _ws()
    assert torch.equal(
        StepWalk(again.to(CPU), "w", (0, ROWS)).apply(ws, 33.0),
        StepWalk(weights, "w", (0, ROWS)).to(CPU).apply(ws, 33.0),
    )


@pytest.mark.parametrize(
    "damage",
    [
        {"forward.into": torch.zeros(5, WIDTH)},
        {"backward.out_bias": torch.full((WIDTH,), float("nan"))},
        {"forward.into": torch.zeros(3)},
    ],
)
def test_tensors_that_fit_no_step_are_refused(damage: dict[str, Tensor]) -> None:
    with pytest.raises(ValueError, match="step network"):
        StepWeights.of_tensors({**_weights().tensors(), **damage}, 10.0, (1, 3), 1.0)
