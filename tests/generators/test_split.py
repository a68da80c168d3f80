"""Splitting: every generator that has layers, cut behind any of them and joined again bit for bit (B5)."""

from dataclasses import replace

import pytest
import torch

from tests.generators.small_ones import KINDS, small
from tests.methods.linear_generator import LinearGenerator, random_axes
from wend.errors import GeneratorWhole
from wend.generators.generator import synthesize
from wend.generators.split import Split, held_noise, in_layers, layers_of


@pytest.mark.parametrize("kind", KINDS)
def test_cut_anywhere_and_joined_it_draws_the_same_bits(kind: str) -> None:
    generator = small(kind)
    z = torch.randn(2, generator.spec.z_dim, generator=torch.Generator().manual_seed(1))
    ws = generator.mapping(z)[:, None].expand(-1, generator.spec.num_ws, -1)
    whole = synthesize(generator, ws, held_noise(generator))
    for layer in layers_of(generator):
        split = Split(generator, layer, held_noise(in_layers(generator)))
        top = split.top_of(z)
        states = split.early(top)
        assert [(s.x.shape[1], s.x.shape[2]) for s in states] == list(split.shapes)
        assert torch.equal(split.late(states[-1], top), whole)
        assert torch.equal(split.draw(top), whole)


@pytest.mark.parametrize("kind", KINDS)
def test_the_layers_one_after_another_give_every_activation(kind: str) -> None:
    generator = small(kind)
    split = Split(generator, noise=held_noise(in_layers(generator)))
    top = split.top_of(torch.randn(2, generator.spec.z_dim, generator=torch.Generator().manual_seed(1)))
    x = None
    for index, state in enumerate(split.early(top), start=1):
        x = split.layer_of(index, x, top)
        assert torch.equal(x, state.x)


def test_a_chain_reads_nothing_but_r_and_a_styled_one_its_styles_too() -> None:
    for kind, is_same in (("chain", True), ("styled", False)):
        generator = small(kind)
        split = Split(generator, noise=held_noise(generator))
        z = torch.randn(2, generator.spec.z_dim, generator=torch.Generator().manual_seed(1))
        top, other = split.top_of(z), split.top_of(-z)
        assert (split.top, split.is_chain) == (("z", True) if is_same else ("w", False))
        state = split.early(top)[-1]
        assert torch.equal(split.late(state, other), split.late(state, top)) is is_same


def test_the_cut_nobody_chose_lies_behind_the_last_layer_of_8_px() -> None:
    assert Split(small("chain")).layer == "layer3"
    assert Split(small("styled")).layer == "b8.conv1"
    assert Split(small("vae")).layer == "convT1"


def test_corrections_are_added_behind_their_layer() -> None:
    split = Split(small("chain"))
    top = torch.randn(1, 12, generator=torch.Generator().manual_seed(1))
    plain = split.early(top)
    added = torch.full_like(plain[1].x, 0.5)
    states = split.early(top, {2: added})
    assert torch.equal(states[0].x, plain[0].x)
    assert torch.equal(states[1].x, plain[1].x + 0.5)
    assert torch.equal(states[2].x, split.layer_of(3, plain[1].x + 0.5, top))
    assert torch.equal(split.draw(top, {2: added}), split.late(replace(states[-1]), top))
    assert torch.equal(split.draw(top, {2: torch.zeros_like(added)}), split.draw(top))


def test_what_cannot_be_cut_says_so() -> None:
    with pytest.raises(GeneratorWhole, match="one network that cannot be cut"):
        Split(small("dense"))
    with pytest.raises(GeneratorWhole, match="no activations"):
        Split(LinearGenerator(random_axes(4), torch.ones(4), torch.ones(4, 1, 1)))
    with pytest.raises(GeneratorWhole, match="no layer 'layer5' to split behind; there are layer0, layer1"):
        Split(small("chain"), "layer5")
