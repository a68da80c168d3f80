"""Owner of twins of models that have not the same before and behind their mapping networks."""

import pytest
import torch
from torch import nn

from wend.generators.build import build_generator
from wend.generators.latent_warp import LatentWarp
from wend.generators.layers import normalize_second_moment
from wend.generators.style_based import StyleBased
from wend.latents.seed import z_of_seeds
from wend.pictures.twins import WeightTwin, have_one_synthesis

CONFIG: dict[str, bool | int | float | str] = {
    "resolution": 8, "z_dim": 8, "w_dim": 8, "mapping_layers": 2, "channel_base": 64, "channel_max": 8,
}  # fmt: skip
Z = z_of_seeds([0, 1, 2], 8)
HALF = 0.5


def relative(**added: bool | int) -> StyleBased:
    """A model of one family: the same numbers, and what is added to them."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        parent = build_generator("stylegan2", CONFIG)
        child = build_generator("stylegan2", {**CONFIG, **added})
    assert isinstance(parent, nn.Module)
    assert isinstance(child, StyleBased)
    child.load_state_dict(parent.state_dict(), strict=False)
    rng = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, tensor in child.named_parameters():
            if "outer" in name or "shift" in name:
                tensor.copy_(torch.randn(tensor.shape, generator=rng) * (20.0 if "outer" in name else 0.3))
    return child.requires_grad_(False)


@pytest.fixture(scope="module")
def warped() -> StyleBased:
    return relative(z_warp=16)


def test_a_warp_grows_from_nothing_with_the_weight(warped: StyleBased) -> None:
    parent = relative()
    twin, x = WeightTwin(parent, warped), normalize_second_moment(Z)
    assert twin.has_own_synthesis
    assert torch.allclose(twin.at(0.0).mapping(Z), parent.mapping(Z), atol=1e-6)
    assert torch.allclose(twin.at(1.0).mapping(Z), warped.mapping(Z), atol=1e-6)
    mapping = twin.at(HALF).mapping
    assert isinstance(mapping, nn.Module)
    bend, whole = mapping.get_submodule("warp"), warped.mapping.get_submodule("warp")
    assert isinstance(bend, LatentWarp)
    assert isinstance(whole, LatentWarp)
    assert torch.equal(bend.inner_weight, whole.inner_weight), "what reads z is there from the beginning"
    assert torch.equal(bend.outer_weight, HALF * whole.outer_weight)
    assert not torch.allclose(bend(x), x, atol=0.05)
    assert getattr(parent.mapping, "warp", None) is None, "the parent is as it was"


def test_one_with_a_warp_and_one_with_a_shift_are_both_whole_at_their_ends(warped: StyleBased) -> None:
    shifted = relative(w_shift=True)
    assert have_one_synthesis(shifted, warped)
    for first, second in ((shifted, warped), (warped, shifted)):
        twin = WeightTwin(first, second)
        assert torch.allclose(twin.at(0.0).mapping(Z), first.mapping(Z), atol=1e-6)
        assert torch.allclose(twin.at(1.0).mapping(Z), second.mapping(Z), atol=1e-6)
        between = twin.at(HALF).mapping(Z)
        assert not torch.allclose(between, first.mapping(Z), atol=0.01)
        assert not torch.allclose(between, second.mapping(Z), atol=0.01)
