"""Owner of linear walks: how far alpha goes, and the bits of the rows it must not touch."""

import torch

from wend.latents.walk import Direction

WS = torch.randn(3, 6, 4, generator=torch.Generator().manual_seed(0))
VECTOR = torch.tensor([0.6, 0.0, -0.8, 0.0])


def test_alpha_counts_units() -> None:
    z = torch.zeros(2, 4)
    moved = Direction(VECTOR, 2.0, "z", (0, 6)).apply(z, 1.5)
    assert torch.allclose(moved, torch.tensor([[1.8, 0.0, -2.4, 0.0]]).expand(2, 4))


def test_other_rows_keep_their_bits() -> None:
    moved = Direction(VECTOR, 1.0, "w", (2, 4)).apply(WS, 0.7)
    untouched = [0, 1, 4, 5]
    assert torch.equal(moved[:, untouched].view(torch.int32), WS[:, untouched].view(torch.int32))
    assert torch.allclose(moved[:, 2:4] - WS[:, 2:4], (0.7 * VECTOR).expand(3, 2, 4), atol=1e-6)


def test_alpha_zero_changes_nothing() -> None:
    assert Direction(VECTOR, 1.0, "w", (0, 6)).apply(WS, 0.0) is WS


def test_the_input_is_left_alone() -> None:
    before = WS.clone()
    Direction(VECTOR, 1.0, "w", (0, 6)).apply(WS, 1.0)
    assert torch.equal(WS, before)


def test_restricted_moves_only_the_new_range() -> None:
    moved = Direction(VECTOR, 1.0, "w", (0, 6)).restricted((5, 6)).apply(WS, 1.0)
    assert torch.equal(moved[:, :5], WS[:, :5])
    assert not torch.equal(moved[:, 5], WS[:, 5])


def test_gradient_flows_to_the_latent() -> None:
    ws = WS.clone().requires_grad_(True)
    Direction(VECTOR, 1.0, "w", (1, 3)).apply(ws, 2.0).sum().backward()
    assert ws.grad is not None
    assert torch.equal(ws.grad, torch.ones_like(ws))
