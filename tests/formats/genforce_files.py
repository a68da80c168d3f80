"""Files in genforce's names, of random numbers or of networks of ours."""

import math

import torch
from torch import Tensor

from tests.formats.drawing import random

Tensors = dict[str, Tensor]
Shapes = dict[str, tuple[int, ...]]


def blur(channels: int) -> Tensor:
    taps = torch.tensor([1.0, 2.0, 1.0])
    return (torch.outer(taps, taps) / 16.0).expand(channels, 1, 3, 3).clone()


def resample(gain: float) -> Tensor:
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    return (torch.outer(taps, taps) / 64.0 * gain)[None, None]


def dense(name: str, before: int, after: int) -> Shapes:
    return {f"{name}.weight": (after, before), f"{name}.bias": (after,)}


def convolution(name: str, before: int, after: int, kernel: int) -> Shapes:
    return {f"{name}.weight": (after, before, kernel, kernel), f"{name}.bias": (after,)}


def stylegan1(channels: list[int], z: int = 6, w: int = 5, layers: int = 2, classes: int = 0) -> Tensors:
    """A generator with all its images' layers, the kernels of filters, and nothing left to grow in."""
    shapes: Shapes = {"truncation.w_avg": (w,)}
    if classes:
        shapes["mapping.label_weight"] = (classes, z)
    for index in range(layers):
        shapes |= dense(f"mapping.dense{index}", (w if index else z * (2 if classes else 1)), w)
    blurs: Tensors = {}
    before = channels[0]
    for row in range(2 * len(channels)):
        at, here, side = f"synthesis.layer{row}", channels[row // 2], 4 * 2 ** (row // 2)
        if row == 0:
            shapes |= {f"{at}.const": (1, here, 4, 4), f"{at}.bias": (here,)}
        else:
            shapes |= convolution(at, before, here, 3)
        if row and row % 2 == 0:
            blurs[f"{at}.blur.kernel"] = blur(here)
        shapes |= {f"{at}.apply_noise.weight": (here,), f"{at}.apply_noise.noise": (1, 1, side, side)}
        shapes |= dense(f"{at}.style", w, 2 * here)
        before = here
    for block, here in enumerate(channels):
        shapes |= convolution(f"synthesis.output{block}", here, 3, 1)
    state = random(shapes, seed=3)
    # As after training at a hundredth of the rate.
    return {
        **{key: 100.0 * t if key.startswith("mapping.dense") else t for key, t in state.items()},
        **blurs,
        "synthesis.lod": torch.zeros(()),
    }


def judge(channels: list[int], last: int, classes: int = 0, is_blurred: bool = True) -> Tensors:
    """The discriminator of StyleGAN, or, not blurred, of Progressive GAN. last: channels of 2 px."""
    shapes: Shapes = {}
    blurs: Tensors = {}
    for block, here in enumerate(channels[::-1]):
        shapes |= convolution(f"input{block}", 3, here, 1)
        if block + 1 < len(channels):
            shapes |= convolution(f"layer{2 * block}", here, here, 3)
            shapes |= convolution(f"layer{2 * block + 1}", here, channels[-2 - block], 3)
            if is_blurred:
                blurs[f"layer{2 * block + 1}.blur.kernel"] = blur(here)
        else:
            shapes |= convolution(f"layer{2 * block}", here + 1, here, 3)
            shapes |= dense(f"layer{2 * block + 1}", 16 * here, last)
            shapes |= dense(f"layer{2 * block + 2}", last, max(classes, 1))
    return {**random(shapes, seed=4), **blurs, "lod": torch.zeros(())}


def progressive(channels: list[int], z: int = 6, colours: int = 3) -> Tensors:
    shapes: Shapes = {}
    before = z
    for row in range(2 * len(channels)):
        here = channels[row // 2]
        shapes |= convolution(f"layer{row}", before, here, 3 if row else 4)
        before = here
    for block, here in enumerate(channels):
        shapes |= convolution(f"output{block}", here, colours, 1)
    return {**random(shapes, seed=5), "lod": torch.zeros(())}


_IN_LAYER = {
    "weight": "weight", "bias": "bias", "noise_strength": "noise_strength", "noise_const": "noise",
    "affine.weight": "style.weight", "affine.bias": "style.bias",
}  # fmt: skip


def stylegan2(ours: Tensors) -> Tensors:
    """generator_smooth of a StyleGAN2 of ours."""
    found: Tensors = {"truncation.w_avg": ours["mapping.w_avg"]}
    for key, tensor in ours.items():
        parts = key.split(".")
        if key.startswith("mapping.fc"):
            found[f"mapping.dense{parts[1].removeprefix('fc')}.{parts[2]}"] = tensor
        elif key == "synthesis.b4.const":
            found["synthesis.early_layer.const"] = tensor[None]
        elif len(parts) > 3 and parts[3] != "resample_filter":
            side, layer, part = int(parts[1].removeprefix("b")), parts[2], ".".join(parts[3:])
            block = round(math.log2(side)) - 2
            at = f"output{block}" if layer == "torgb" else f"layer{2 * block - (layer == 'conv0')}"
            found[f"synthesis.{at}.{_IN_LAYER[part]}"] = _turned(tensor, part, layer)
            if layer == "conv0":
                found[f"synthesis.{at}.filter.kernel"] = resample(4.0)
    return {**found, "synthesis.upsample.kernel": resample(4.0)}


def _turned(tensor: Tensor, part: str, layer: str) -> Tensor:
    """A style's bias counts from 1 there; maps have two axes more; the kernel of a doubling lies turned."""
    if part == "affine.bias":
        return tensor - 1.0
    if part == "noise_const":
        return tensor[None, None]
    return tensor.flip(2, 3) if part == "weight" and layer == "conv0" else tensor


def stylegan2_judge(ours: Tensors) -> Tensors:
    """discriminator of a StyleGAN2 discriminator of ours."""
    found: Tensors = {}
    resolution = max(int(key.split(".")[0][1:]) for key in ours)
    for key, tensor in ours.items():
        if "resample_filter" in key:
            continue
        at, layer, part = key.split(".")
        block = round(math.log2(resolution)) - round(math.log2(int(at[1:])))
        index = {"conv0": 0, "conv1": 1, "conv": 0, "fc": 1, "out": 2}.get(layer, 0)
        name = {"fromrgb": "input0", "skip": f"skip_layer{block}"}.get(layer, f"layer{2 * block + index}")
        found[f"{name}.{part}"] = tensor
        if layer in ("conv1", "skip"):
            found[f"{name}.filter.kernel"] = resample(1.0)
    return found
