"""WGAN-GP's residual networks as two PyTorch programs store them, against the formulas in loops."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.formats import naive_wgan as naive
from tests.formats.drawing import (
    A,
    check_close,
    check_refusals,
    code,
    doubles,
    drawn,
    norm_shapes,
    random,
    saved,
    with_variances,
)
from tests.formats.opening import opened
from wend.formats.sandbox import Sandbox
from wend.generators.build import build_discriminator, build_generator
from wend.generators.residual import ResidualConfig
from wend.generators.shapes_alone import shapes_alone

Z, CHANNELS, CRITIC = 5, (6, 4, 3), (3, 4, 5)


def _conv(name: str, before: int, after: int, k: int, has_bias: bool = True) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {f"{name}.weight": (after, before, k, k)}
    return {**found, f"{name}.bias": (after,)} if has_bias else found


def _port() -> dict[str, Tensor]:
    shapes: dict[str, tuple[int, ...]] = {
        "ln1.weight": (16 * CHANNELS[0], Z),
        "ln1.bias": (16 * CHANNELS[0],),
    }
    for index, (before, after) in enumerate(itertools.pairwise(CHANNELS), 1):
        block = f"rb{index}"
        shapes |= norm_shapes(f"{block}.bn1", before) | norm_shapes(f"{block}.bn2", after)
        shapes |= _conv(f"{block}.conv_shortcut.conv.conv", before, after, 1)
        shapes |= _conv(f"{block}.conv_1.conv.conv", before, after, 3, has_bias=False)
        shapes |= _conv(f"{block}.conv_2.conv", after, after, 3)
    shapes |= norm_shapes("bn", CHANNELS[-1]) | _conv("conv1.conv", CHANNELS[-1], 3, 3)
    return with_variances(random(shapes, sd=0.5))


def _critic() -> dict[str, Tensor]:
    shapes = _conv("conv1.conv", 3, CRITIC[0], 3)
    for index, (before, after) in enumerate(itertools.pairwise(CRITIC), 1):
        block = f"rb{index}"
        shapes |= {f"{block}.bn{k}.{part}": (before,) for k in (1, 2) for part in ("gamma", "beta")}
        shapes |= _conv(f"{block}.conv_shortcut.conv.conv", before, after, 1)
        shapes |= _conv(f"{block}.conv_1.conv", before, before, 3, has_bias=False)
        shapes |= _conv(f"{block}.conv_2.conv.conv", before, after, 3)
    return random({**shapes, "ln1.weight": (1, 16 * CRITIC[-1]), "ln1.bias": (1,)}, seed=2)


def _norm(p: Mapping[str, A], name: str) -> naive.Norm:
    return naive.Norm(*(p[f"{name}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")))


def _convolution(p: Mapping[str, A], name: str) -> naive.Convolution:
    return naive.Convolution(p[f"{name}.weight"], p.get(f"{name}.bias"))


def test_the_port_of_the_published_program(sandbox: Sandbox, tmp_path: Path) -> None:
    state, critic = _port(), _critic()
    found = opened(sandbox, tmp_path / "x", saved({"generator": state, "discriminator": critic}))
    spec = found.generator.spec
    assert (found.report.kind, spec.resolution, spec.num_ws, spec.spaces) == ("residual", 16, 3, ("z",))
    p, z = doubles(state), code(Z)
    blocks = [
        naive.Block(
            _norm(p, f"{block}.bn1"), _convolution(p, f"{block}.conv_1.conv.conv"), _norm(p, f"{block}.bn2"),
            _convolution(p, f"{block}.conv_2.conv"), _convolution(p, f"{block}.conv_shortcut.conv.conv"),
        )
        for block in ("rb1", "rb2")
    ]  # fmt: skip
    last = _convolution(p, "conv1.conv")
    dense = (p["ln1.weight"], p["ln1.bias"])
    wanted = naive.generate(z[0].numpy(), dense, blocks, _norm(p, "bn"), last)
    check_close(drawn(found.generator, z), wanted)
    assert found.discriminator is not None
    image = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    score = found.discriminator.double()(image)[0].numpy()
    check_close(score, _judged(image[0].numpy(), doubles(critic)))


def _judged(x: A, p: Mapping[str, A]) -> A:
    """The critic in loops: norms over all features of the picture, by a sample's deviation."""
    x = naive.convolve(x, _convolution(p, "conv1.conv"))
    for block in ("rb1", "rb2"):
        y = naive.convolve(
            np.maximum(_layer_norm(x, p, f"{block}.bn1"), 0.0), _convolution(p, f"{block}.conv_1.conv")
        )
        y = naive.convolve(
            np.maximum(_layer_norm(y, p, f"{block}.bn2"), 0.0), _convolution(p, f"{block}.conv_2.conv.conv")
        )
        x = _halved(y) + naive.convolve(_halved(x), _convolution(p, f"{block}.conv_shortcut.conv.conv"))
    score: A = p["ln1.weight"] @ x.reshape(-1) + p["ln1.bias"]
    return score


def _layer_norm(x: A, p: Mapping[str, A], name: str) -> A:
    y = (x - x.mean()) / (x.std(ddof=1) + 1e-5)
    out: A = y * p[f"{name}.gamma"][:, None, None] + p[f"{name}.beta"][:, None, None]
    return out


def _halved(x: A) -> A:
    out: A = (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4.0
    return out


def _mimicry() -> dict[str, Tensor]:
    """48 px begin at 6; here 24 after two blocks."""
    shapes: dict[str, tuple[int, ...]] = {"l1.weight": (36 * CHANNELS[0], Z), "l1.bias": (36 * CHANNELS[0],)}
    for index, (before, after) in enumerate(itertools.pairwise(CHANNELS), 2):
        block = f"block{index}"
        shapes |= norm_shapes(f"{block}.b1", before) | norm_shapes(f"{block}.b2", after)
        shapes |= _conv(f"{block}.c1", before, after, 3) | _conv(f"{block}.c2", after, after, 3)
        shapes |= _conv(f"{block}.c_sc", before, after, 1)
    shapes |= norm_shapes("b4", CHANNELS[-1]) | _conv("c4", CHANNELS[-1], 3, 3)
    return with_variances(random(shapes, seed=4, sd=0.5))


def test_mimicry_doubles_bilinearly(sandbox: Sandbox, tmp_path: Path) -> None:
    state = _mimicry()
    counted = {**state, "block2.b1.num_batches_tracked": torch.tensor(9)}
    value = {"model_state_dict": counted, "optimizer_state_dict": {}, "global_step": 100_000}
    found = opened(sandbox, tmp_path / "x", saved(value))
    assert (found.report.layout, found.generator.spec.resolution) == ("residual GAN (mimicry)", 24)
    p, z = doubles(state), code(Z)
    x = (p["l1.weight"] @ z[0].numpy() + p["l1.bias"]).reshape(-1, 6, 6)
    for block in ("block2", "block3"):
        y = np.maximum(naive.normalized(x, _norm(p, f"{block}.b1")), 0.0)
        y = naive.convolve(_bilinear(y), _convolution(p, f"{block}.c1"))
        y = np.maximum(naive.normalized(y, _norm(p, f"{block}.b2")), 0.0)
        y = naive.convolve(y, _convolution(p, f"{block}.c2"))
        x = y + naive.convolve(_bilinear(x), _convolution(p, f"{block}.c_sc"))
    x = np.maximum(naive.normalized(x, _norm(p, "b4")), 0.0)
    check_close(drawn(found.generator, z), np.tanh(naive.convolve(x, _convolution(p, "c4"))))


JUDGED = (5, 4, 6)  # the first two of 24 px halve, the last widens and stays
JUDGED_NARROW = (5, 5, 5)  # only the first halves: what keeps side and width learns no shortcut


def _mimicry_judge(widths: tuple[int, ...], halvings: int, has_norm: bool = True) -> dict[str, Tensor]:
    def layer(name: str, *shape: int) -> dict[str, tuple[int, ...]]:
        found = {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
        return {**found, f"{name}.sn_u": (1, shape[0]), f"{name}.sn_sigma": (1,)} if has_norm else found

    shapes: dict[str, tuple[int, ...]] = {}
    for index, (before, after) in enumerate(itertools.pairwise((3, *widths))):
        block, inner = f"block{index + 1}", before if index else after
        shapes |= layer(f"{block}.c1", inner, before, 3, 3) | layer(f"{block}.c2", after, inner, 3, 3)
        if index < halvings or before != after:
            shapes |= layer(f"{block}.c_sc", after, before, 1, 1)
    return random({**shapes, **layer(f"l{len(widths) + 1}", 1, widths[-1])}, seed=8, sd=0.5)


def _mimicry_judged(image: A, p: Mapping[str, A], halvings: int, takes_mean: bool) -> A:
    """As the program runs: a ReLU before each block but the first, in place; then halving by means."""
    x, count = image, 1
    while f"block{count}.c1.weight" in p:
        block = f"block{count}"
        x = x if count == 1 else np.maximum(x, 0.0)
        y = np.maximum(naive.convolve(x, _normed(p, f"{block}.c1")), 0.0)
        y = naive.convolve(y, _normed(p, f"{block}.c2"))
        x = naive.convolve(x, _normed(p, f"{block}.c_sc")) if f"{block}.c_sc.weight" in p else x
        x = _halved(y) + _halved(x) if count <= halvings else y + x
        count += 1
    features = np.maximum(x, 0.0).reshape(x.shape[0], -1)
    read = features.mean(axis=1) if takes_mean else features.sum(axis=1)
    last = _normed(p, f"l{count}")
    assert last.bias is not None
    score: A = last.kernel @ read + last.bias
    return score


def _normed(p: Mapping[str, A], name: str) -> naive.Convolution:
    """W / sigma after one step of the power iteration from u; W where no norm is kept."""
    weight = p[f"{name}.weight"]
    if f"{name}.sn_u" in p:
        matrix = weight.reshape(weight.shape[0], -1)
        v = p[f"{name}.sn_u"][0] @ matrix
        v = v / np.sqrt((v**2).sum())
        u = matrix @ v
        u = u / np.sqrt((u**2).sum())
        weight = weight / (u @ matrix @ v)
    return naive.Convolution(weight, p[f"{name}.bias"])


@pytest.mark.parametrize(
    ("widths", "halvings", "program"),
    [(JUDGED, 2, "sngan"), (JUDGED_NARROW, 1, "ssgan"), (JUDGED_NARROW, 1, "infomax"), (JUDGED, 2, "wgan")],
)
def test_mimicry_judges(
    widths: tuple[int, ...], halvings: int, program: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    state = _mimicry_judge(widths, halvings, has_norm=program != "wgan")
    beside: dict[str, Tensor] = {}
    if program == "ssgan":
        beside = random({"l_y.weight": (4, 5), "l_y.bias": (4,), "l_y.sn_u": (1, 4), "l_y.sn_sigma": (1,)})
    if program == "infomax":
        names = {"block1.": "local_feat_blocks.0.", "block2.": "local_feat_blocks.1."}
        names |= {"block3.": "global_feat_blocks.0.", "l4.": "linear."}
        state = {names[key[: key.index(".") + 1]] + key[key.index(".") + 1 :]: t for key, t in state.items()}
        beside = random({"global_nrkhs_a.weight": (5, 5), "local_nrkhs_b.sn_sigma": (1,)})
    found = opened(sandbox, tmp_path / "x", saved({"netG": _mimicry(), "netD": {**state, **beside}}))
    told = {"ssgan": ("l_y",), "infomax": ("global_nrkhs_a", "local_nrkhs_b")}.get(program, ())
    assert found.report.ignored == tuple(f"netD: {each}: of another task" for each in told)
    judge = found.discriminator
    assert judge is not None
    judge.double()
    image = torch.rand(1, 3, 24, 24, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 2 - 1
    image.requires_grad_(True)
    score = judge(image)
    score.sum().backward()
    assert image.grad is not None
    assert bool(image.grad.isfinite().all())
    plain = doubles(_mimicry_judge(widths, halvings, has_norm=program != "wgan"))
    naively = _mimicry_judged(image[0].detach().numpy(), plain, halvings, takes_mean=program == "wgan")
    check_close(score.detach()[0].numpy(), naively)


def test_a_mimicry_judge_that_is_wrong_is_left_out_and_told(sandbox: Sandbox, tmp_path: Path) -> None:
    whole = _mimicry_judge(JUDGED, 2)
    for words, state in {
        "block2.c1.bias is missing": {k: t for k, t in whole.items() if k != "block2.c1.bias"},
        "embed.weight is not part": {**whole, "embed.weight": torch.ones(4, 6)},
        "it is no discriminator of this program": {"l5.weight": torch.ones(1, 5)},
        "24 px 4 times in 5 blocks": _mimicry_judge((3, 4, 5, 6, 7), 4),
        "24 px 1 times in 11 blocks": _mimicry_judge((4,) * 11, 1),
        "24 px 0 times in 2 blocks": _mimicry_judge((3, 3), 0),
    }.items():
        found = opened(sandbox, tmp_path / "x", saved({"netG": _mimicry(), "netD": state}))
        assert found.discriminator is None
        (why,) = found.report.ignored
        assert words in why
    longest = opened(
        sandbox, tmp_path / "x", saved({"netG": _mimicry(), "netD": _mimicry_judge((4,) * 10, 1)})
    )
    assert longest.discriminator is not None


def test_parameters_of_the_published_networks() -> None:
    """SNGAN of 32 px (Miyato et al. 2018, table 4): dense, blocks of two 3 x 3 and a 1 x 1 where one is."""
    with shapes_alone():
        plain = {"judge": "plain", "judge_widths": "128,128,128,128", "judge_halvings": 2}
        generator = build_generator("residual", {"widths": "256,256,256,256", "is_bilinear": True, **plain})
        judge = build_discriminator(generator)
    assert isinstance(generator, torch.nn.Module)
    assert judge is not None
    assert sum(p.numel() for p in generator.parameters()) == 4_276_739
    assert sum(p.numel() for p in judge.parameters()) == 1_053_825
    with pytest.raises(ValueError, match="cannot be halved"):
        ResidualConfig(base=6, widths="8,8", judge="plain", judge_widths="8,8,8", judge_halvings=3)
    with pytest.raises(ValueError, match="judge must be"):
        ResidualConfig(judge="other")


def _bilinear(x: A) -> A:
    """Twice the size: three quarters of the nearest place, a quarter of the next, edges held."""
    for axis in (1, 2):
        before = np.concatenate([x.take([0], axis), x.take(range(x.shape[axis] - 1), axis)], axis)
        after = np.concatenate([x.take(range(1, x.shape[axis]), axis), x.take([-1], axis)], axis)
        x = np.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis + 1)
        x = x.reshape(*(2 * n if i == axis else n for i, n in enumerate(before.shape)))
    return x


def test_what_does_not_fit(sandbox: Sandbox, tmp_path: Path) -> None:
    check_refusals(
        sandbox, tmp_path, _port(),
        {
            "rb2.bn1.running_var is missing": ("rb2.bn1.running_var", None),
            "numbers, 6 a place": ("ln1.weight", torch.ones(17, Z)),
            "rb1.bn1.bias has shape": ("rb1.bn1.bias", torch.ones(5)),
            "holds values": ("conv1.conv.bias", torch.full((3,), torch.nan)),
            "rb9.x is not part": ("rb9.x", torch.ones(1)),
        },
    )  # fmt: skip
    check_refusals(
        sandbox, tmp_path, _mimicry(), {"told a class": ("block2.b1.embed.weight", torch.ones(3, 12))}
    )
    critic = {**_critic(), "rb1.bn2.gamma": torch.ones(9)}
    found = opened(sandbox, tmp_path / "x", saved({"generator": _port(), "discriminator": critic}))
    assert found.discriminator is None
    assert found.report.ignored == ("discriminator: rb1.bn2.weight has shape (9,), not (3,)",)
