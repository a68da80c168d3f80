"""StyleGAN as rosinality stores it: it draws and judges what that program's formulas say."""

import math
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.formats.drawing import check_close, check_refusals, code, drawn, random, saved
from tests.formats.genforce_files import Shapes, Tensors, blur
from tests.formats.opening import opened
from wend.errors import FormatUnsupported
from wend.formats.sandbox import Sandbox
from wend.generators.stylegan1 import StyleGAN1Generator

CHANNELS = [8, 8, 4]  # 16 px


def _convolution(name: str, before: int, after: int, kernel: int) -> Shapes:
    return {f"{name}.conv.weight_orig": (after, before, kernel, kernel), f"{name}.conv.bias": (after,)}


def _linear(name: str, before: int, after: int) -> Shapes:
    return {f"{name}.linear.weight_orig": (after, before), f"{name}.linear.bias": (after,)}


def _generator(channels: list[int], z: int = 6, w: int = 5, untrained: int = 0) -> Tensors:
    shapes: Shapes = {**_linear("style.1", z, w), **_linear("style.3", w, w)}
    constant: Tensors = {}
    before = channels[0]
    for index, here in enumerate(channels):
        at = f"generator.progression.{index}"
        if index == 0:
            shapes[f"{at}.conv1.input"] = (1, here, 4, 4)
        elif 4 * 2**index >= 128:
            shapes |= {f"{at}.conv1.0.weight": (before, here, 3, 3), f"{at}.conv1.0.bias": (here,)}
            constant |= {f"{at}.conv1.1.weight": blur(here), f"{at}.conv1.1.weight_flip": blur(here)}
        else:
            shapes |= _convolution(f"{at}.conv1.1", before, here, 3)
            constant |= {f"{at}.conv1.2.weight": blur(here), f"{at}.conv1.2.weight_flip": blur(here)}
        shapes |= _convolution(f"{at}.conv2", here, here, 3)
        for part in (1, 2):
            shapes |= {f"{at}.noise{part}.weight_orig": (1, here, 1, 1)}
            shapes |= _linear(f"{at}.adain{part}.style", w, 2 * here)
        shapes |= _convolution(f"generator.to_rgb.{index}", here, 3, 1)
        before = here
    state = {**random(shapes, seed=7), **constant}
    for index in range(len(channels) - untrained, len(channels)):
        for key in ("noise1.weight_orig", "noise2.weight_orig", "conv2.conv.bias"):
            state[f"generator.progression.{index}.{key}"].zero_()
    return state


def _judge(channels: list[int]) -> Tensors:
    shapes: Shapes = {}
    constant: Tensors = {}
    sides = channels[::-1]
    for index, here in enumerate(sides):
        at = f"progression.{index}"
        shapes |= _convolution(f"from_rgb.{index}", 3, here, 1)
        if index + 1 < len(sides):
            below = sides[index + 1]
            shapes |= _convolution(f"{at}.conv1.0", here, below, 3)
            # The first is fused as its larger sides are, the others are not.
            if index == 0:
                shapes |= {f"{at}.conv2.1.weight": (below, below, 3, 3), f"{at}.conv2.1.bias": (below,)}
            else:
                shapes |= _convolution(f"{at}.conv2.1", below, below, 3)
            constant |= {f"{at}.conv2.0.weight": blur(below), f"{at}.conv2.0.weight_flip": blur(below)}
        else:
            shapes |= _convolution(f"{at}.conv1.0", here + 1, here, 3)
            shapes |= _convolution(f"{at}.conv2.0", here, here, 4)
    return {**random({**shapes, **_linear("linear", sides[-1], 1)}, seed=8), **constant}


# ------------------------------------------------------------------ its formulas


def _he(p: Tensors, name: str) -> Tensor:
    """Equalised learning rate of every layer, noise included: sqrt(2 / fan-in)."""
    weight = p[name].double()
    return weight * math.sqrt(2.0 / math.prod(weight.shape[1:]))


def _conv(x: Tensor, p: Tensors, name: str, pad: int) -> Tensor:
    return F.conv2d(x, _he(p, f"{name}.conv.weight_orig"), p[f"{name}.conv.bias"].double(), padding=pad)


def _line(x: Tensor, p: Tensors, name: str) -> Tensor:
    return F.linear(x, _he(p, f"{name}.linear.weight_orig"), p[f"{name}.linear.bias"].double())


def _blurred(x: Tensor) -> Tensor:
    return F.conv2d(x, blur(x.shape[1]).double(), padding=1, groups=x.shape[1])


def _picture(z: Tensor, p: Tensors, sides: int, noise: list[Tensor]) -> Tensor:
    w = z / (z.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()
    for index in (1, 3):
        w = F.leaky_relu(_line(w, p, f"style.{index}"), 0.2)
    x = p["generator.progression.0.conv1.input"].double()
    for block in range(sides):
        at = f"generator.progression.{block}"
        for part in (1, 2):
            if part == 2:
                x = _conv(x, p, f"{at}.conv2", 1)
            elif block > 0:
                x = _blurred(_conv(F.interpolate(x, scale_factor=2, mode="nearest"), p, f"{at}.conv1.1", 1))
            x = x + _he(p, f"{at}.noise{part}.weight_orig") * noise[2 * block + part - 1]
            gain, shift = _line(w, p, f"{at}.adain{part}.style")[:, :, None, None].chunk(2, dim=1)
            x = gain * F.instance_norm(F.leaky_relu(x, 0.2)) + shift
    return _conv(x, p, f"generator.to_rgb.{sides - 1}", 0)


def _logits(images: Tensor, p: Tensors, blocks: int) -> Tensor:
    x = _conv(images, p, "from_rgb.0", 0)
    for index in range(blocks - 1):
        x = _blurred(F.leaky_relu(_conv(x, p, f"progression.{index}.conv1.0", 1), 0.2))
        root = f"progression.{index}.conv2.1"
        if index == 0:
            wide = F.pad(_he(p, f"{root}.weight"), [1, 1, 1, 1])
            wide = (wide[..., 1:, 1:] + wide[..., :-1, 1:] + wide[..., 1:, :-1] + wide[..., :-1, :-1]) / 4
            x = F.conv2d(x, wide, p[f"{root}.bias"].double(), stride=2, padding=1)
        else:
            x = F.avg_pool2d(_conv(x, p, root, 1), 2)
        x = F.leaky_relu(x, 0.2)
    deviation = (x.var(dim=0, unbiased=False) + 1e-8).sqrt().mean()
    x = torch.cat([x, deviation.expand(len(x), 1, 4, 4)], dim=1)
    x = F.leaky_relu(_conv(x, p, f"progression.{blocks - 1}.conv1.0", 1), 0.2)
    x = F.leaky_relu(_conv(x, p, f"progression.{blocks - 1}.conv2.0", 0), 0.2)
    return _line(x[:, :, 0, 0], p, "linear")


# ------------------------------------------------------------------ tests


def test_a_training_file_draws_and_judges_what_the_formulas_say(sandbox: Sandbox, tmp_path: Path) -> None:
    state, judge = _generator(CHANNELS), _judge(CHANNELS)
    itself = {key: t + 1.0 for key, t in state.items()}
    value = {"generator": itself, "discriminator": judge, "g_optimizer": {"state": {}}, "g_running": state}
    found = opened(sandbox, tmp_path / "x", saved(value))
    assert found.report.layout == "rosinality StyleGAN"
    assert found.report.config["norm_epsilon"] == 1e-5
    generator = found.generator
    assert isinstance(generator, StyleGAN1Generator)
    assert generator.spec.resolution == 16
    z = code(6)
    silent = [torch.zeros(1, 1, n, n, dtype=torch.float64) for n in generator.spec.noise_sizes]
    check_close(drawn(generator, z), _picture(z, state, 3, silent)[0].numpy())
    loud = [torch.randn(t.shape, generator=torch.Generator().manual_seed(4), dtype=t.dtype) for t in silent]
    with torch.no_grad():
        step = generator.start(1, torch.float64)
        for row, noise in enumerate(loud):
            step = generator.step(step, generator.mapping(z), noise)
            assert step.row == row + 1
    assert step.rgb is not None
    check_close(step.rgb[0].numpy(), _picture(z, state, 3, loud)[0].numpy())
    # The average of w is that of random codes.
    many = torch.randn(4096, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    assert torch.allclose(generator.w_avg, generator.mapping(many).mean(dim=0), atol=0.1)
    images = torch.randn(3, 3, 16, 16, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    assert found.discriminator is not None
    ours = found.discriminator.double()(images)[:, 0].numpy()
    check_close(ours, _logits(images, judge, 3)[:, 0].numpy())


def test_sides_that_were_never_trained_are_left_out(sandbox: Sandbox, tmp_path: Path) -> None:
    """Its generator always has the layers of the largest picture."""
    state = _generator([*CHANNELS, 2], untrained=1)
    found = opened(sandbox, tmp_path / "x", saved({f"module.{key}": t for key, t in state.items()}))
    assert found.generator.spec.resolution == 16
    assert any("above 16 px were never trained" in note for note in found.report.notes)


def test_fused_doubling_of_large_sides(sandbox: Sandbox, tmp_path: Path) -> None:
    """Theirs, [Ci, Co, 3, 3], has a quarter of the gain, and lies turned."""
    state = _generator([4, 4, 4, 4, 4, 2])
    found = opened(sandbox, tmp_path / "x", saved(state))
    theirs = state["generator.progression.5.conv1.0.weight"]
    x = torch.randn(1, 4, 5, 5, generator=torch.Generator().manual_seed(3))
    wide = F.pad(theirs, [1, 1, 1, 1])
    wide = (wide[..., 1:, 1:] + wide[..., :-1, 1:] + wide[..., 1:, :-1] + wide[..., :-1, :-1]) / 4
    ours = F.conv2d(
        F.interpolate(x, scale_factor=2, mode="nearest"), found.tensors["synthesis.layer10.weight"], padding=1
    )
    assert torch.allclose(ours, F.conv_transpose2d(x, wide, stride=2, padding=1), atol=1e-5)


def test_what_is_wrong_is_refused_by_name(sandbox: Sandbox, tmp_path: Path) -> None:
    state = _generator(CHANNELS)
    check_refusals(sandbox, tmp_path, state, {
        "is another filter than 1, 2, 1": ("generator.progression.1.conv1.2.weight", torch.ones(8, 1, 3, 3)),
        "progression.2.noise1.weight_orig has shape": (
            "generator.progression.2.noise1.weight_orig", torch.ones(1, 8, 1, 1),
        ),
        "adain1.style.linear.bias is missing": ("generator.progression.0.adain1.style.linear.bias", None),
        "adain2.style.linear.bias holds values that are not finite": (
            "generator.progression.0.adain2.style.linear.bias", torch.full((16,), torch.inf),
        ),
        "something is not part": ("something", torch.ones(2)),
    })  # fmt: skip
    first = {key.replace("conv1.1.conv", "conv1.conv"): t for key, t in state.items()}
    with pytest.raises(FormatUnsupported, match="first version"):
        opened(sandbox, tmp_path / "first", saved(first))


def test_a_judge_that_is_wrong_is_left_out_and_told(sandbox: Sandbox, tmp_path: Path) -> None:
    judge = _judge(CHANNELS)
    judge["progression.0.conv1.0.conv.weight_orig"] = torch.ones(2, 2, 3, 3)
    value = {"g_running": _generator(CHANNELS), "discriminator": judge}
    found = opened(sandbox, tmp_path / "x", saved(value))
    assert found.discriminator is None
    assert any(line.startswith("discriminator: its discriminator") for line in found.report.ignored)
