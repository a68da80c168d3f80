"""VAEs, DCGANs and dense networks: what the files say, drawn as plain torch draws it."""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.formats.opening import opened
from tests.formats.real_files import real_file
from wend.errors import FormatUnknown, FormatUnsupported
from wend.formats.sandbox import Sandbox
from wend.generators.build import build_encoder
from wend.generators.generator import Generator, synthesize
from wend.generators.vae import VAEConfig, VAEDecoder, VAEEncoder
from wend.library.weights import fill

VAES = ("VAE_celeba", "betaH_celeba", "VAE_dsprites", "betaH_dsprites", "btcvae_dsprites")


def _saved(value: object, is_legacy: bool = True) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=not is_legacy)
    return file.getvalue()


def _random(shapes: Mapping[str, tuple[int, ...]], seed: int = 0) -> dict[str, Tensor]:
    rng = torch.Generator().manual_seed(seed)
    return {name: 0.3 * torch.randn(shape, generator=rng) for name, shape in shapes.items()}


def _draw(generator: Generator, z: Tensor) -> Tensor:
    ws = generator.mapping(z)[:, None]
    return synthesize(generator, ws, None, z.dtype)


def _double(generator: Generator) -> Generator:
    assert isinstance(generator, nn.Module)
    generator.double()
    return generator


def _close(ours: Tensor, naive: Tensor) -> None:
    assert ours.shape == naive.shape
    assert float((ours - naive).detach().abs().max()) <= 1e-5 * float(naive.detach().abs().max())


def _scatter(x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    """A transposed convolution in loops: each pixel adds a copy of the kernel. [C, H, W] -> [C', H', W']."""
    _, high, wide = x.shape
    k = weight.shape[-1]
    out = x.new_zeros(weight.shape[1], (high - 1) * stride + k, (wide - 1) * stride + k)
    for i in range(high):
        for j in range(wide):
            a, b = i * stride, j * stride
            out[:, a : a + k, b : b + k] += torch.einsum("c,coij->oij", x[:, i, j], weight)
    end = None if padding == 0 else -padding
    return out[:, padding:end, padding:end]


# ------------------------------------------------------------------ VAE


@pytest.mark.parametrize(("side", "channels"), [(32, 1), (64, 3)])
def test_a_convolutional_vae(side: int, channels: int, sandbox: Sandbox, tmp_path: Path) -> None:
    config = VAEConfig(side, 5, channels, channels=6, hidden=7)
    decoder, encoder = VAEDecoder(config), VAEEncoder(config)
    state = {f"decoder.{k}": t for k, t in decoder.state_dict().items()}
    state |= {f"encoder.{k}": t for k, t in encoder.state_dict().items()}
    found = opened(sandbox, tmp_path / "model.pt", _saved(state))
    assert found.report.kind == "vae"
    assert found.generator.spec.spaces == ("z",)
    assert (found.generator.spec.resolution, found.generator.spec.num_ws) == (side, 1)
    generator = _double(found.generator)
    z = torch.randn(5, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    p = {key: t.double() for key, t in state.items()}
    x = z
    for name in ("lin1", "lin2", "lin3"):
        x = F.relu(p[f"decoder.{name}.weight"] @ x + p[f"decoder.{name}.bias"])
    x = x.reshape(6, 4, 4)
    for name in (*(("convT_64",) if side == 64 else ()), "convT1", "convT2", "convT3"):
        x = _scatter(x, p[f"decoder.{name}.weight"], 2, 1) + p[f"decoder.{name}.bias"][:, None, None]
        x = torch.sigmoid(x) if name == "convT3" else F.relu(x)
    _close(_draw(generator, z[None])[0], (2.0 * x - 1.0).expand(3, -1, -1))
    assert found.encoder is not None
    again = build_encoder(found.generator)
    assert isinstance(again, VAEEncoder)
    fill(again, found.encoder, tmp_path / "encoder")
    _check_encoder(again.double(), p, side, channels)


def _check_encoder(encoder: VAEEncoder, p: Mapping[str, Tensor], side: int, channels: int) -> None:
    image = torch.rand(3, side, side, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    x = image if channels == 3 else image.mean(dim=0, keepdim=True)
    for name in ("conv1", "conv2", "conv3", *(("conv_64",) if side == 64 else ())):
        weight, bias = p[f"encoder.{name}.weight"], p[f"encoder.{name}.bias"]
        padded = F.pad(x, (1, 1, 1, 1))
        patches = padded.unfold(1, 4, 2).unfold(2, 4, 2)  # [C, H', W', 4, 4]
        x = F.relu(torch.einsum("chwij,ocij->ohw", patches, weight) + bias[:, None, None])
    x = x.reshape(-1)
    for name in ("lin1", "lin2"):
        x = F.relu(p[f"encoder.{name}.weight"] @ x + p[f"encoder.{name}.bias"])
    x = p["encoder.mu_logvar_gen.weight"] @ x + p["encoder.mu_logvar_gen.bias"]
    mean, log_variance = encoder(2.0 * image[None] - 1.0)
    _close(mean[0], x[0::2])
    _close(log_variance[0], x[1::2])


@pytest.mark.parametrize("name", VAES)
def test_real_vaes_open(name: str, sandbox: Sandbox) -> None:
    path = real_file(f"vaes/{name}/model.pt")
    specs = json.loads((path.parent / "specs.json").read_text())
    found = opened(sandbox, path)
    channels, side, _ = specs["img_size"]
    assert found.report.config == {
        "resolution": side, "z_dim": specs["latent_dim"], "image_channels": channels, "channels": 32,
        "hidden": 256,
    }  # fmt: skip
    assert f"dataset: {specs['dataset']}" in found.report.notes
    wanted = torch.load(path, weights_only=True)
    decoder = {
        f"network.{k.removeprefix('decoder.')}": t for k, t in wanted.items() if k.startswith("decoder.")
    }
    assert found.tensors.keys() == decoder.keys()
    assert all(torch.equal(found.tensors[key], t) for key, t in decoder.items())
    assert found.encoder is not None
    # What it draws differs from seed to seed, and its encoder finds the way back.
    encoder = build_encoder(found.generator)
    assert encoder is not None
    fill(encoder, found.encoder, path)
    with torch.no_grad():
        z = torch.randn(64, 10, generator=torch.Generator().manual_seed(0))
        images = _draw(found.generator, z)
        again = _draw(found.generator, encoder(images)[0])
    assert float(images.std(dim=0).mean()) > 0.05
    spread = float((images - images.mean(dim=0)).square().mean())
    # Measured: 2 to 15 % of the variance of what it draws.
    assert float((again - images).square().mean()) < 0.25 * spread


def test_a_real_face_is_a_face(sandbox: Sandbox) -> None:
    """The mean of celeba is skin in the middle and symmetric; that of dsprites a spot in the dark."""
    with torch.no_grad():
        z = torch.randn(128, 10, generator=torch.Generator().manual_seed(0))
        face = _draw(opened(sandbox, real_file("vaes/VAE_celeba/model.pt")).generator, z).mean(dim=0)
        sprite = _draw(opened(sandbox, real_file("vaes/VAE_dsprites/model.pt")).generator, z).mean(dim=0)
    red, green, blue = face[:, 20:50, 20:44].mean(dim=(1, 2)).tolist()
    assert red > green > blue
    assert float((face - face.flip(2)).abs().mean()) < 0.08
    assert float(sprite[:, 24:40, 24:40].mean()) > float(sprite.mean()) + 0.05
    assert float(sprite[:, :4].mean()) < -0.95


def test_a_dense_vae(sandbox: Sandbox, tmp_path: Path) -> None:
    shapes = {"fc1": (9, 64), "fc21": (3, 9), "fc22": (3, 9), "fc3": (9, 3), "fc4": (64, 9)}
    state = _random(
        {f"{n}.weight": s for n, s in shapes.items()} | {f"{n}.bias": s[:1] for n, s in shapes.items()}
    )
    found = opened(sandbox, tmp_path / "vae_epoch_25.pth", _saved(state))
    assert (found.report.kind, found.generator.spec.resolution) == ("vae-dense", 8)
    generator, p = _double(found.generator), {key: t.double() for key, t in state.items()}
    z = torch.randn(3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    hidden = F.relu(p["fc3.weight"] @ z + p["fc3.bias"])
    shown = torch.sigmoid(p["fc4.weight"] @ hidden + p["fc4.bias"]).reshape(1, 8, 8)
    _close(_draw(generator, z[None])[0], (2.0 * shown - 1.0).expand(3, -1, -1))
    assert found.encoder is not None
    assert found.encoder.keys() == {
        f"{n}.{part}" for n in ("fc1", "fc21", "fc22") for part in ("weight", "bias")
    }


# ------------------------------------------------------------------ GANs


def test_a_dense_gan(sandbox: Sandbox, tmp_path: Path) -> None:
    shapes = {"0": (8, 4), "2": (8, 8), "4": (64, 8)}
    state = _random(
        {f"{n}.weight": s for n, s in shapes.items()} | {f"{n}.bias": s[:1] for n, s in shapes.items()}
    )
    found = opened(sandbox, tmp_path / "G.ckpt", _saved(state))
    assert found.report.config == {"resolution": 8, "z_dim": 4, "widths": "8,8", "slope": 0.0}
    assert found.report.guessed == ("slope",)
    generator, x = _double(found.generator), torch.full((4,), 0.7, dtype=torch.float64)
    z = x
    for name in ("0", "2", "4"):
        x = (
            state[f"{name}.weight"].double() @ (x if name == "0" else F.relu(x))
            + state[f"{name}.bias"].double()
        )
    _close(_draw(generator, z[None])[0], torch.tanh(x).reshape(1, 8, 8).expand(3, -1, -1))


@pytest.mark.parametrize(
    ("channels", "kernel", "padding", "side"), [(3, 4, 1, 32), (3, 1, 0, 16), (1, 1, 2, 12), (1, 4, 1, 32)]
)
def test_a_dcgan(
    channels: int, kernel: int, padding: int, side: int, sandbox: Sandbox, tmp_path: Path
) -> None:
    widths = (6, 5, 4)
    shapes: dict[str, tuple[int, ...]] = {}
    before = 7
    for index, width in enumerate(widths):
        shapes[f"main.{3 * index}.weight"] = (before, width, 4, 4)
        shapes |= {f"main.{3 * index + 1}.{part}": (width,) for part in ("weight", "bias", "running_mean")}
        before = width
    shapes[f"main.{3 * len(widths)}.weight"] = (before, channels, kernel, kernel)
    state: dict[str, Tensor] = _random(shapes)
    for index, width in enumerate(widths):
        state[f"main.{3 * index + 1}.running_var"] = torch.rand(width) + 0.5
        state[f"main.{3 * index + 1}.num_batches_tracked"] = torch.tensor(70_000)
    found = opened(sandbox, tmp_path / "netG_epoch_99.pth", _saved(state))
    assert found.report.kind == "deconvolution"
    assert found.generator.spec.resolution == side
    assert bool(found.report.notes) == (kernel == 1)
    generator, p = _double(found.generator), {key: t.double() for key, t in state.items()}
    z = torch.randn(7, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    x = z[:, None, None]
    for index in range(len(widths)):
        x = _scatter(x, p[f"main.{3 * index}.weight"], *((1, 0) if index == 0 else (2, 1)))
        norm = f"main.{3 * index + 1}"
        scale = p[f"{norm}.weight"] / (p[f"{norm}.running_var"] + 1e-5).sqrt()
        x = (x - p[f"{norm}.running_mean"][:, None, None]) * scale[:, None, None]
        x = F.relu(x + p[f"{norm}.bias"][:, None, None])
    x = torch.tanh(_scatter(x, p[f"main.{3 * len(widths)}.weight"], 2 if kernel == 4 else 1, padding))
    _close(_draw(generator, z[None])[0], x.expand(3, -1, -1))


def test_style_matrices_and_gradients(sandbox: Sandbox, tmp_path: Path) -> None:
    config = VAEConfig(32, 5, 1, channels=6, hidden=7)
    with torch.random.fork_rng():
        torch.manual_seed(2)  # of seven units some weights leave none alive, and then no gradient
        decoder = VAEDecoder(config)
    state = {f"decoder.{k}": t for k, t in decoder.state_dict().items()}
    found = opened(sandbox, tmp_path / "x", _saved(state))
    assert found.encoder is None
    assert any(line.startswith("encoder:") for line in found.report.ignored)
    [matrix] = found.generator.style_matrices()
    assert matrix.shape == (7, 5)
    z = torch.zeros(1, 5, requires_grad=True)
    _draw(found.generator, z).sum().backward()
    assert z.grad is not None
    assert bool(z.grad.isfinite().all())
    assert bool((z.grad != 0).any())


# ------------------------------------------------------------------ what is no generator


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        (
            {"0.weight": (8, 64), "0.bias": (8,), "2.weight": (1, 8), "2.bias": (1,)},
            FormatUnsupported,
            "discriminator",
        ),
        (
            {"0.weight": (8, 4), "0.bias": (8,), "2.weight": (65, 8), "2.bias": (65,)},
            FormatUnsupported,
            "no square",
        ),
        ({"conv1.weight": (64, 3, 7, 7), "fc.weight": (1000, 512)}, FormatUnknown, "conv1.weight"),
    ],
)
def test_refusals(
    state: dict[str, tuple[int, ...]], kind: type[Exception], words: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    with pytest.raises(kind, match=words):
        opened(sandbox, tmp_path / "x", _saved(_random(state), is_legacy=False))


def test_direction_files_are_no_generators(sandbox: Sandbox) -> None:
    for name in ("e4e_smile.pt", "e4e_ffhq_pca.pt", "ganspace_cat.npz"):
        with pytest.raises(FormatUnknown, match="wend models directions"):
            opened(sandbox, real_file(f"directions/{name}"))
    boundary = np.load(real_file("directions/interfacegan_stylegan_ffhq_smile_w_boundary.npy"))
    assert boundary.shape == (1, 512)
