"""The layered encoder: shapes, what the source asks of lengths, what is held while all are tuned (B6, B7)."""

import pytest
import torch
from torch import nn

from tests.generators.small_ones import KINDS, small
from wend.generators.layered_encoder import EncoderConfig, LayeredEncoder, LayerEncoder, Trunk
from wend.generators.split import Split


def _encoder(kind: str) -> tuple[Split, LayeredEncoder]:
    split = Split(small(kind))
    shapes = ",".join(f"{channels}x{side}" for channels, side in split.shapes)
    config = EncoderConfig(
        split.generator.spec.resolution, split.layer, split.top, split.top_dim, shapes, split.ignores_scale, 2
    )
    torch.manual_seed(0)
    return split, LayeredEncoder(config).eval()


@pytest.mark.parametrize("kind", KINDS)
def test_every_network_ends_in_the_shape_of_its_layer(kind: str) -> None:
    split, encoder = _encoder(kind)
    images = torch.randn(2, 3, encoder.config.resolution, encoder.config.resolution)
    r = encoder.activation(images)
    wanted = [(2, c, s, s) for c, s in split.shapes]
    assert r.shape == wanted[-1]
    for index in range(encoder.count, 1, -1):
        r = encoder.layer(index, r)
        assert r.shape == wanted[index - 2]
    assert encoder.layer(1, r).shape == (2, split.top_dim) == encoder(images).shape


def test_z_has_the_length_of_its_law_and_networks_are_blind_to_scale() -> None:
    split, encoder = _encoder("chain")
    r = torch.randn(3, 12, 4, 4)
    z = encoder.layer(1, r)
    assert torch.allclose(z.norm(dim=1), torch.full((3,), 12.0**0.5), rtol=1e-4)
    assert torch.allclose(encoder.layer(1, 7.0 * r), z, atol=1e-5)
    assert split.ignores_scale


def test_where_scale_matters_it_is_told() -> None:
    _, encoder = _encoder("residual")
    encoder.sizes.copy_(torch.tensor([2.0, 8.0]))
    r = torch.randn(3, 5, 8, 8)
    below = encoder.layer(2, r)
    alone = encoder.layers[0](r / 8.0)
    assert torch.allclose(below, 2.0 * alone)
    assert not torch.allclose(encoder.layer(2, 3.0 * r), below)


def test_the_held_convolutions_are_the_last_of_all_but_the_two_lowest() -> None:
    _, encoder = _encoder("chain")
    names = {id(p): name for name, p in encoder.named_parameters()}
    assert sorted(names[id(p)] for p in encoder.redundant()) == [
        "layers.1.last.bias", "layers.1.last.weight", "layers.2.last.bias", "layers.2.last.weight",
    ]  # fmt: skip
    second = encoder.layers[0]
    assert isinstance(second, LayerEncoder)
    assert second.last is None  # no third convolution, as in the source


def test_the_trunk_is_that_of_the_paper_at_its_size() -> None:
    trunk = Trunk(64, 256, 8)
    assert trunk(torch.zeros(1, 3, 256, 256)).shape == (1, 512, 8, 8)
    assert trunk.is_pooled
    convolutions = [m for m in trunk.modules() if isinstance(m, nn.Conv2d)]
    # ResNet-18 without its classifier: 17 layers and three shortcuts.
    assert len(convolutions) == 20
    assert sum(p.numel() for p in trunk.parameters()) == 11_176_512


@pytest.mark.parametrize("shapes", ["", "4", "0x4", "4xa"])
def test_shapes_that_are_none_are_refused(shapes: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - several sentences
        EncoderConfig(16, "a", "z", 4, shapes, True)
