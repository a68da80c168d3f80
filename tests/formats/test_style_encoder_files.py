"""The encoders of pSp and e4e: against the papers' pyramid in numpy, and beside their generator in a file."""

import argparse
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.formats import rosinality_files
from tests.formats.drawing import A, check_close, doubles, saved
from wend.formats.sandbox import Sandbox
from wend.generators.shapes_alone import shapes_alone
from wend.generators.style_encoder import StyleEncoder
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.library.imports import import_file, inspect_file
from wend.library.models import ModelStore

W, ROWS, SIDE = 128, 8, 64
CPU = torch.device("cpu")


def _encoder(rows: int, side: int) -> StyleEncoder:
    """With norms that do something, as trained ones do."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        encoder = StyleEncoder(W, rows, side)
        for key, tensor in encoder.state_dict().items():
            if key.endswith("running_var"):
                tensor.uniform_(0.5, 1.5)
            elif key.endswith(("running_mean", "bias")):
                tensor.normal_(std=0.1)
    return encoder.eval().requires_grad_(False)


def _conv(x: A, kernel: A, stride: int, pad: int, bias: A | None = None) -> A:
    k = kernel.shape[-1]
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    high, wide = (x.shape[1] - k) // stride + 1, (x.shape[2] - k) // stride + 1
    out = np.zeros((len(kernel), high, wide))
    for i in range(k):
        for j in range(k):
            seen = x[:, i : i + stride * high : stride, j : j + stride * wide : stride]
            out += np.tensordot(kernel[:, :, i, j], seen, axes=1)
    return out if bias is None else out + bias[:, None, None]


def _norm(x: A, p: Mapping[str, A], name: str) -> A:
    parts = [p[f"{name}.{part}"][:, None, None] for part in ("running_mean", "running_var", "weight", "bias")]
    mean, variance, weight, bias = parts
    out: A = (x - mean) / np.sqrt(variance + 1e-5) * weight + bias
    return out


def _prelu(x: A, slope: A) -> A:
    out: A = np.where(x > 0.0, x, slope[:, None, None] * x)
    return out


def _unit(x: A, p: Mapping[str, A], name: str, stride: int) -> A:
    inner = f"{name}.res_layer"
    y: A = _prelu(_conv(_norm(x, p, f"{inner}.0"), p[f"{inner}.1.weight"], 1, 1), p[f"{inner}.2.weight"])
    y = _norm(_conv(y, p[f"{inner}.3.weight"], stride, 1), p, f"{inner}.4")
    told = np.maximum(p[f"{inner}.5.fc1.weight"][:, :, 0, 0] @ y.mean(axis=(1, 2)), 0.0)
    gate = 1.0 / (1.0 + np.exp(-p[f"{inner}.5.fc2.weight"][:, :, 0, 0] @ told))
    shortcut = x[:, ::stride, ::stride]
    if f"{name}.shortcut_layer.0.weight" in p:
        shortcut = _norm(
            _conv(x, p[f"{name}.shortcut_layer.0.weight"], stride, 0), p, f"{name}.shortcut_layer.1"
        )
    out: A = y * gate[:, None, None] + shortcut
    return out


def _stretched(x: A, side: int) -> A:
    """Bilinear, corners upon corners."""
    places = np.linspace(0.0, x.shape[1] - 1.0, side)
    low = np.minimum(places.astype(int), x.shape[1] - 2)
    share = places - low
    x = x[:, low] * (1.0 - share)[None, :, None] + x[:, low + 1] * share[None, :, None]
    out: A = x[:, :, low] * (1.0 - share) + x[:, :, low + 1] * share
    return out


def _rows(image: A, p: Mapping[str, A], rows: int) -> A:
    """Each row's own numbers, [rows, W]: what pSp adds to its average."""
    x = _prelu(
        _norm(_conv(image, p["input_layer.0.weight"], 1, 1), p, "input_layer.1"), p["input_layer.2.weight"]
    )
    taken = []
    for index in range(24):
        x = _unit(x, p, f"body.{index}", 2 if index in (0, 3, 7, 21) else 1)
        if index in (6, 20, 23):
            taken.append(x)
    fine, middle, coarse = taken
    middle = _stretched(coarse, middle.shape[1]) + _conv(
        middle, p["latlayer1.weight"], 1, 0, p["latlayer1.bias"]
    )
    fine = _stretched(middle, fine.shape[1]) + _conv(fine, p["latlayer2.weight"], 1, 0, p["latlayer2.bias"])
    found = []
    for row in range(rows):
        x, index = (coarse if row < 3 else middle if row < 7 else fine), 0
        while f"styles.{row}.convs.{index}.weight" in p:
            name = f"styles.{row}.convs.{index}"
            x = _conv(x, p[f"{name}.weight"], 2, 1, p[f"{name}.bias"])
            x, index = np.where(x > 0.0, x, 0.01 * x), index + 2
        weight, bias = p[f"styles.{row}.linear.weight"], p[f"styles.{row}.linear.bias"]
        found.append(weight @ x.reshape(-1) / np.sqrt(weight.shape[1]) + bias)
    return np.stack(found)


def test_it_sees_what_the_papers_say() -> None:
    encoder = _encoder(ROWS, SIDE).double()
    image = (
        torch.rand(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(2), dtype=torch.float64) * 2 - 1
    )
    p = doubles(encoder.state_dict())
    own = _rows(image[0].numpy(), p, ROWS)
    check_close(encoder(image)[0].numpy(), own)
    # A picture of another size is brought to its own, which leaves one colour as it is.
    flat = torch.full_like(image, 0.3)
    check_close(encoder(flat[..., :24, :24])[0].numpy(), encoder(flat)[0].numpy())
    # e4e: every row is the first one's and a difference.
    encoder.base_share[1:] = 1.0
    encoder.latent_avg[:] = torch.arange(W, dtype=torch.float64)
    shared = own + own[:1] * np.array([0.0] + [1.0] * (ROWS - 1))[:, None] + np.arange(float(W))
    check_close(encoder(image)[0].numpy(), shared)
    image.requires_grad_(True)
    encoder(image).square().sum().backward()
    assert image.grad is not None
    assert bool(image.grad.isfinite().all())


def test_as_many_numbers_as_the_published() -> None:
    """1024 px, 18 rows, as its class counts them: 3 of 4 convolutions, 4 of 5, 11 of 6, and the trunk."""
    with shapes_alone():
        encoder = StyleEncoder(512, 18)
    style = (3 * 4 + 4 * 5 + 11 * 6) * (512 * 512 * 9 + 512) + 18 * (512 * 512 + 512)
    sides = (256 + 128) * 512 + 2 * 512
    trunk = sum(p.numel() for key, p in encoder.named_parameters() if key.startswith(("body", "input")))
    assert sum(p.numel() for p in encoder.parameters()) == style + sides + trunk
    shapes = {key: tuple(p.shape[:2]) for key, p in encoder.named_parameters()}
    assert [shapes[f"body.{k}.res_layer.1.weight"] for k in (0, 3, 7, 21)] == [
        (64, 64), (128, 64), (256, 128), (512, 256),
    ]  # fmt: skip


# ------------------------------------------------------------------ in a file


AVERAGE = torch.randn(6, W, generator=torch.Generator().manual_seed(4))


@cache
def _weights() -> dict[str, Tensor]:
    """Of an encoder for six rows, in half precision: a smaller file."""
    own = _encoder(6, 256).half().state_dict()
    return {key: tensor for key, tensor in own.items() if key not in ("latent_avg", "base_share")}


def _file(opts: object, change: Mapping[str, Tensor] | None = None) -> bytes:
    config = StyleGAN2Config(16, z_dim=W, w_dim=W, mapping_layers=2, channel_base=32, channel_max=4)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        ours = StyleGAN2Generator(config).state_dict()
    own = {**_weights(), "input_layer.1.num_batches_tracked": torch.tensor(7), **(change or {})}
    state = {f"encoder.{k}": t for k, t in own.items()}
    state |= {f"decoder.{k}": t for k, t in rosinality_files.generator(ours).items()}
    return saved({"state_dict": state, "latent_avg": AVERAGE, "opts": opts})


@pytest.mark.parametrize("kind", ["Encoder4Editing", "GradualStyleEncoder"])
def test_a_photo_opens_at_once(kind: str, sandbox: Sandbox, tmp_path: Path) -> None:
    opts = {"encoder_type": kind, "start_from_latent_avg": True, "device": "cuda:0"}
    (tmp_path / "x.pt").write_bytes(_file(argparse.Namespace(**opts) if kind == "Encoder4Editing" else opts))
    model = import_file(sandbox, tmp_path / "x.pt", tmp_path / "models")
    assert model.has_encoder
    assert model.card.source is not None
    assert "encoder: a photo opens at once" in model.card.source.enables
    loaded = ModelStore([tmp_path / "models"]).load_encoder(model.card.id, CPU)
    assert isinstance(loaded, StyleEncoder)
    # Every number of it is what was written, so that it sees what `_encoder` sees, at the published side.
    own = loaded.state_dict()
    assert own.keys() == {*_weights(), "latent_avg", "base_share"}
    assert all(torch.equal(own[key], tensor.float()) for key, tensor in _weights().items())
    assert torch.equal(own["latent_avg"], AVERAGE)
    share = 1.0 if kind == "Encoder4Editing" else 0.0
    assert own["base_share"].tolist() == [0.0] + [share] * 5
    assert (loaded.side, loaded.training) == (256, False)


@pytest.mark.parametrize(
    ("opts", "change", "words"),
    [
        ({"encoder_type": "BackboneEncoderUsingLastLayerIntoW"}, {}, "of the kind Backbone"),
        (
            {"encoder_type": "Encoder4Editing"},
            {"latlayer2.bias": torch.ones(9)},
            r"latlayer2\.bias has shape",
        ),
        ({"encoder_type": "Encoder4Editing"}, {"body.24.x": torch.ones(1)}, "another one than the published"),
    ],
)
def test_another_encoder_is_left_out(
    opts: dict[str, object], change: dict[str, Tensor], words: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "x.pt").write_bytes(_file(opts, change))
    found = inspect_file(sandbox, tmp_path / "x.pt")
    assert found.encoder_parameters is None
    [line] = [line for line in found.ignored if line.startswith("encoder:")]
    assert re.search(words, line)
