"""genforce's three families: what was written comes back, and draws what the formulas say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.formats import genforce_files, naive_progressive, naive_stylegan1, naive_stylegan1_judge
from tests.formats.drawing import check_close, check_refusals, code, doubles, drawn, one_hot, saved
from tests.formats.opening import Opened, opened
from tests.generators.conftest import SMALL, disturb
from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.sandbox import Sandbox
from wend.generators.discriminator import Discriminator
from wend.generators.generator import synthesize
from wend.generators.stylegan1 import StyleGAN1Generator
from wend.generators.stylegan2 import StyleGAN2Generator

CHANNELS = [8, 8, 4]  # 16 px; 4 is 64 / 16
PARTS = ("weight", "bias")
LAST = 8  # channels of 2 px by the same rule


def _file(generator: dict[str, Tensor], judge: dict[str, Tensor] | None = None) -> bytes:
    """As a training run saves it: the generator itself has other numbers than its average."""
    itself = {key: t + 1.0 for key, t in generator.items()}
    return saved({"generator": itself, "discriminator": judge or {}, "generator_smooth": generator})


def _images(count: int, side: int) -> Tensor:
    rng = torch.Generator().manual_seed(9)
    return torch.randn(count, 3, side, side, generator=rng, dtype=torch.float64)


def _judged(found: Opened, images: Tensor, c: Tensor | None = None) -> np.ndarray:
    assert found.discriminator is not None
    logits: Tensor = (
        found.discriminator.double()(images) if c is None else found.discriminator.double()(images, c)
    )
    return logits[:, 0].detach().numpy()


@pytest.mark.parametrize("classes", [0, 3])
def test_stylegan_draws_and_judges_what_the_formulas_say(
    classes: int, sandbox: Sandbox, tmp_path: Path
) -> None:
    state = genforce_files.stylegan1(CHANNELS, classes=classes)
    judge = genforce_files.judge(CHANNELS, LAST, classes)
    found = opened(sandbox, tmp_path / "x", _file(state, judge))
    assert found.report.layout == "genforce StyleGAN"
    assert found.report.kind == "stylegan1"
    assert "generator: not needed beside generator_smooth" in found.report.ignored
    assert {"output0: of another size", "output1: of another size"} <= set(found.report.ignored)
    assert any("8 style rows" in note for note in found.report.notes)
    generator = found.generator
    assert isinstance(generator, StyleGAN1Generator)
    assert generator.spec.num_ws == 6
    assert torch.equal(generator.w_avg, state["truncation.w_avg"])
    generator.double()
    p, z = doubles(state), code(6)
    c = one_hot(1, classes) if classes else None
    w = generator.mapping(z, c)[0].numpy()
    check_close(
        w, naive_stylegan1.mapping(z[0].numpy(), p, p["mapping.label_weight"][1] if classes else None)
    )
    ws = w + 0.4 * np.random.RandomState(6).randn(6, 5)
    for has_noise in (False, True):
        noise = generator.constant_noise() if has_noise else None
        ours = synthesize(generator, torch.tensor(ws)[None], noise, torch.float64)[0].numpy()
        check_close(ours, naive_stylegan1.synthesis(ws, p, 16, has_noise))
    drawn(generator, z, c)  # gradients
    images = _images(3, 16)
    told = None if c is None else torch.eye(classes, dtype=torch.float64)
    naive = naive_stylegan1_judge.judge(
        images.numpy(), doubles(judge), 16, None if told is None else told.numpy()
    )
    check_close(_judged(found, images, told), naive)


def test_fused_doubling_of_large_sides(sandbox: Sandbox, tmp_path: Path) -> None:
    """From 128 px on, doubling is one transposed convolution, whose kernel lies turned in the file."""
    state = genforce_files.stylegan1([4, 4, 4, 4, 4, 2])
    found = opened(sandbox, tmp_path / "x", saved(state))
    assert any("128 px and more" in note for note in found.report.notes)
    for row in range(1, 12):
        own, theirs = found.tensors[f"synthesis.layer{row}.weight"], state[f"synthesis.layer{row}.weight"]
        assert torch.equal(own, theirs.flip(2, 3) if row == 10 else theirs)
    # What a turned kernel means is told by the formulas, at a size where they are quick.
    small = genforce_files.stylegan1(CHANNELS)
    turned = {
        key: t.flip(2, 3) if key in ("synthesis.layer2.weight", "synthesis.layer4.weight") else t
        for key, t in small.items()
    }
    generator = opened(sandbox, tmp_path / "y", saved(turned)).generator
    assert isinstance(generator, nn.Module)
    generator.double()
    ws = np.random.RandomState(6).randn(6, 5)
    ours = synthesize(generator, torch.tensor(ws)[None], None, torch.float64)[0].numpy()
    check_close(ours, naive_stylegan1.synthesis(ws, doubles(small), 16, has_noise=False, fused_from=8))


def test_a_stylegan_that_has_not_grown_yet(sandbox: Sandbox, tmp_path: Path) -> None:
    state = genforce_files.stylegan1(CHANNELS)
    judge = genforce_files.judge(CHANNELS, LAST)
    data = _file({**state, "synthesis.lod": torch.tensor(1.0)}, judge)
    found = opened(sandbox, tmp_path / "x", data)
    assert found.generator.spec.resolution == 8
    assert {"layer4: of another size", "output2: of another size"} <= set(found.report.ignored)
    ws = np.random.RandomState(6).randn(4, 5)
    assert isinstance(found.generator, nn.Module)
    found.generator.double()
    ours = synthesize(found.generator, torch.tensor(ws)[None], None, torch.float64)[0].numpy()
    check_close(ours, naive_stylegan1.synthesis(ws, doubles(state), 8, has_noise=False))
    assert found.discriminator is not None
    images = _images(2, 8)
    smaller = {f"layer{i - 2}.{part}": judge[f"layer{i}.{part}"] for i in range(2, 7) for part in PARTS}
    smaller |= {f"input0.{part}": judge[f"input1.{part}"] for part in PARTS}
    check_close(_judged(found, images), naive_stylegan1_judge.judge(images.numpy(), doubles(smaller), 8))


def test_a_stylegan_that_is_wrong_is_refused_by_name(sandbox: Sandbox, tmp_path: Path) -> None:
    state = genforce_files.stylegan1(CHANNELS)
    check_refusals(sandbox, tmp_path, state, {
        "fading a size in": ("synthesis.lod", torch.tensor(1.5)),
        "layer2.blur.kernel is another filter": ("synthesis.layer2.blur.kernel", torch.ones(8, 1, 3, 3)),
        "layer4.blur.kernel is another filter": ("synthesis.layer4.blur.kernel", torch.ones(0, 1, 3, 3)),
        r"layer3.weight has shape \(8, 8, 3, 2\)": ("synthesis.layer3.weight", torch.ones(8, 8, 3, 2)),
        "layer1.apply_noise.noise is missing": ("synthesis.layer1.apply_noise.noise", None),
        "layer1.style.bias holds values that are not finite": (
            "synthesis.layer1.style.bias", torch.full((16,), torch.nan),
        ),
        "synthesis.layer9.bias is not part": ("synthesis.layer9.bias", torch.ones(4)),
        "its mapping has 0 layers": ("mapping.dense0.weight", None),
    })  # fmt: skip


def test_a_judge_that_is_wrong_is_left_out_and_told(sandbox: Sandbox, tmp_path: Path) -> None:
    judge = genforce_files.judge(CHANNELS, LAST)
    judge["layer1.weight"] = torch.ones(8, 4, 1, 1)
    found = opened(sandbox, tmp_path / "x", _file(genforce_files.stylegan1(CHANNELS), judge))
    assert found.discriminator is None
    assert any(
        line.startswith("discriminator: its discriminator is another") for line in found.report.ignored
    )


def test_progressive_gan_draws_and_judges(sandbox: Sandbox, tmp_path: Path) -> None:
    state = genforce_files.progressive(CHANNELS)
    judge = genforce_files.judge(CHANNELS, CHANNELS[0], is_blurred=False)
    found = opened(sandbox, tmp_path / "x", _file(state, judge))
    assert found.report.layout == "genforce Progressive GAN"
    z = code(6)
    check_close(drawn(found.generator, z), naive_progressive.genforce(z[0].numpy(), doubles(state)))
    assert found.discriminator is not None
    own = found.discriminator.state_dict()
    assert torch.equal(own["input.weight"], judge["input0.weight"])
    assert torch.equal(own["layers.3.weight"], judge["layer3.weight"])
    assert torch.equal(own["dense.weight"].flatten(1), judge["layer5.weight"])
    assert torch.equal(own["output.bias"], judge["layer6.bias"])
    assert any("groups of 16" in line for line in found.report.ignored)


def test_progressive_gan_in_grey_or_not_grown(sandbox: Sandbox, tmp_path: Path) -> None:
    grey = genforce_files.progressive(CHANNELS, colours=1)
    found = opened(sandbox, tmp_path / "x", saved(grey))
    z = code(6)
    naive = naive_progressive.genforce(z[0].numpy(), doubles(grey))
    check_close(drawn(found.generator, z), naive.repeat(3, axis=0))
    small = {**genforce_files.progressive(CHANNELS), "lod": torch.tensor(1.0)}
    found = opened(sandbox, tmp_path / "y", saved(small))
    p = {key: t for key, t in doubles(small).items() if not key.startswith(("layer4", "layer5", "output2"))}
    check_close(drawn(found.generator, z), naive_progressive.genforce(z[0].numpy(), p))
    for wrong, why in (
        ({**grey, "lod": torch.tensor(0.5)}, "fading"),
        ({**grey, "layer2.bias": torch.ones(3)}, "layer2.bias"),
        ({**grey, "layer5.weight": torch.full((4, 4, 3, 3), torch.inf)}, "not finite"),
    ):
        with pytest.raises((FormatUnsupported, FormatDamaged), match=why):
            opened(sandbox, tmp_path / "z", saved(wrong))


def test_stylegan2_comes_back_with_its_discriminator(sandbox: Sandbox, tmp_path: Path) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        network, judge = StyleGAN2Generator(SMALL), Discriminator(SMALL)
    disturb(network)
    disturb(judge)
    g = genforce_files.stylegan2(network.state_dict())
    d = genforce_files.stylegan2_judge(judge.state_dict())
    found = opened(sandbox, tmp_path / "x", _file(g, d))
    assert found.report.layout == "genforce StyleGAN2"
    assert isinstance(found.generator, StyleGAN2Generator)
    assert found.generator.config == replace(SMALL, channel_base=found.generator.config.channel_base)
    for key, tensor in network.state_dict().items():
        if not key.endswith("resample_filter"):
            assert torch.allclose(found.tensors[key], tensor, atol=1e-6), key
    assert found.discriminator is not None
    own = found.discriminator.state_dict()
    assert all(torch.equal(own[key], t) for key, t in judge.state_dict().items())


def test_a_stylegan2_that_is_wrong_is_refused_by_name(sandbox: Sandbox, tmp_path: Path) -> None:
    state = genforce_files.stylegan2(StyleGAN2Generator(SMALL).state_dict())
    check_refusals(sandbox, tmp_path, state, {
        "it has classes": ("mapping.label_weight", torch.ones(3, 6)),
        "layer1.filter.kernel is another filter": ("synthesis.layer1.filter.kernel", torch.ones(1, 1, 4, 4)),
        "synthesis.b8.conv0.weight has shape": ("synthesis.layer1.weight", torch.ones(8, 8, 3, 2)),
        "synthesis.dreams is not part": ("synthesis.dreams", torch.ones(2)),
        "b4.torgb.bias holds values that are not finite": (
            "synthesis.output0.bias", torch.full((3,), torch.nan),
        ),
    })  # fmt: skip
