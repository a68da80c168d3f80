"""StyleGAN2 in every layout: what was written comes back, and it draws what the formulas say."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.formats import naive_stylegan2, nvidia_files, rosinality_files, tf_files
from tests.formats.foreign_pickle import Foreign, Made
from tests.formats.opening import Opened, opened
from tests.generators.conftest import SMALL, disturb
from wend.errors import FormatDamaged, FormatUnsafe, FormatUnsupported
from wend.formats.sandbox import Sandbox
from wend.generators.discriminator import Discriminator
from wend.generators.generator import synthesize
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator

PLAIN = SMALL
CLAMPED = replace(SMALL, c_dim=3, conv_clamp=0.7)


def _networks(config: StyleGAN2Config) -> tuple[StyleGAN2Generator, Discriminator]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        pair = StyleGAN2Generator(config), Discriminator(config)
    for network in pair:
        disturb(network)
        network.eval().requires_grad_(False)
    return pair


def _ada(g: StyleGAN2Generator, d: Discriminator) -> bytes:
    return nvidia_files.snapshot(nvidia_files.generator(g), nvidia_files.discriminator(d))


def _flat(g: StyleGAN2Generator, d: Discriminator) -> bytes:
    return nvidia_files.snapshot(nvidia_files.generator(g, flat=True), nvidia_files.discriminator(d))


def _alone(g: StyleGAN2Generator, _: Discriminator) -> bytes:
    return nvidia_files.snapshot(nvidia_files.generator(g))


def _pti(g: StyleGAN2Generator, _: Discriminator) -> bytes:
    return nvidia_files.pti(nvidia_files.generator(g))


def _training(g: StyleGAN2Generator, d: Discriminator) -> bytes:
    return rosinality_files.training(g.state_dict(), d.state_dict())


def _converted(g: StyleGAN2Generator, _: Discriminator) -> bytes:
    return rosinality_files.converted(g.state_dict())


def _e4e(g: StyleGAN2Generator, _: Discriminator) -> bytes:
    return rosinality_files.e4e(g.state_dict())


def _bare(g: StyleGAN2Generator, _: Discriminator) -> bytes:
    return rosinality_files.bare(g.state_dict())


def _wrapped(g: StyleGAN2Generator, _: Discriminator) -> bytes:
    return rosinality_files.saved({"state_dict": rosinality_files.generator(g.state_dict()), "epoch": 3})


def _tf(g: StyleGAN2Generator, d: Discriminator) -> bytes:
    return tf_files.snapshot(g.state_dict(), d.state_dict())


Writer = Callable[[StyleGAN2Generator, Discriminator], bytes]
# writer, configuration, whether the discriminator is in it, whether the average of w is
LAYOUTS: dict[str, tuple[Writer, StyleGAN2Config, bool, bool]] = {
    "SG2-ADA": (_ada, PLAIN, True, True),
    "SG2-ADA with classes, clamped": (_ada, CLAMPED, True, True),
    "SG2 in the SG3 layout": (_flat, replace(PLAIN, conv_clamp=256.0), True, True),
    "G_ema alone": (_alone, PLAIN, False, True),
    "PTI": (_pti, CLAMPED, False, True),
    "rosinality training": (_training, PLAIN, True, False),
    "rosinality converted": (_converted, PLAIN, False, True),
    "rosinality bare": (_bare, PLAIN, False, False),
    "rosinality in a state_dict": (_wrapped, PLAIN, False, False),
    "e4e": (_e4e, PLAIN, False, True),
    "TensorFlow": (_tf, PLAIN, True, True),
    "TensorFlow with classes": (_tf, replace(PLAIN, c_dim=3), True, True),
}


@pytest.fixture(scope="module", params=LAYOUTS)
def case(
    request: pytest.FixtureRequest, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Opened, StyleGAN2Generator, Discriminator]:
    write, config, _, _ = LAYOUTS[request.param]
    g, d = _networks(config)
    path = tmp_path_factory.mktemp("files") / "named-like-nothing"
    return request.param, opened(sandbox, path, write(g, d)), g, d


def test_what_was_written_comes_back(case: tuple[str, Opened, StyleGAN2Generator, Discriminator]) -> None:
    name, found, g, d = case
    _, config, has_judge, has_average = LAYOUTS[name]
    assert found.report.kind == "stylegan2"
    shape = {key: value for key, value in asdict(config).items() if value is not None}
    # A rule gives the same channels with other bounds where the widest is not reached.
    for key in set(shape) - {"channel_base", "channel_max", "w_shift", "z_warp"}:
        assert found.report.config[key] == shape[key]
    assert not any(found.report.config.get(key) for key in ("w_shift", "z_warp")), (
        "nobody else's files have one"
    )
    wanted = {key: t for key, t in g.state_dict().items() if not key.endswith("resample_filter")}
    assert found.tensors.keys() == wanted.keys()
    for key, tensor in wanted.items():
        if key != "mapping.w_avg" or has_average:
            # The TF layout stores a bias less 1, which float32 rounds.
            assert torch.allclose(found.tensors[key], tensor, rtol=1e-6, atol=1e-6), key
    assert (found.discriminator is not None) == has_judge
    if found.discriminator is not None:
        own = found.discriminator.state_dict()
        assert all(torch.equal(own[key], t) for key, t in d.state_dict().items())


def test_it_draws_what_the_formulas_say(case: tuple[str, Opened, StyleGAN2Generator, Discriminator]) -> None:
    """Within 1e-5 of the picture's largest value, in float64, noise maps included."""
    _, found, _, _ = case
    generator = found.generator
    assert isinstance(generator, StyleGAN2Generator)
    generator.double()
    config = generator.config
    p = {key: t.numpy() for key, t in generator.state_dict().items()}
    z = np.random.RandomState(5).randn(config.z_dim)
    c = np.eye(config.c_dim)[1] if config.c_dim else None
    w = generator.mapping(torch.tensor(z)[None], None if c is None else torch.tensor(c)[None])
    naive_w = naive_stylegan2.mapping(z, p, c)
    _assert_close(w[0].numpy(), naive_w)
    # Another w for every row, so that no row can stand in for another.
    ws = naive_w[None] + 0.4 * np.random.RandomState(6).randn(config.num_ws, config.w_dim)
    for has_noise in (False, True):
        noise = generator.constant_noise() if has_noise else None
        ours = synthesize(generator, torch.tensor(ws)[None], noise, torch.float64)
        naive = naive_stylegan2.synthesis(ws, p, config.resolution, has_noise, config.conv_clamp)
        assert ours.dtype == torch.float64
        _assert_close(ours[0].numpy(), naive)
    generator.float()


def test_the_discriminator_judges_as_the_formulas_say(
    case: tuple[str, Opened, StyleGAN2Generator, Discriminator],
) -> None:
    _, found, _, _ = case
    judge = found.discriminator
    if judge is None:
        assert not LAYOUTS[case[0]][2]
        return
    assert isinstance(judge, Discriminator)
    judge.double()
    config = judge.config
    p = {key: t.numpy() for key, t in judge.state_dict().items()}
    images = np.random.RandomState(7).randn(4, 3, config.resolution, config.resolution)
    c = np.eye(config.c_dim)[2] if config.c_dim else None
    told = None if c is None else torch.tensor(c)[None].expand(4, -1)
    ours = judge(torch.tensor(images), told)[:, 0].numpy()
    _assert_close(ours, naive_stylegan2.judge(images, p, config.resolution, config.conv_clamp, c))
    judge.float()


def _assert_close(ours: np.ndarray, naive: np.ndarray) -> None:
    assert ours.shape == naive.shape
    assert float(np.abs(ours - naive).max()) <= 1e-5 * float(np.abs(naive).max())


def test_float64_is_not_rounded_on_the_way() -> None:
    """The comparison above means something: a network in float64 is exact to 1e-10."""
    g, d = _networks(CLAMPED)
    p = {key: t.double().numpy() for key, t in g.state_dict().items()}
    g.double()
    ws = np.random.RandomState(1).randn(g.config.num_ws, g.config.w_dim)
    ours = synthesize(g, torch.tensor(ws)[None], None, torch.float64)[0].numpy()
    naive = naive_stylegan2.synthesis(ws, p, g.config.resolution, False, g.config.conv_clamp)
    assert float(np.abs(ours - naive).max()) < 1e-6 * float(np.abs(naive).max())
    assert d.config == g.config


# ------------------------------------------------------------------ what is said of a file


def test_a_missing_average_is_computed_and_told(sandbox: Sandbox, tmp_path: Path) -> None:
    g, d = _networks(PLAIN)
    found = opened(sandbox, tmp_path / "x", _bare(g, d))
    w = g.mapping(torch.randn(20_000, PLAIN.z_dim, generator=torch.Generator().manual_seed(1)))
    assert torch.allclose(found.tensors["mapping.w_avg"], w.mean(dim=0), atol=0.05)
    assert any("average of w" in note for note in found.report.notes)


def test_the_smoothed_generator_is_taken_and_the_rest_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    g, d = _networks(PLAIN)
    found = opened(sandbox, tmp_path / "x", _training(g, d))
    assert any(line.startswith("g:") for line in found.report.ignored)
    assert any(line.startswith("args:") for line in found.report.ignored)
    assert found.report.layout == "rosinality StyleGAN2 (training)"


def test_an_encoder_that_is_not_known_is_left_out(sandbox: Sandbox, tmp_path: Path) -> None:
    g, d = _networks(PLAIN)
    found = opened(sandbox, tmp_path / "x", _e4e(g, d))
    assert found.encoder is None
    assert any(line.startswith("encoder:") for line in found.report.ignored)


def test_another_learning_rate_of_the_mapping_is_taken_into_the_weights(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    g, _ = _networks(PLAIN)
    z = torch.randn(4, PLAIN.z_dim, generator=torch.Generator().manual_seed(2))
    wanted = g.mapping(z)
    made = nvidia_files.generator(g)
    with torch.no_grad():
        for name, parameter in g.mapping.named_parameters():
            assert name.startswith("fc")
            parameter.div_(100.0)
    for layer in nvidia_files.inner(nvidia_files.inner(made)["mapping"]).values():
        nvidia_files.state(layer)["bias_gain"] = 1.0
    found = opened(sandbox, tmp_path / "x", nvidia_files.snapshot(made))
    assert torch.allclose(found.generator.mapping(z), wanted, atol=1e-5)
    assert any("learning rate" in note for note in found.report.notes)


def test_a_discriminator_of_foreign_classes_is_left_out(sandbox: Sandbox, tmp_path: Path) -> None:
    g, _ = _networks(PLAIN)
    stub = Made(Foreign("timm.models.vit.VisionTransformer"), is_new=True, state={"_modules": {}})
    judge = nvidia_files.persistent("ProjectedDiscriminator", {"_modules": {"net": stub}})
    found = opened(sandbox, tmp_path / "x", nvidia_files.snapshot(nvidia_files.generator(g), judge))
    assert found.discriminator is None
    assert any(line.startswith("D:") and "timm" in line for line in found.report.ignored)


def test_a_generator_of_foreign_classes_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    g, _ = _networks(PLAIN)
    made = nvidia_files.generator(g)
    nvidia_files.inner(made)["extra"] = Made(
        Foreign("torch.nn.modules.linear.Linear"), is_new=True, state={"_modules": {}}
    )
    with pytest.raises(FormatUnsafe, match=r"torch\.nn\.modules\.linear\.Linear"):
        opened(sandbox, tmp_path / "x", nvidia_files.snapshot(made))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ("nan", FormatDamaged, "conv1.weight holds values that are not finite"),
        ("missing", FormatUnsupported, "is missing"),
        ("extra", FormatUnsupported, "skip.weight is not part"),
        ("shape", FormatUnsupported, "has shape"),
        ("filter", FormatUnsupported, "another filter"),
        ("grey", FormatUnsupported, "1 channels"),
    ],
)
def test_what_is_wrong_is_named(
    change: str, error: type[Exception], words: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    g, _ = _networks(PLAIN)
    block = g.synthesis.block(1)
    match change:
        case "nan":
            block.conv1.weight.data[0, 0, 0, 0] = float("nan")
        case "missing":
            del block.conv1.affine
        case "extra":
            block.skip = torch.nn.Linear(2, 2, bias=False)
        case "shape":
            block.conv1.bias = torch.nn.Parameter(torch.zeros(3))
        case "filter":
            block.resample_filter = torch.ones(4, 4) / 16
        case _:
            for index in range(3):
                torgb = g.synthesis.block(index).torgb
                torgb.weight = torch.nn.Parameter(torgb.weight[:1])
                torgb.bias = torch.nn.Parameter(torgb.bias[:1])
    with pytest.raises(error, match=words):
        opened(sandbox, tmp_path / "x", nvidia_files.snapshot(nvidia_files.generator(g)))
