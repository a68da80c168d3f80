"""Dense GANs and DCGANs of programs with other names, told a class or not, in plain numpy."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.formats.drawing import (
    A,
    check_close,
    check_refusals,
    code,
    doubles,
    drawn,
    norm_shapes,
    one_hot,
    random,
    saved,
    with_variances,
)
from tests.formats.opening import opened
from wend.formats.sandbox import Sandbox
from wend.generators.told import ToldGenerator

Z, CLASSES, EMBED = 4, 3, 2
WIDTHS = (6, 7, 5)


def _leaky(x: A, slope: float) -> A:
    out: A = np.where(x > 0.0, x, slope * x)
    return out


def _normed(x: A, p: Mapping[str, A], name: str, eps: float) -> A:
    shape = (-1, *(1,) * (x.ndim - 1))
    parts = [p[f"{name}.{part}"].reshape(shape) for part in ("running_mean", "running_var", "weight", "bias")]
    mean, variance, weight, bias = parts
    out: A = (x - mean) / np.sqrt(variance + eps) * weight + bias
    return out


def _dense(is_told: bool, pixels: int = 64) -> dict[str, Tensor]:
    """Layers 0, 2, 5, 8 with norms behind the second and third, as the program numbers them."""
    shapes: dict[str, tuple[int, ...]] = {"label_emb.weight": (CLASSES, EMBED)} if is_told else {}
    ends = [Z + EMBED * is_told, *WIDTHS, pixels]
    for index, (before, after) in zip((0, 2, 5, 8), itertools.pairwise(ends), strict=True):
        shapes |= {f"model.{index}.weight": (after, before), f"model.{index}.bias": (after,)}
    shapes |= norm_shapes("model.3", WIDTHS[1]) | norm_shapes("model.6", WIDTHS[2])
    return with_variances(random(shapes, sd=0.5))


@pytest.mark.parametrize(("is_told", "pixels"), [(False, 64), (True, 64), (False, 3 * 36)])
def test_dense_layers_with_norms(is_told: bool, pixels: int, sandbox: Sandbox, tmp_path: Path) -> None:
    state = _dense(is_told, pixels)
    found = opened(sandbox, tmp_path / "x", saved(state))
    spec = found.generator.spec
    assert (found.report.kind, spec.z_dim, spec.c_dim) == ("dense", Z, CLASSES * is_told)
    assert spec.spaces == (("w", "z") if is_told else ("z",))
    p, z = doubles(state), code(Z)
    x = z[0].numpy()
    if is_told:
        x = np.concatenate([p["label_emb.weight"][1], x])
    for index in (0, 2, 5):
        x = p[f"model.{index}.weight"] @ x + p[f"model.{index}.bias"]
        x = _leaky(x if index == 0 else _normed(x, p, f"model.{index + 1}", 0.8), 0.2)
    picture = np.tanh(p["model.8.weight"] @ x + p["model.8.bias"]).reshape(
        -1, spec.resolution, spec.resolution
    )
    ours = drawn(found.generator, z, one_hot(1, CLASSES) if is_told else None)
    check_close(ours, np.broadcast_to(picture, ours.shape))


def test_relu_layers(sandbox: Sandbox, tmp_path: Path) -> None:
    names = ["relulayer1.linear", "relulayer2.linear", "linear"]
    shapes: dict[str, tuple[int, ...]] = {}
    for name, (before, after) in zip(names, itertools.pairwise((Z, 6, 5, 48)), strict=True):
        shapes |= {f"{name}.weight": (after, before), f"{name}.bias": (after,)}
    state = random(shapes)
    found = opened(sandbox, tmp_path / "x", saved(state))
    assert found.report.config["image_channels"] == 3
    p, z = doubles(state), code(Z)
    x = z[0].numpy()
    for name in names:
        x = p[f"{name}.weight"] @ (x if name == names[0] else np.maximum(x, 0.0)) + p[f"{name}.bias"]
    check_close(drawn(found.generator, z), np.tanh(x).reshape(3, 4, 4))


def _scattered(x: A, p: Mapping[str, A], name: str, stride: int, padding: int) -> A:
    """A transposed convolution: every pixel becomes a copy of the kernel. [C, H, W] -> [C', H', W']."""
    kernel = p[f"{name}.weight"]
    _, high, wide = x.shape
    out = np.zeros((kernel.shape[1], (high - 1) * stride + 4, (wide - 1) * stride + 4))
    for i in range(high):
        for j in range(wide):
            a, b = i * stride, j * stride
            out[:, a : a + 4, b : b + 4] += np.tensordot(x[:, i, j], kernel, axes=1)
    end = -padding or None
    whole: A = out[:, padding:end, padding:end] + p[f"{name}.bias"][:, None, None]
    return whole


def _deconvolution(is_told: bool) -> dict[str, Tensor]:
    first = (("deconv1_1", Z, 4), ("deconv1_2", CLASSES, 3)) if is_told else (("deconv1", Z, 7),)
    shapes: dict[str, tuple[int, ...]] = {}
    for name, before, after in (*first, ("deconv2", 7, 5), ("deconv3", 5, 1)):
        shapes |= {f"{name}.weight": (before, after, 4, 4), f"{name}.bias": (after,)}
        shapes |= norm_shapes(f"{name}_bn", after) if name != "deconv3" else {}
    return with_variances(random(shapes, seed=3, sd=0.5))


@pytest.mark.parametrize("is_told", [True, False])
def test_deconvolutions(is_told: bool, sandbox: Sandbox, tmp_path: Path) -> None:
    state = _deconvolution(is_told)
    found = opened(sandbox, tmp_path / "x", saved(state, is_legacy=True))
    spec = found.generator.spec
    assert (found.report.kind, spec.resolution, spec.z_dim, spec.num_ws) == ("deconvolution", 16, Z, 1)
    assert spec.c_dim == CLASSES * is_told
    p, z, c = doubles(state), code(Z), one_hot(2, CLASSES)
    given = [("deconv1_1", z), ("deconv1_2", c)] if is_told else [("deconv1", z)]
    parts = [
        np.maximum(
            _normed(_scattered(one[0].numpy()[:, None, None], p, name, 1, 0), p, f"{name}_bn", 1e-5), 0.0
        )
        for name, one in given
    ]
    x = np.concatenate(parts)
    x = np.maximum(_normed(_scattered(x, p, "deconv2", 2, 1), p, "deconv2_bn", 1e-5), 0.0)
    x = np.tanh(_scattered(x, p, "deconv3", 2, 1))
    ours = drawn(found.generator, z, c if is_told else None)
    check_close(ours, np.broadcast_to(x, ours.shape))


def test_a_class_is_left_alone_by_truncation(sandbox: Sandbox, tmp_path: Path) -> None:
    generator = opened(sandbox, tmp_path / "x", saved(_deconvolution(True))).generator
    assert isinstance(generator, ToldGenerator)
    c = one_hot(0, CLASSES).float()
    assert torch.equal(generator.center(c)[0], torch.tensor([0.0] * Z + [1.0, 0.0, 0.0]))
    [matrix] = generator.style_matrices()
    assert matrix.shape == (7 * 16, Z + CLASSES)
    assert not bool(matrix[:, Z:].any())
    with pytest.raises(ValueError, match="needs c"):
        generator.mapping(torch.zeros(1, Z))


def test_what_does_not_fit_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    check_refusals(
        sandbox, tmp_path, _dense(True),
        {
            "make no square": ("model.8.weight", torch.ones(65, 5)),
            "model.6.running_var is missing": ("model.6.running_var", None),
            "variance is negative": ("model.3.running_var", torch.full((7,), -1.0)),
            "discriminator": ("model.8.weight", torch.ones(1, 5)),
            "reads no z": ("label_emb.weight", torch.ones(3, 6)),
            "holds values": ("model.2.bias", torch.full((7,), torch.nan)),
        },
    )  # fmt: skip
    check_refusals(
        sandbox, tmp_path, _deconvolution(True),
        {
            "deconv2.weight has shape": ("deconv2.weight", torch.ones(7, 5, 4, 3)),
            "deconv1_2_bn.bias is missing": ("deconv1_2_bn.bias", None),
            "2 channels": ("deconv3.weight", torch.ones(5, 2, 4, 4)),
        },
    )  # fmt: skip
