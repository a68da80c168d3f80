"""Progressive GAN in each of its programs' names, against the formulas in loops."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.formats import naive_progressive as naive
from tests.formats.drawing import A, check_close, check_refusals, code, doubles, drawn, random, saved
from tests.formats.foreign_pickle import Foreign, Made
from tests.formats.opening import opened
from wend.errors import FormatUnsupported
from wend.formats.sandbox import Sandbox
from wend.generators.build import build_discriminator, build_generator
from wend.generators.chain import ChainGenerator
from wend.generators.generator import state_after, synthesize
from wend.generators.shapes_alone import shapes_alone

Z, WIDTHS = 5, (6, 4, 3)
STEPS = len(WIDTHS) - 1


def _netdissect() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    before = Z
    for index, width in enumerate(WIDTHS):
        for part, k in ((1, 4 if index == 0 else 3), (2, 3)):
            name = f"layer{2 * index + part}"
            shapes |= {f"{name}.conv.weight": (width, before, k, k), f"{name}.wscale.b": (width,)}
            before = width
    return {**shapes, "output_16x16.conv.weight": (3, before, 1, 1), "output_16x16.wscale.b": (3,)}


def _zoo_layer(name: str, *shape: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.module.weight": shape, f"{name}.module.bias": shape[:1]}


def _zoo() -> dict[str, tuple[int, ...]]:
    shapes = _zoo_layer("formatLayer", 16 * WIDTHS[0], Z) | _zoo_layer(
        "groupScale0.0", WIDTHS[0], WIDTHS[0], 3, 3
    )
    for step, (before, width) in enumerate(itertools.pairwise(WIDTHS)):
        shapes |= _zoo_layer(f"scaleLayers.{step}.0", width, before, 3, 3)
        shapes |= _zoo_layer(f"scaleLayers.{step}.1", width, width, 3, 3)
    for step, width in enumerate(WIDTHS):
        shapes |= _zoo_layer(f"toRGBLayers.{step}", 3, width, 1, 1)
    return shapes


def _zoo_judge() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for step, width in enumerate(WIDTHS):
        shapes |= _zoo_layer(f"fromRGBLayers.{step}", width, 3, 1, 1)
    for step, (below, here) in enumerate(itertools.pairwise(WIDTHS)):
        shapes |= _zoo_layer(f"scaleLayers.{step}.0", here, here, 3, 3)
        shapes |= _zoo_layer(f"scaleLayers.{step}.1", below, here, 3, 3)
    first = WIDTHS[0]
    shapes |= _zoo_layer("groupScaleZero.0", first, first + 1, 3, 3)
    return shapes | _zoo_layer("groupScaleZero.1", first, 16 * first) | _zoo_layer("decisionLayer", 1, first)


def test_netdissect(sandbox: Sandbox, tmp_path: Path) -> None:
    state = random(_netdissect())
    found = opened(sandbox, tmp_path / "x", saved({"state_dict": state}))
    assert found.report.kind == "progressive"
    assert found.report.config == {"z_dim": Z, "widths": "6,4,3", "image_channels": 3}
    spec = found.generator.spec
    assert (spec.resolution, spec.num_ws, spec.spaces) == (16, 6, ("z",))
    z = code(Z)
    check_close(drawn(found.generator, z), naive.netdissect(z[0].numpy(), doubles(state)))


def test_netdissect_before_it_was_renamed(sandbox: Sandbox, tmp_path: Path) -> None:
    """`features.{n}`, where the scale of each layer is a number in the file."""
    newer = random(_netdissect(), seed=2)
    older, scale = {}, {}
    for key, tensor in newer.items():
        root, _, rest = key.partition(".")
        new = "output" if root.startswith("output") else f"features.{int(root.removeprefix('layer')) - 1}"
        older[f"{new}.{rest}"] = tensor
        if rest == "conv.weight":
            usual = math.sqrt((1.0 if new == "output" else 2.0) / math.prod(tensor.shape[1:]))
            scale[f"{new}.wscale.scale"] = torch.tensor([1.7 * usual])
    found = opened(sandbox, tmp_path / "x", saved({**older, **scale}, is_legacy=True))
    louder = {key: 1.7 * t if key.endswith("conv.weight") else t for key, t in newer.items()}
    z = code(Z)
    check_close(drawn(found.generator, z), naive.netdissect(z[0].numpy(), doubles(louder)))
    plain = opened(sandbox, tmp_path / "x", saved(older))
    check_close(drawn(plain.generator, z), naive.netdissect(z[0].numpy(), doubles(newer)))


def test_gan_zoo_with_its_discriminator(sandbox: Sandbox, tmp_path: Path) -> None:
    average, judge = random(_zoo(), seed=3), random(_zoo_judge(), seed=4)
    value = {
        "config": {"leakyReluLeak": 0.2, "alpha": 0, "depthOtherScales": [4, 3]},
        "netG": random(_zoo(), seed=5), "netD": judge, "avgG": {f"module.{k}": t for k, t in average.items()},
    }  # fmt: skip
    found = opened(sandbox, tmp_path / "x", saved(value))
    assert found.report.ignored == (
        "toRGBLayers.0: of a smaller side",
        "toRGBLayers.1: of a smaller side",
        "netG: not needed beside avgG",
    )
    z = code(Z)
    check_close(drawn(found.generator, z), naive.gan_zoo(z[0].numpy(), doubles(average)))
    assert found.discriminator is not None
    images = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(6), dtype=torch.float64)
    scores = found.discriminator.double()(images)[:, 0].numpy()
    check_close(scores, _judged(images.numpy(), doubles(judge)))


def _judged(images: A, p: dict[str, A]) -> A:
    """The zoo's discriminator in loops: He's constant on weight and bias, a sample's deviation."""
    features = []
    for image in images:
        x = _lrelu(_layer(image, p, f"fromRGBLayers.{STEPS}", 0))
        for step in reversed(range(STEPS)):
            for part in (0, 1):
                x = _lrelu(_layer(x, p, f"scaleLayers.{step}.{part}", 1))
            x = (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4.0
        features.append(x)
    deviation = float(np.sqrt(np.var(np.stack(features), axis=0, ddof=1) + 1e-8).mean())
    scores = []
    for x in features:
        told = np.concatenate([x, np.full((1, 4, 4), deviation)])
        y = _lrelu(_layer(told, p, "groupScaleZero.0", 1)).reshape(-1)
        for name in ("groupScaleZero.1", "decisionLayer"):
            weight, bias = p[f"{name}.module.weight"], p[f"{name}.module.bias"]
            y = (weight @ y + bias) * naive.he(weight)
            y = _lrelu(y) if name != "decisionLayer" else y
        scores.append(float(y[0]))
    return np.array(scores)


def _layer(x: A, p: dict[str, A], name: str, pad: int) -> A:
    kernel, bias = p[f"{name}.module.weight"], p[f"{name}.module.bias"]
    return naive.correlate(x, kernel * naive.he(kernel), pad) + (bias * naive.he(kernel))[:, None, None]


def _lrelu(x: A) -> A:
    out: A = np.where(x > 0.0, x, 0.2 * x)
    return out


def test_a_discriminator_that_does_not_fit_is_left_out(sandbox: Sandbox, tmp_path: Path) -> None:
    judge = random(_zoo_judge())
    judge["decisionLayer.module.weight"] = torch.ones(11, WIDTHS[0])
    found = opened(sandbox, tmp_path / "x", saved({"netG": random(_zoo()), "netD": judge}))
    assert found.discriminator is None
    assert any("decisionLayer" in line or "output.weight" in line for line in found.report.ignored)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"leakyReluLeak": 0.1}, "leakyReluLeak"),
        ({"categoryVectorDim": 3}, "attributes"),
        ({"equalizedlR": False}, "equalizedlR"),
    ],
)
def test_other_settings_of_the_zoo_are_refused(
    config: dict[str, object], words: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """As the zoo pickles them: an instance of a class that is not here."""
    stated = Made(Foreign("models.utils.config.BaseConfig"), state=config, is_new=True)
    with pytest.raises(FormatUnsupported, match=words):
        opened(sandbox, tmp_path / "x", saved({"netG": random(_zoo()), "config": stated}))


def test_what_does_not_fit_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    check_refusals(
        sandbox, tmp_path, random(_netdissect()),
        {
            "layer3.conv.weight has shape": ("layer3.conv.weight", torch.ones(4, 7, 3, 3)),
            "two a side": ("layer6.conv.weight", None),
            "layer2.wscale.b is missing": ("layer2.wscale.b", None),
            "layer4.wscale.b holds values": ("layer4.wscale.b", torch.full((4,), torch.nan)),
            "extra is not part": ("extra", torch.ones(1)),
        },
    )  # fmt: skip
    check_refusals(
        sandbox, tmp_path, random(_zoo()),
        {
            "multiple of 16": ("formatLayer.module.weight", torch.ones(97, Z)),
            "0.1.module.bias is missing": ("scaleLayers.0.1.module.bias", None),
            "groupScale1": ("groupScale1.module.weight", torch.ones(1)),
        },
    )  # fmt: skip


def test_layers_can_be_taken_and_put_back() -> None:
    generator = build_generator("progressive", {"z_dim": Z, "widths": "6,4,3"})
    assert isinstance(generator, ChainGenerator)
    generator.eval().requires_grad_(False)
    ws = generator.mapping(code(Z).float())[:, None].repeat(1, 6, 1)
    whole = synthesize(generator, ws, None)
    state = state_after(generator, ws, None, "layer2")
    assert state.x.shape == (1, 4, 8, 8)
    assert torch.equal(synthesize(generator, ws, None, state=state), whole)
    # Each pixel's features have a mean square of 1.
    assert torch.allclose(state.x.square().mean(dim=1), torch.ones(1, 8, 8), atol=1e-4)


def test_parameters_of_the_published_network() -> None:
    """1024 px: those of table 2 of the paper, without the layers to and from RGB of smaller sides."""
    with shapes_alone():
        generator = build_generator("progressive", {})
        judge = build_discriminator(generator)
    assert isinstance(generator, ChainGenerator)
    assert judge is not None
    assert (generator.spec.resolution, generator.spec.num_ws) == (1024, 18)
    counts = [sum(p.numel() for p in network.parameters()) for network in (generator, judge)]
    smaller = sum((512, 512, 512, 512, 256, 128, 64, 32))
    assert counts == [23_079_115 - 3 * smaller - 3 * 8, 23_087_249 - 4 * smaller]
