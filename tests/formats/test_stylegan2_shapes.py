"""Shapes of StyleGAN2: the published counts, and names and sizes that no network has."""

from pathlib import Path

import pytest
import torch

from tests.formats import nvidia_files, rosinality_files
from tests.formats.opening import opened
from tests.generators.conftest import SMALL
from wend.errors import FormatTooLarge, FormatUnsupported
from wend.formats.layouts.stylegan2_shapes import StyleGAN2Shapes, drawable, parameters
from wend.formats.sandbox import Sandbox
from wend.generators.discriminator import Discriminator
from wend.generators.shapes_alone import shapes_alone
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator


def test_official_counts() -> None:
    channels = {4 * 2**k: min(32768 // (4 * 2**k), 512) for k in range(9)}
    shapes = StyleGAN2Shapes(1024, 512, 512, 0, 8, channels)
    assert shapes.base_and_max == (32768, 512)
    generator = shapes.generator()
    mapping = {key: shape for key, shape in generator.items() if key.startswith("mapping.")}
    assert parameters(generator) == 30_370_060
    assert parameters(mapping) == 2_101_248
    assert parameters(shapes.discriminator()) == 29_012_513
    with shapes_alone():
        network = StyleGAN2Generator(StyleGAN2Config(**shapes.config(None)))  # type: ignore[arg-type]  # as a card has it
        judge = Discriminator(network.config)
    assert network.spec.num_ws == 18
    assert sum(p.numel() for p in network.parameters()) == 30_370_060
    assert sum(p.numel() for p in judge.parameters()) == 29_012_513


def test_published_networks_can_be_drawn_and_larger_ones_are_refused() -> None:
    drawable("x", [(512, 64), (64, 1024), (128, 512)])
    with pytest.raises(FormatTooLarge, match="256 channels at 1024 px"):
        drawable("x", [(512, 64), (256, 1024)])


@pytest.mark.parametrize("number", ["99", "99999999999"])
@pytest.mark.parametrize("name", ["convs.{}.conv.weight", "noises.noise_{}", "style.{}.weight"])
def test_rosinality_numbers_that_no_network_has(
    name: str, number: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Sides are powers of two of these numbers: of a large one, a number that fills the memory."""
    state = rosinality_files.generator(StyleGAN2Generator(SMALL).state_dict())
    state[name.format(number)] = torch.zeros(1, 1, 1, 1)
    with pytest.raises(FormatUnsupported, match="not part"):
        opened(sandbox, tmp_path / "x", rosinality_files.saved(state))


@pytest.mark.parametrize("side", ["12", "8192", "99999999", "99999999999", "x"])
def test_nvidia_sides_that_no_network_has(side: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """Without noise of its own, a layer's map would be made as large as its name says."""
    made = nvidia_files.generator(StyleGAN2Generator(SMALL))
    inner = nvidia_files.inner(nvidia_files.inner(made)["synthesis"])
    inner[f"b{side}"] = nvidia_files.persistent(
        "SynthesisBlock",
        {"_modules": {"conv0": nvidia_files.persistent("L", {"_parameters": {"weight": torch.ones(1)}})}},
    )
    with pytest.raises(FormatUnsupported, match="not part"):
        opened(sandbox, tmp_path / "x", nvidia_files.snapshot(made))
