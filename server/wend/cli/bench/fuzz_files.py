"""Fuzz files: a tiny checkpoint of random numbers in each layout that is told by its tensors' names.

Source of names and shapes: docs/formats.md, sections 2 to 4.
"""

import argparse
import itertools
import math

import torch
from torch import Tensor

from wend.formats.layouts.style_encoder import encoder_shapes

Shapes = dict[str, tuple[int, ...]]
Tensors = dict[str, Tensor]

_WIDTHS = (4, 4, 3)  # at 4, 8 and 16 px
_Z, _W, _WIDE = 5, 4, 128


def whole_files(seed: int) -> dict[str, object]:
    """Layout, as the report names it -> what a file of it holds: dicts of tensors, numbers and text."""
    rng = torch.Generator().manual_seed(seed)

    def drawn(shapes: Shapes) -> Tensors:
        # Variances must be positive; nothing minds that the rest is.
        return {key: torch.rand(shape, generator=rng) + 0.5 for key, shape in shapes.items()}

    grown = {"lod": torch.zeros(())}
    return {
        "rosinality StyleGAN2 (training)": {"g_ema": _with_filters(drawn(_rosinality())), "args": 1},
        "genforce StyleGAN": {
            "generator_smooth": {**_with_filters(drawn(_genforce())), "synthesis.lod": torch.zeros(())},
            "discriminator": {**_with_filters(drawn(_genforce_judge())), **grown},
        },
        "rosinality StyleGAN": {"g_running": _with_filters(drawn(_rosinality_first()))},
        "genforce Progressive GAN": {"generator": {**drawn(_genforce_progressive()), **grown}},
        "Progressive GAN (netdissect)": drawn(_netdissect()),
        "Progressive GAN (GAN zoo)": {"avgG": drawn(_zoo()), "config": {"alpha": 0}},
        "BigGAN": {"G_ema": drawn(_biggan()), "D": drawn(_biggan_judge())},
        "WGAN-GP (residual)": {"generator": drawn(_port())},
        "residual GAN (mimicry)": {"netG": drawn(_mimicry()), "netD": drawn(_mimicry_judge())},
        "GAN of dense layers": drawn(_dense("0", _Z, 8) | _dense("2", 8, 8) | _dense("4", 8, 784)),
        "VAE of dense layers": drawn(
            _dense("fc1", 784, 8) | _dense("fc21", 8, _Z) | _dense("fc22", 8, _Z) | _dense("fc3", _Z, 8)
            | _dense("fc4", 8, 784)
        ),
    }  # fmt: skip


def _dense(name: str, before: int, after: int) -> Shapes:
    return {f"{name}.weight": (after, before), f"{name}.bias": (after,)}


def _conv(name: str, before: int, after: int, kernel: int) -> Shapes:
    return {f"{name}.weight": (after, before, kernel, kernel), f"{name}.bias": (after,)}


def _norm(name: str, channels: int) -> Shapes:
    return {f"{name}.{part}": (channels,) for part in ("weight", "bias", "running_mean", "running_var")}


_TAPS = {3: torch.tensor([1.0, 2.0, 1.0]), 4: torch.tensor([1.0, 3.0, 3.0, 1.0])}
_OF_FILTERS = ("kernel", "conv1.2.weight", "weight_flip")


def _with_filters(tensors: Tensors) -> Tensors:
    """The filters that no training moves, in place of random numbers; of 4 px with a doubling's gain."""
    found = dict(tensors)
    for key, tensor in tensors.items():
        if key.endswith(_OF_FILTERS):
            taps = _TAPS[tensor.shape[-1]]
            kernel = torch.outer(taps, taps) / taps.sum() ** 2 * (4.0 if len(taps) == 4 else 1.0)
            found[key] = kernel.expand(tensor.shape).clone()
    return found


def _sides(widths: tuple[int, ...] = _WIDTHS) -> list[tuple[int, int, int]]:
    """Index, channels before and after, of each side from 4 px up."""
    return [(k, before, after) for k, (before, after) in enumerate(itertools.pairwise((widths[0], *widths)))]


def encoder_file(seed: int) -> dict[str, object]:
    """A generator of rosinality's with pSp's encoder, whose networks are wide, if they are to be any: all
    its numbers are the same storage's, so that a file which keeps that is small."""
    rng = torch.Generator().manual_seed(seed)
    shapes = {f"decoder.{key}": shape for key, shape in _rosinality(_WIDE, _WIDTHS[:2]).items()}
    shapes |= {f"encoder.{key}": shape for key, shape in encoder_shapes(_WIDE, 4).items()}
    numbers = torch.rand(max(map(math.prod, shapes.values())), generator=rng).half() + 0.5
    tensors = {key: numbers[: math.prod(shape)].view(shape) for key, shape in shapes.items()}
    settings = argparse.Namespace(encoder_type="Encoder4Editing", start_from_latent_avg=True, device="cuda:0")
    return {"state_dict": _with_filters(tensors), "latent_avg": torch.zeros(4, _WIDE), "opts": settings}


def _rosinality(w_dim: int = _W, widths: tuple[int, ...] = _WIDTHS) -> Shapes:
    found = _dense("style.1", w_dim, w_dim) | _dense("style.2", w_dim, w_dim)
    found["input.input"] = (1, widths[0], 4, 4)

    def styled(name: str, before: int, after: int) -> Shapes:
        return {
            f"{name}.conv.weight": (1, after, before, 3, 3),
            **_dense(f"{name}.conv.modulation", w_dim, before),
            f"{name}.noise.weight": (1,),
            f"{name}.activate.bias": (after,),
        }

    def to_rgb(name: str, before: int) -> Shapes:
        shape = {f"{name}.conv.weight": (1, 3, before, 1, 1), f"{name}.bias": (1, 3, 1, 1)}
        return {**shape, **_dense(f"{name}.conv.modulation", w_dim, before)}

    found |= styled("conv1", widths[0], widths[0]) | to_rgb("to_rgb1", widths[0])
    for k, before, after in _sides(widths)[1:]:
        first = f"convs.{2 * k - 2}"
        found |= styled(first, before, after) | styled(f"convs.{2 * k - 1}", after, after)
        found |= {f"{first}.conv.blur.kernel": (4, 4)} | to_rgb(f"to_rgbs.{k - 1}", after)
    sides = [4 * 2 ** ((index + 1) // 2) for index in range(2 * len(widths) - 1)]
    return found | {f"noises.noise_{index}": (1, 1, side, side) for index, side in enumerate(sides)}


def _genforce() -> Shapes:
    found = {"truncation.w_avg": (_W,)} | _dense("mapping.dense0", _Z, _W) | _dense("mapping.dense1", _W, _W)
    before = _WIDTHS[0]
    for row in range(2 * len(_WIDTHS)):
        at, here, side = f"synthesis.layer{row}", _WIDTHS[row // 2], 4 * 2 ** (row // 2)
        found |= (
            {f"{at}.const": (1, here, 4, 4), f"{at}.bias": (here,)}
            if row == 0
            else _conv(at, before, here, 3)
        )
        found |= {f"{at}.apply_noise.weight": (here,), f"{at}.apply_noise.noise": (1, 1, side, side)}
        found |= {f"{at}.blur.kernel": (here, 1, 3, 3)} if row and row % 2 == 0 else {}
        found |= _dense(f"{at}.style", _W, 2 * here)
        before = here
    for block, here in enumerate(_WIDTHS):
        found |= _conv(f"synthesis.output{block}", here, 3, 1)
    return found


def _genforce_judge() -> Shapes:
    found: Shapes = {}
    for block, here in enumerate(_WIDTHS[::-1]):
        found |= _conv(f"input{block}", 3, here, 1)
        if block + 1 < len(_WIDTHS):
            found |= _conv(f"layer{2 * block}", here, here, 3)
            found |= _conv(f"layer{2 * block + 1}", here, _WIDTHS[-2 - block], 3)
            found |= {f"layer{2 * block + 1}.blur.kernel": (here, 1, 3, 3)}
    first, last = _WIDTHS[0], 2 * len(_WIDTHS)
    found |= _conv(f"layer{last - 2}", first + 1, first, 3)
    return found | _dense(f"layer{last - 1}", 16 * first, first) | _dense(f"layer{last}", first, 1)


def _orig(shapes: Shapes) -> Shapes:
    """As layers that are scaled while they run store their weights."""
    return {key.replace(".weight", ".weight_orig"): shape for key, shape in shapes.items()}


def _rosinality_first() -> Shapes:
    found = _orig(_dense("style.1.linear", _Z, _W) | _dense("style.3.linear", _W, _W))
    for k, before, here in _sides():
        at = f"generator.progression.{k}"
        if k == 0:
            found[f"{at}.conv1.input"] = (1, here, 4, 4)
        else:
            found |= _orig(_conv(f"{at}.conv1.1.conv", before, here, 3))
            found |= {f"{at}.conv1.2.{part}": (here, 1, 3, 3) for part in ("weight", "weight_flip")}
        found |= _orig(_conv(f"{at}.conv2.conv", here, here, 3))
        for part in (1, 2):
            found[f"{at}.noise{part}.weight_orig"] = (1, here, 1, 1)
            found |= _orig(_dense(f"{at}.adain{part}.style.linear", _W, 2 * here))
        found |= _orig(_conv(f"generator.to_rgb.{k}.conv", here, 3, 1))
    return found


def _genforce_progressive() -> Shapes:
    found: Shapes = {}
    before = _Z
    for row in range(2 * len(_WIDTHS)):
        here = _WIDTHS[row // 2]
        found |= _conv(f"layer{row}", before, here, 3 if row else 4)
        before = here
    for block, here in enumerate(_WIDTHS):
        found |= _conv(f"output{block}", here, 3, 1)
    return found


def _netdissect() -> Shapes:
    found: Shapes = {}
    before = _Z
    for row in range(2 * len(_WIDTHS)):
        here, kernel = _WIDTHS[row // 2], 3 if row else 4
        found[f"layer{row + 1}.conv.weight"] = (here, before, kernel, kernel)
        found[f"layer{row + 1}.wscale.b"] = (here,)
        before = here
    return found | {"output_16x16.conv.weight": (3, before, 1, 1), "output_16x16.wscale.b": (3,)}


def _zoo() -> Shapes:
    first = _WIDTHS[0]
    found = _dense("formatLayer.module", _Z, 16 * first) | _conv("groupScale0.0.module", first, first, 3)
    for k, before, here in _sides():
        found |= _conv(f"toRGBLayers.{k}.module", here, 3, 1)
        if k:
            found |= _conv(f"scaleLayers.{k - 1}.0.module", before, here, 3)
            found |= _conv(f"scaleLayers.{k - 1}.1.module", here, here, 3)
    return found


def _normed(shapes: Shapes, vector: str = "u0") -> Shapes:
    """Each weight with the vector that its spectral norm goes on from."""
    return {
        **shapes,
        **{key.replace("weight", vector): (1, s[0]) for key, s in shapes.items() if key.endswith("weight")},
    }


def _biggan() -> Shapes:
    widths, classes, embedding, chunk = (8, 8, 8), 3, 4, 2
    layers = _dense("linear", chunk, 16 * widths[0]) | _conv("output_layer.2", widths[-1], 3, 3)
    stored: Shapes = {"shared.weight": (classes, embedding)}
    for k, (before, after) in enumerate(itertools.pairwise(widths)):
        at = f"blocks.{k}.0"
        layers |= _conv(f"{at}.conv1", before, after, 3) | _conv(f"{at}.conv2", after, after, 3)
        layers |= _conv(f"{at}.conv_sc", before, after, 1)
        for norm, width in (("bn1", before), ("bn2", after)):
            layers |= {f"{at}.{norm}.{part}.weight": (width, embedding + chunk) for part in ("gain", "bias")}
            stored |= {f"{at}.{norm}.{part}": (width,) for part in ("stored_mean", "stored_var")}
    stored |= {
        f"output_layer.0.{part}": (widths[-1],) for part in ("gain", "bias", "stored_mean", "stored_var")
    }
    return stored | _normed(layers)


def _biggan_judge() -> Shapes:
    found: Shapes = {}
    for k, (before, after) in enumerate(itertools.pairwise((3, 8, 8))):
        at = f"blocks.{k}.0"
        found |= _conv(f"{at}.conv1", before, after, 3) | _conv(f"{at}.conv2", after, after, 3)
        found |= _conv(f"{at}.conv_sc", before, after, 1)
    return _normed(found | _dense("linear", 8, 1) | {"embed.weight": (3, 8)})


def _port() -> Shapes:
    found = (
        _dense("ln1", _Z, 16 * _WIDTHS[0]) | _norm("bn", _WIDTHS[-1]) | _conv("conv1.conv", _WIDTHS[-1], 3, 3)
    )
    for k, (before, after) in enumerate(itertools.pairwise(_WIDTHS), 1):
        found |= _norm(f"rb{k}.bn1", before) | _norm(f"rb{k}.bn2", after)
        found |= _conv(f"rb{k}.conv_shortcut.conv.conv", before, after, 1)
        found |= _conv(f"rb{k}.conv_1.conv.conv", before, after, 3) | _conv(
            f"rb{k}.conv_2.conv", after, after, 3
        )
    return found


def _mimicry() -> Shapes:
    found = _dense("l1", _Z, 16 * _WIDTHS[0]) | _norm("b4", _WIDTHS[-1]) | _conv("c4", _WIDTHS[-1], 3, 3)
    for k, (before, after) in enumerate(itertools.pairwise(_WIDTHS), 2):
        found |= _norm(f"block{k}.b1", before) | _norm(f"block{k}.b2", after)
        found |= _conv(f"block{k}.c1", before, after, 3) | _conv(f"block{k}.c2", after, after, 3)
        found |= _conv(f"block{k}.c_sc", before, after, 1)
    return found


def _mimicry_judge() -> Shapes:
    found = _dense("l3", 4, 1)
    for k, (before, after) in enumerate(((3, 4), (4, 4)), 1):
        found |= _conv(f"block{k}.c1", before, 4, 3) | _conv(f"block{k}.c2", 4, after, 3)
        found |= _conv(f"block{k}.c_sc", before, after, 1)
    return _normed(found, "sn_u")
