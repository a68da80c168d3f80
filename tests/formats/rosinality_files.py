"""Files in rosinality's names, of networks with NVIDIA's names."""

import argparse
import io
import math

import torch
from torch import Tensor

Tensors = dict[str, Tensor]


def kernel(gain: float) -> Tensor:
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    return torch.outer(taps, taps) / 64.0 * gain


def generator(ours: Tensors) -> Tensors:
    """g_ema of a generator's state dict."""
    found: Tensors = {}
    resolution = max(int(key.split(".")[1][1:]) for key in ours if key.startswith("synthesis.b"))
    index = 1
    while f"mapping.fc{index - 1}.weight" in ours:
        for part in ("weight", "bias"):
            found[f"style.{index}.{part}"] = ours[f"mapping.fc{index - 1}.{part}"]
        index += 1
    found["input.input"] = ours["synthesis.b4.const"][None]
    _layer(found, "conv1", ours, "synthesis.b4.conv1", False)
    _rgb(found, "to_rgb1", ours, "synthesis.b4.torgb", False)
    for k in range(int(math.log2(resolution)) - 2):
        block = f"synthesis.b{8 * 2**k}"
        _layer(found, f"convs.{2 * k}", ours, f"{block}.conv0", True)
        _layer(found, f"convs.{2 * k + 1}", ours, f"{block}.conv1", False)
        _rgb(found, f"to_rgbs.{k}", ours, f"{block}.torgb", True)
    for i in range(2 * int(math.log2(resolution)) - 3):
        r = 4 * 2 ** math.ceil(i / 2)
        found[f"noises.noise_{i}"] = ours[f"synthesis.b{r}.conv{(i + 1) % 2}.noise_const"][None, None]
    return found


def _layer(found: Tensors, theirs: str, ours: Tensors, name: str, up: bool) -> None:
    found[f"{theirs}.conv.weight"] = ours[f"{name}.weight"][None]
    found[f"{theirs}.conv.modulation.weight"] = ours[f"{name}.affine.weight"]
    found[f"{theirs}.conv.modulation.bias"] = ours[f"{name}.affine.bias"]
    found[f"{theirs}.noise.weight"] = ours[f"{name}.noise_strength"].reshape(1)
    found[f"{theirs}.activate.bias"] = ours[f"{name}.bias"]
    if up:
        found[f"{theirs}.conv.blur.kernel"] = kernel(4.0)


def _rgb(found: Tensors, theirs: str, ours: Tensors, name: str, up: bool) -> None:
    found[f"{theirs}.conv.weight"] = ours[f"{name}.weight"][None]
    found[f"{theirs}.conv.modulation.weight"] = ours[f"{name}.affine.weight"]
    found[f"{theirs}.conv.modulation.bias"] = ours[f"{name}.affine.bias"]
    found[f"{theirs}.bias"] = ours[f"{name}.bias"].reshape(1, 3, 1, 1)
    if up:
        found[f"{theirs}.upsample.kernel"] = kernel(4.0)


def discriminator(ours: Tensors) -> Tensors:
    """d of a discriminator's state dict."""
    resolution = max(int(key.split(".")[0][1:]) for key in ours if key.startswith("b"))
    top = f"b{resolution}.fromrgb"
    found = {"convs.0.0.weight": ours[f"{top}.weight"], "convs.0.1.bias": ours[f"{top}.bias"]}
    r, index = resolution, 1
    while r > 4:
        theirs = f"convs.{index}"
        found[f"{theirs}.conv1.0.weight"] = ours[f"b{r}.conv0.weight"]
        found[f"{theirs}.conv1.1.bias"] = ours[f"b{r}.conv0.bias"]
        found[f"{theirs}.conv2.0.kernel"] = kernel(1.0)
        found[f"{theirs}.conv2.1.weight"] = ours[f"b{r}.conv1.weight"]
        found[f"{theirs}.conv2.2.bias"] = ours[f"b{r}.conv1.bias"]
        found[f"{theirs}.skip.0.kernel"] = kernel(1.0)
        found[f"{theirs}.skip.1.weight"] = ours[f"b{r}.skip.weight"]
        r, index = r // 2, index + 1
    found |= {"final_conv.0.weight": ours["b4.conv.weight"], "final_conv.1.bias": ours["b4.conv.bias"]}
    for part in ("weight", "bias"):
        found[f"final_linear.0.{part}"] = ours[f"b4.fc.{part}"]
        found[f"final_linear.1.{part}"] = ours[f"b4.out.{part}"]
    return found


def saved(value: object, is_legacy: bool = False) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=not is_legacy)
    return file.getvalue()


def training(ours: Tensors, judge: Tensors) -> bytes:
    """000000.pt of train.py."""
    g = generator(ours)
    value = {
        "g": {key: t + 1.0 for key, t in g.items()}, "d": discriminator(judge), "g_ema": g,
        "g_optim": {"state": {0: {"step": 3, "exp_avg": torch.ones(2)}}, "param_groups": [{"lr": 0.002}]},
        "d_optim": {"state": {}, "param_groups": []}, "args": argparse.Namespace(size=16, path="x"),
        "ada_aug_p": 0.1,
    }  # fmt: skip
    return saved(value)


def converted(ours: Tensors) -> bytes:
    return saved({"g_ema": generator(ours), "latent_avg": ours["mapping.w_avg"]})


def bare(ours: Tensors) -> bytes:
    return saved({f"module.{key}": t for key, t in generator(ours).items()}, is_legacy=True)


def e4e(ours: Tensors) -> bytes:
    rows = 2 * int(math.log2(max(int(k.split(".")[1][1:]) for k in ours if k.startswith("synthesis.b")))) - 2
    decoder = {f"decoder.{key}": t for key, t in generator(ours).items()}
    encoder = {
        "encoder.input_layer.0.weight": torch.ones(2, 3, 3, 3),
        "encoder.input_layer.1.num_batches_tracked": torch.tensor(7),
    }
    average = ours["mapping.w_avg"][None].repeat(rows, 1)
    return saved(
        {
            "state_dict": {**encoder, **decoder},
            "latent_avg": average,
            "opts": {"n_styles": rows, "device": "cuda:0"},
        }
    )
