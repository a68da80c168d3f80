"""BigGAN of the first author's program, z dealt out or not, against the formulas in loops."""

import itertools
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.formats import naive_biggan as naive
from tests.formats.drawing import (
    A,
    Shapes,
    check_close,
    check_refusals,
    code,
    doubles,
    drawn,
    one_hot,
    random,
    saved,
    with_variances,
)
from tests.formats.opening import opened
from wend.errors import FormatUnsupported
from wend.formats.sandbox import Sandbox
from wend.generators.biggan_original import BigGANOriginalConfig
from wend.generators.build import build_discriminator, build_generator
from wend.generators.generator import Generator
from wend.generators.shapes_alone import shapes_alone

CHANNELS, CHUNK, EMBED, CLASSES = (16, 8, 8), 3, 5, 4
ATTENTION = 1  # behind the second block, at 16 px


def _normed(name: str, *shape: int, has_bias: bool = True) -> dict[str, tuple[int, ...]]:
    found = {f"{name}.weight": shape, f"{name}.u0": (1, shape[0]), f"{name}.sv0": (1,)}
    return {**found, f"{name}.bias": shape[:1]} if has_bias else found


def _attention(name: str, channels: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {f"{name}.gamma": ()}
    for part, after, before in (("theta", 1, 8), ("phi", 1, 8), ("g", 4, 8), ("o", 8, 4)):
        scale = channels // 8
        found |= _normed(f"{name}.{part}", after * scale, before * scale, 1, 1, has_bias=False)
    return found


def _convolutions(name: str, before: int, after: int) -> dict[str, tuple[int, ...]]:
    found = _normed(f"{name}.conv1", after, before, 3, 3) | _normed(f"{name}.conv2", after, after, 3, 3)
    return found | _normed(f"{name}.conv_sc", after, before, 1, 1)


def _generator(is_dealt: bool, seed: int = 0) -> dict[str, Tensor]:
    told = EMBED + CHUNK if is_dealt else EMBED
    shapes: dict[str, tuple[int, ...]] = {"shared.weight": (CLASSES, EMBED)}
    shapes |= _normed("linear", 16 * CHANNELS[0], CHUNK)
    for index, (before, after) in enumerate(itertools.pairwise(CHANNELS)):
        block = f"blocks.{index}.0"
        shapes |= _convolutions(block, before, after)
        for norm, width in (("bn1", before), ("bn2", after)):
            for matrix in ("gain", "bias"):
                shapes |= _normed(f"{block}.{norm}.{matrix}", width, told, has_bias=False)
            shapes |= {f"{block}.{norm}.stored_mean": (width,), f"{block}.{norm}.stored_var": (width,)}
    shapes |= _attention(f"blocks.{ATTENTION}.1", CHANNELS[-1])
    shapes |= {
        f"output_layer.0.{part}": CHANNELS[-1:] for part in ("gain", "bias", "stored_mean", "stored_var")
    }
    return with_variances(
        random({**shapes, **_normed("output_layer.2", 3, CHANNELS[-1], 3, 3)}, seed), "stored_var"
    )


def _judge() -> dict[str, Tensor]:
    """16 px: two blocks that halve, attention behind the first, one that stays."""
    shapes: Shapes = {
        **_convolutions("blocks.0.0", 3, 8), **_attention("blocks.0.1", 8),
        **_convolutions("blocks.1.0", 8, 6),
        **{k: s for k, s in _convolutions("blocks.2.0", 6, 6).items() if "conv_sc" not in k},
        **_normed("linear", 1, 6), **_normed("embed", CLASSES, 6, has_bias=False),
    }  # fmt: skip
    return random(shapes, seed=7)


@pytest.mark.parametrize("is_dealt", [True, False])
def test_it_draws_what_the_formulas_say(is_dealt: bool, sandbox: Sandbox, tmp_path: Path) -> None:
    state = _generator(is_dealt)
    found = opened(sandbox, tmp_path / "x", saved(state))
    spec = found.generator.spec
    z_dim = 3 * CHUNK if is_dealt else CHUNK
    assert (spec.resolution, spec.num_ws, spec.z_dim, spec.w_dim) == (16, 3, z_dim, z_dim + EMBED)
    assert (spec.c_dim, found.report.kind, found.report.psi) == (CLASSES, "biggan-original", 0.5)
    z = code(z_dim)
    ours = drawn(found.generator, z, one_hot(2, CLASSES))
    check_close(ours, naive.generate(z[0].numpy(), 2, doubles(state)))
    _check_rows(found.generator, is_dealt)


def _check_rows(generator: Generator, is_dealt: bool) -> None:
    """A row's matrices are of its own chunk of z, and of no class; truncation leaves the class alone."""
    first, *others = [matrix.abs().sum(dim=0) > 0 for matrix in generator.style_matrices()]
    assert first.nonzero().flatten().tolist() == [0, 1, 2]
    chunks = [list(range(3 * row, 3 * row + 3)) if is_dealt else [] for row in (1, 2)]
    assert [matrix.nonzero().flatten().tolist() for matrix in others] == chunks
    c = one_hot(1, CLASSES)
    center = generator.center(c)
    assert torch.equal(center, generator.mapping(torch.zeros(1, generator.spec.z_dim), c))


def test_weights_without_a_spectral_norm(sandbox: Sandbox, tmp_path: Path) -> None:
    # Quiet ones: beyond tanh's ends nothing could be told apart.
    state = {k: 0.3 * t for k, t in _generator(True).items() if not k.endswith((".u0", ".sv0"))}
    found = opened(
        sandbox, tmp_path / "x", saved({"state_dict": {f"module.{k}": t for k, t in state.items()}})
    )
    z = code(3 * CHUNK)
    check_close(
        drawn(found.generator, z, one_hot(0, CLASSES)), naive.generate(z[0].numpy(), 0, doubles(state))
    )


@pytest.mark.parametrize("is_prefixed", [True, False])
def test_the_discriminator_beside_it(is_prefixed: bool, sandbox: Sandbox, tmp_path: Path) -> None:
    own, judge = _generator(True), _judge()
    value: Mapping[str, object] = {"G_ema": own, "D": judge, "G": _generator(True, seed=9)}
    if is_prefixed:
        value = {f"G.{k}": t for k, t in own.items()} | {f"D.{k}": t for k, t in judge.items()}
    found = opened(sandbox, tmp_path / "x", saved(value))
    assert found.report.ignored == (() if is_prefixed else ("G: not needed beside G_ema",))
    assert found.discriminator is not None
    image = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    score = found.discriminator.double()(image, one_hot(3, CLASSES))
    check_close(score[0].numpy(), _judged(image[0].numpy(), 3, doubles(judge)))


def _judged(x: A, label: int, p: Mapping[str, A]) -> A:
    """Figure 15b in loops: no ReLU before the first block, a sum over places, the projection on the class."""
    for index in range(3):
        name = f"blocks.{index}.0"
        y = x if index == 0 else np.maximum(x, 0.0)
        y = naive.convolve(y, naive.normed(p, f"{name}.conv1"), p[f"{name}.conv1.bias"])
        y = naive.convolve(np.maximum(y, 0.0), naive.normed(p, f"{name}.conv2"), p[f"{name}.conv2.bias"])
        if index < 2:
            y = _halved(y)
            x = _halved(naive.convolve(x, naive.normed(p, f"{name}.conv_sc"), p[f"{name}.conv_sc.bias"]))
        x = x + y
        if index == 0:
            x = naive.attention(x, p, "blocks.0.1")
    features = np.maximum(x, 0.0).sum(axis=(1, 2))
    score: A = (
        naive.normed(p, "linear") @ features + p["linear.bias"] + naive.normed(p, "embed")[label] @ features
    )
    return score


def _halved(x: A) -> A:
    out: A = (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4.0
    return out


def test_what_does_not_fit_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    state = _generator(True)
    check_refusals(
        sandbox, tmp_path, state,
        {
            "conv2.weight has shape": ("blocks.0.0.conv2.weight", torch.ones(8, 8, 3, 2)),
            "begin at 4 px": ("linear.weight", torch.ones(17, CHUNK)),
            "neither the class": ("blocks.0.0.bn1.gain.weight", torch.ones(16, 7)),
            "gamma is missing": ("blocks.1.1.gamma", None),
            "extra is not part": ("extra", torch.ones(1)),
            "holds values": ("blocks.0.0.bn2.stored_mean", torch.full((8,), torch.inf)),
            "spectral norm 0": ("blocks.0.0.conv1.weight", torch.zeros(8, 16, 3, 3)),
            "that it lacks": ("shared.weight", None),
        },
    )  # fmt: skip
    judge = {**_judge(), "embed.weight": torch.ones(9, 6)}
    found = opened(sandbox, tmp_path / "x", saved({"G": state, "D": judge}))
    assert found.discriminator is None
    assert found.report.ignored == ("D: embed.weight has shape (9, 6), not (4, 6)",)


def test_parameters_of_the_published_network() -> None:
    """128 px, 96 channels: as many as the author's program counts."""
    with shapes_alone():
        generator = build_generator("biggan-original", {})
        judge = build_discriminator(generator)
    assert isinstance(generator, torch.nn.Module)
    assert judge is not None
    assert (generator.spec.resolution, generator.spec.num_ws) == (128, 6)
    counts = [sum(p.numel() for p in network.parameters()) for network in (generator, judge)]
    assert counts == [70_433_988, 87_982_370]


def test_settings_that_make_no_network() -> None:
    with pytest.raises(ValueError, match="dealt out"):
        BigGANOriginalConfig(z_dim=121)
    with pytest.raises(ValueError, match="whole numbers"):
        BigGANOriginalConfig(widths="8,x")


def test_norms_with_a_row_for_every_class(sandbox: Sandbox, tmp_path: Path) -> None:
    """Without a shared embedding: the formulas with one that is the class itself."""
    shared = _generator(False, seed=2)
    state = {key: t for key, t in shared.items() if key != "shared.weight" and not _OF_A_CLASS.match(key)}
    of_classes = {key: t.T for key, t in _rows_of_classes().items()}
    state |= {key: t.contiguous() for key, t in of_classes.items()}
    found = opened(sandbox, tmp_path / "x", saved(state))
    spec = found.generator.spec
    assert (spec.c_dim, spec.z_dim, spec.w_dim) == (CLASSES, CHUNK, CHUNK + CLASSES)
    z = code(CHUNK)
    told = {**shared, **_rows_of_classes(), "shared.weight": torch.eye(CLASSES)}
    for key in [k for k in told if _OF_A_CLASS.match(k) and not k.endswith("weight")]:
        del told[key]
    ours = drawn(found.generator, z, one_hot(3, CLASSES))
    check_close(ours, naive.generate(z[0].numpy(), 3, doubles(told)))


_OF_A_CLASS = re.compile(r"blocks\.\d\.0\.bn\d\.(gain|bias)\.")


def _rows_of_classes() -> dict[str, Tensor]:
    """Gains and shifts of every class, [channels, classes]."""
    shapes = {
        f"blocks.{index}.0.{norm}.{part}.weight": (width, CLASSES)
        for index, pair in enumerate(itertools.pairwise(CHANNELS))
        for norm, width in zip(("bn1", "bn2"), pair, strict=True)
        for part in ("gain", "bias")
    }
    return random(shapes, seed=5)


def test_a_lost_embedding_is_refused_by_name(sandbox: Sandbox, tmp_path: Path) -> None:
    state = {k: t for k, t in _generator(True).items() if k != "shared.weight"}
    (tmp_path / "x").write_bytes(saved(state))
    with pytest.raises(FormatUnsupported, match="shared"), sandbox.read(tmp_path / "x"):
        pass
