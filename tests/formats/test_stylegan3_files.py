"""StyleGAN3 as NVIDIA and PTI store it: what was written comes back, and what is wrong is refused by name."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.formats import naive_stylegan3, nvidia_files, stylegan3_files
from tests.formats.foreign_pickle import Made
from tests.formats.opening import opened
from tests.generators.conftest import disturb
from tests.generators.test_stylegan3 import SMALL_R, SMALL_T, made, plan
from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.sandbox import Sandbox
from wend.generators.discriminator import Discriminator
from wend.generators.generator import synthesize
from wend.generators.stylegan3 import StyleGAN3Generator, discriminator_config
from wend.generators.stylegan3_design import StyleGAN3Config

CLAMPED = replace(SMALL_T, c_dim=3, conv_clamp=0.5)


def _judge(config: StyleGAN3Config) -> Discriminator:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        judge = Discriminator(discriminator_config(config))
    disturb(judge)
    return judge.eval().requires_grad_(False)


def _attributed(judge: Discriminator, clamp: float | None) -> Made:
    return nvidia_files.module(judge, lambda path, _: {"conv_clamp": clamp} if path.endswith("conv0") else {})


@pytest.mark.parametrize("config", [SMALL_T, SMALL_R, CLAMPED], ids=["T", "R", "T, classes, clamped"])
def test_a_snapshot_comes_back_with_its_discriminator(
    config: StyleGAN3Config, sandbox: Sandbox, tmp_path: Path
) -> None:
    network, judge = made(config), _judge(config)
    data = nvidia_files.snapshot(stylegan3_files.generator(network), _attributed(judge, config.conv_clamp))
    found = opened(sandbox, tmp_path / "named-like-nothing", data)
    assert found.report.layout == f"NVIDIA StyleGAN3-{'R' if config.use_radial_filters else 'T'}"
    assert found.report.kind == "stylegan3"
    assert found.report.ignored == ("G: not needed beside G_ema",)
    assert isinstance(found.generator, StyleGAN3Generator)
    assert found.generator.config == config
    own = network.state_dict()
    assert found.tensors.keys() == own.keys()
    assert all(torch.equal(found.tensors[key], own[key]) for key in own)
    assert found.discriminator is not None
    theirs = found.discriminator.state_dict()
    assert all(torch.equal(theirs[key], t) for key, t in judge.state_dict().items())


def test_what_pti_saves_draws_what_the_formulas_say(sandbox: Sandbox, tmp_path: Path) -> None:
    found = opened(sandbox, tmp_path / "x", nvidia_files.pti(stylegan3_files.generator(made(SMALL_R))))
    generator = found.generator
    assert isinstance(generator, StyleGAN3Generator)
    assert found.discriminator is None
    generator.double()
    p = {key: t.numpy() for key, t in generator.state_dict().items()}
    ws = np.random.RandomState(6).randn(generator.spec.num_ws, generator.spec.w_dim)
    ours = synthesize(generator, torch.tensor(ws)[None], None, torch.float64)[0].numpy()
    naive = naive_stylegan3.synthesis(ws, p, plan(SMALL_R))
    np.testing.assert_allclose(ours, naive, rtol=0, atol=1e-5 * np.abs(naive).max())


def _alter(name: str, generator: Made) -> None:
    """A generator with one thing in it that these networks do not do, or that is damaged."""
    synthesis = nvidia_files.inner(generator)["synthesis"]
    keywords = nvidia_files.state(synthesis)["_init_kwargs"]
    assert isinstance(keywords, Made)
    layer = nvidia_files.state(nvidia_files.inner(synthesis)["L1_14_9"])
    buffers, parameters = layer["_buffers"], layer["_parameters"]
    assert isinstance(buffers, dict)
    assert isinstance(parameters, dict)
    match name:
        case "setting":
            keywords.items = {**keywords.items, "kernel_of_dreams": 3}
        case "resolution":
            keywords.items = {**keywords.items, "img_resolution": 48}
        case "another cutoff":
            keywords.items = {**keywords.items, "first_cutoff": 1.2}
        case "filter":
            buffers["up_filter"] = buffers["up_filter"] * 1.01
        case "no settings":
            nvidia_files.state(synthesis).pop("_init_kwargs")
        case "shape":
            parameters["weight"] = torch.ones(9, 9, 3, 2)
        case "NaN":
            parameters["bias"] = torch.full((9,), torch.nan)
        case "infinite clamp":
            keywords.items = {**keywords.items, "conv_clamp": float("inf")}
        case "no waves":
            keywords.items = {**keywords.items, "first_cutoff": 1e-300, "first_stopband": 1e-299}
        case "raised":
            far = {"img_resolution": 4096, "lrelu_upsampling": 4, "filter_size": 1}
            keywords.items = {**keywords.items, **far}
        case _:
            assert name == "infinite layers"
            keywords.items = {**keywords.items, "num_layers": 10**9}


@pytest.mark.parametrize(("name", "why"), [
    ("setting", "made with kernel_of_dreams"), ("resolution", "power of two"),
    ("another cutoff", "is (missing|another filter)"), ("filter", "L1_14_9.up_filter is another filter"),
    ("no settings", "does not say"), ("shape", r"L1_14_9.weight has shape \(9, 9, 3, 2\)"),
    ("NaN", "L1_14_9.bias holds values that are not finite"), ("infinite layers", "num_layers"),
    ("infinite clamp", "its conv_clamp is inf"), ("no waves", "its stopband above 1"),
    ("raised", r"layer 3 works at \d+ px, which is too large"),
])  # fmt: skip
def test_what_is_wrong_is_refused_by_name(name: str, why: str, sandbox: Sandbox, tmp_path: Path) -> None:
    generator = stylegan3_files.generator(made(SMALL_T))
    _alter(name, generator)
    with pytest.raises((FormatUnsupported, FormatDamaged), match=why):
        opened(sandbox, tmp_path / "x", nvidia_files.snapshot(generator))


def test_a_discriminator_of_another_kind_is_left_out_and_told(sandbox: Sandbox, tmp_path: Path) -> None:
    judge = _judge(SMALL_T)
    generator = stylegan3_files.generator(made(SMALL_T))
    for index, (altered, why) in enumerate(
        {
            "b8": "D: its channels",
            "clamp": "D: it cuts activations off at another value",
            "none": "D: its architecture",
        }.items()
    ):
        d = _attributed(judge, 256.0 if altered == "clamp" else None)
        if altered == "b8":
            nvidia_files.inner(d)["b8"] = nvidia_files.inner(d)["b16"]
        if altered == "none":
            nvidia_files.inner(d).pop("b8")
        found = opened(sandbox, tmp_path / f"x{index}", nvidia_files.snapshot(generator, d))
        assert found.discriminator is None
        assert any(line.startswith(why) for line in found.report.ignored), found.report.ignored
