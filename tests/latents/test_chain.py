"""Chain walks: frames, the lines between them, sums, and a start that stays bit for bit."""

import pytest
import torch

from wend.latents.chain import ChainWalk, add_chains


def _chain(frames: int = 4, layers: tuple[int, int] = (1, 3)) -> ChainWalk:
    rng = torch.Generator().manual_seed(frames)
    return ChainWalk(torch.randn(frames, 5, 6, generator=rng), layers)


def _ws() -> torch.Tensor:
    return torch.randn(2, 5, 6, generator=torch.Generator().manual_seed(9))


def test_a10_nothing_asked_for_is_the_picture_bit_for_bit() -> None:
    ws = _ws()
    for alpha in (0.0, -0.0, -3.0):
        assert _chain().apply(ws, alpha) is ws
    still = ChainWalk(torch.zeros(4, 5, 6), (0, 5))
    assert torch.equal(still.apply(ws, 2.5), ws)


def test_whole_numbers_are_frames_and_the_last_one_is_the_end() -> None:
    ws, chain = _ws(), _chain()
    for number in range(1, 5):
        moved = chain.apply(ws, float(number))
        assert torch.equal(moved[:, 1:3], ws[:, 1:3] + chain.displacements[number - 1, 1:3])
        assert torch.equal(moved[:, :1], ws[:, :1])
        assert torch.equal(moved[:, 3:], ws[:, 3:])
    assert torch.equal(chain.apply(ws, 9.0), chain.apply(ws, 4.0))
    assert chain.frames == 4


def test_between_two_frames_lies_the_line() -> None:
    chain = _chain()
    assert torch.allclose(chain.at(0.25), 0.25 * chain.displacements[0])
    middle = 0.5 * (chain.displacements[1] + chain.displacements[2])
    assert torch.allclose(chain.at(2.5), middle, atol=1e-6)


def test_the_latent_that_is_moved_is_left_alone() -> None:
    ws = _ws()
    before = ws.clone()
    _chain().apply(ws, 3.0)
    assert torch.equal(ws, before)


def test_restricted_and_moved_to_a_device_it_is_the_same_chain() -> None:
    ws, chain = _ws(), _chain()
    narrow = chain.restricted((2, 3)).to(torch.device("cpu"))
    moved = narrow.apply(ws, 2.0)
    assert torch.equal(moved[:, 1:2], ws[:, 1:2])
    assert torch.equal(moved[:, 2:3], chain.apply(ws, 2.0)[:, 2:3])


def test_a10_chains_add_frame_by_frame_each_on_its_own_rows() -> None:
    ws, long, short = _ws(), _chain(4, (1, 3)), _chain(2, (2, 5))
    both = add_chains([long, short])
    assert both.layers == (1, 5)
    assert both.frames == 4
    for alpha in (1.0, 2.0, 4.0):
        expected = short.apply(long.apply(ws, alpha), alpha)
        assert torch.allclose(both.apply(ws, alpha), expected, atol=1e-6)


def test_chains_of_several_generators_are_refused() -> None:
    with pytest.raises(ValueError, match="one generator"):
        add_chains([_chain(), ChainWalk(torch.zeros(4, 5, 7), (0, 5))])
    with pytest.raises(ValueError, match="one generator"):
        add_chains([])
