"""Inception for FID: the published layout, and the pooling that sets it apart, on hand-made cases."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from tests.perception.plugging import gradient_of, plug, randomized, some_images
from wend.errors import CardInvalid, WeightsInvalid
from wend.perception.inception import BlockA, BlockB, BlockE, Conv, FidInception, average_inside, maximum
from wend.perception.operators import torchvision_models
from wend.perception.preprocess import Preprocess
from wend.perception.readers import open_plug_in


def pass_through(conv: Conv) -> None:
    """Make a branch of 1 x 1 answer ReLU of its first inputs."""
    with torch.no_grad():
        conv.conv.weight.zero_()
        for channel in range(conv.conv.out_channels):
            conv.conv.weight[channel, channel % conv.conv.in_channels] = 1.0
        conv.bn.running_var.fill_(1.0 - conv.bn.eps)  # type: ignore[union-attr]  # batch norm tracks by default


GRID = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])[None, None]
# Corners average four numbers, edges six, the middle nine.
INSIDE = torch.tensor([[3.0, 3.5, 4.0], [4.5, 5.0, 5.5], [6.0, 6.5, 7.0]])
LARGEST = torch.tensor([[5.0, 6.0, 6.0], [8.0, 9.0, 9.0], [8.0, 9.0, 9.0]])


def test_the_pools_by_hand() -> None:
    assert torch.allclose(average_inside(GRID)[0, 0], INSIDE)
    assert torch.equal(maximum(GRID)[0, 0], LARGEST)


def test_block_a_averages_inside_the_picture() -> None:
    block = BlockA(4, 2).eval()
    pass_through(block.branch_pool)
    grid = GRID.expand(1, 4, 3, 3).clone().requires_grad_()
    pooled = block(grid)[:, -2:]
    assert gradient_of(pooled, grid) > 0
    assert torch.allclose(pooled, INSIDE.expand(1, 2, 3, 3), atol=1e-5)


@pytest.mark.parametrize(("last", "expected"), [(False, INSIDE), (True, LARGEST)])
def test_only_the_last_block_takes_the_maximum(last: bool, expected: torch.Tensor) -> None:
    block = BlockE(4, last=last).eval()
    pass_through(block.branch_pool)
    with torch.no_grad():
        pooled = block(GRID.expand(1, 4, 3, 3))[:, -192:]
    assert torch.allclose(pooled, expected.expand(1, 192, 3, 3), atol=1e-5)


def test_blocks_without_a_pooling_branch_are_torchvisions() -> None:
    """B and D, which the variant leaves alone, against the reference, and A, C with its own pool branch."""
    reference = torchvision_models().inception
    mine_b, mine_a = BlockB(288).eval(), BlockA(288, 64).eval()
    x = torch.rand(1, 288, 9, 9, generator=torch.Generator().manual_seed(0))
    theirs = randomized(reference.InceptionB(288))
    mine_b.load_state_dict(theirs.state_dict())
    with torch.no_grad():
        assert torch.allclose(mine_b(x), theirs(x), atol=1e-5)
        theirs = randomized(reference.InceptionA(288, 64))
        mine_a.load_state_dict(theirs.state_dict())
        ours, plain = mine_a(x), theirs(x)
    assert torch.allclose(ours[:, :-64], plain[:, :-64], atol=1e-5)
    assert torch.allclose(ours[:, -64:, 1:-1, 1:-1], plain[:, -64:, 1:-1, 1:-1], atol=1e-5)
    assert not torch.allclose(ours[:, -64:, 0, 0], plain[:, -64:, 0, 0], atol=1e-3)


def test_the_published_layout_loads_and_gives_2048_numbers(tmp_path: Path) -> None:
    reference = torchvision_models().inception
    with torch.device("meta"):
        published = reference.Inception3(num_classes=1008, aux_logits=False, init_weights=False)
    network = randomized(published.to_empty(device="cpu"))
    save_file({k: v.half() for k, v in network.state_dict().items() if v.ndim}, tmp_path / "fid.safetensors")
    opened = open_plug_in(plug(tmp_path / "fid.safetensors", "features", "inception-fid"))
    assert isinstance(opened, FidInception)
    with torch.no_grad():
        maps = opened.maps(some_images(1, 40))
    shapes = [tuple(level.shape[1:]) for level in maps]
    assert shapes == [(64, 73, 73), (192, 35, 35), (768, 17, 17), (2048, 8, 8)]
    assert not opened.training


def test_a_card_cannot_change_the_measure(tmp_path: Path) -> None:
    with pytest.raises(CardInvalid, match="has its own preprocessing"):
        open_plug_in(plug(tmp_path / "x", "features", "inception-fid", preprocess=Preprocess(size=64)))
    with pytest.raises(CardInvalid, match="is of role features, not labels"):
        open_plug_in(plug(tmp_path / "x", "labels", "inception-fid"))
    with pytest.raises(CardInvalid, match=r"config\.size means nothing to kind"):
        open_plug_in(plug(tmp_path / "x", "features", "inception-fid", {"size": 64}))


def test_torchvisions_own_file_is_told_apart(tmp_path: Path) -> None:
    save_file({"fc.weight": torch.ones(1000, 1)}, tmp_path / "inception_v3.safetensors")
    with pytest.raises(WeightsInvalid, match=r"fc\.weight tells 1000 classes, the FID network 1008"):
        open_plug_in(plug(tmp_path / "inception_v3.safetensors", "features", "inception-fid"))


def test_every_convolution_has_the_norm_of_the_port() -> None:
    with torch.device("meta"):
        network = FidInception()
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(norms) == 94
    assert {norm.eps for norm in norms} == {0.001}
