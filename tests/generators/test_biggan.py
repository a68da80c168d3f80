"""The BigGAN family: shapes, what a style row moves, independence of the batch, truncation of z alone."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from wend.errors import CardInvalid
from wend.generators.biggan import BigGANConfig, BigGANGenerator
from wend.generators.build import build_generator
from wend.generators.conditional_norm import EPS, ConditionalNorm, StandingNorm, settle_statistics
from wend.generators.generator import state_after, synthesize
from wend.latents.truncation import truncate

# Two blocks per side: three sides, 4 to 16 px.
CONFIG = BigGANConfig(
    widths="4,2,1", channel_width=8, z_dim=6, embed_dim=3, c_dim=5, attention_resolution=16, reduction=2
)


def _generator(seed: int = 0) -> BigGANGenerator:
    """Random everywhere, also in what starts at 0 or 1."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = BigGANGenerator(CONFIG).eval().requires_grad_(False)
        for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
            if name.endswith(("gamma", "bias", "running_mean", "scale.weight", "offset.weight")):
                tensor.normal_(std=0.3)
            elif name.endswith("running_var"):
                tensor.uniform_(0.5, 2.0)
    return network


def _c(*classes: int) -> Tensor:
    return F.one_hot(torch.tensor(classes), CONFIG.c_dim).float()


def _rows(w: Tensor) -> Tensor:
    return w[:, None].repeat(1, 5, 1)


def test_spec_and_shapes() -> None:
    generator = _generator()
    spec = generator.spec
    assert (spec.resolution, spec.z_dim, spec.w_dim, spec.num_ws, spec.c_dim) == (16, 6, 9, 5, 5)
    assert spec.layer_names == ("gen_z", "layers.0", "layers.1", "layers.2", "layers.3")
    assert spec.noise_sizes == (0,) * 5
    w = generator.mapping(torch.randn(2, 6), _c(0, 3))
    images = synthesize(generator, _rows(w), None)
    assert images.shape == (2, 3, 16, 16)
    assert images.dtype == torch.float32
    assert float(images.abs().max()) <= 1.0
    assert generator.constant_noise() == [None] * 5


def test_the_published_128_px_model_has_these_blocks() -> None:
    # config.json of biggan-deep-128: [up, in, out] in multiples of the channel width, 128.
    blocks = BigGANConfig(widths="16,16,8,4,2,1", channel_width=128).blocks
    assert [(ci // 128, co // 128) for _, ci, co in blocks] == [
        (16, 16), (16, 16), (16, 16), (16, 8), (8, 8), (8, 4), (4, 4), (4, 2), (2, 2), (2, 1),
    ]  # fmt: skip
    assert [side for side, _, _ in blocks] == [4, 8, 8, 16, 16, 32, 32, 64, 64, 128]


def test_w_is_z_and_the_embedding() -> None:
    generator = _generator()
    z = torch.randn(2, 6)
    w = generator.mapping(z, _c(1, 4))
    assert torch.equal(w[:, :6], z)
    assert torch.equal(w[:, 6:], generator.embeddings.weight.T[[1, 4]])
    with pytest.raises(ValueError, match="needs c"):
        generator.mapping(z)


def test_a_sample_does_not_depend_on_its_batch() -> None:
    generator = _generator()
    ws = _rows(generator.mapping(torch.randn(4, 6), _c(0, 1, 2, 3)))
    together = synthesize(generator, ws, None)
    alone = torch.cat([synthesize(generator, row[None], None) for row in ws])
    assert torch.allclose(together, alone, atol=1e-5)
    others = ws.clone()
    others[1:] = 9.0
    assert torch.allclose(synthesize(generator, others, None)[0], together[0], atol=1e-5)


def test_step_k_reads_row_k_alone() -> None:
    generator = _generator()
    ws = _rows(generator.mapping(torch.randn(1, 6), _c(2)))
    for row, name in enumerate(generator.spec.layer_names):
        moved = ws.clone()
        moved[:, row] += 1.0
        assert not torch.equal(synthesize(generator, moved, None), synthesize(generator, ws, None))
        before = torch.ones_like(ws)
        before[:, : row + 1] = ws[:, : row + 1]
        assert torch.equal(
            state_after(generator, before, None, name).x, state_after(generator, ws, None, name).x
        )
        assert not torch.equal(
            state_after(generator, moved, None, name).x, state_after(generator, ws, None, name).x
        )


def test_both_z_and_class_are_heard() -> None:
    generator = _generator()
    z = torch.randn(1, 6)
    first = synthesize(generator, _rows(generator.mapping(z, _c(0))), None)
    other_class = synthesize(generator, _rows(generator.mapping(z, _c(1))), None)
    other_z = synthesize(generator, _rows(generator.mapping(-z, _c(0))), None)
    assert float((first - other_class).abs().mean()) > 1e-3
    assert float((first - other_z).abs().mean()) > 1e-3


def test_truncation_scales_z_and_keeps_the_class() -> None:
    # Brock et al. 2019 sample z from a narrower law; a scaled z is the same for one picture.
    generator = _generator()
    z, c = torch.randn(2, 6), _c(1, 4)
    ws = truncate(_rows(generator.mapping(z, c)), generator.center(c), 0.5, None)
    assert torch.allclose(ws, _rows(generator.mapping(0.5 * z, c)), atol=1e-6)
    mixed = truncate(_rows(generator.mapping(z, c)), generator.center(c), 0.0, 2)
    assert torch.equal(mixed[:, 2:], _rows(generator.mapping(z, c))[:, 2:])
    assert torch.equal(mixed[:, :2, :6], torch.zeros(2, 2, 6))
    assert torch.allclose(generator.w_avg, generator.center(torch.eye(5)).mean(dim=0), atol=1e-6)


def test_norm_by_hand() -> None:
    norm = ConditionalNorm(2, 1).eval().requires_grad_(False)
    norm.running_mean.copy_(torch.tensor([1.0, 0.0]))
    norm.running_var.copy_(torch.tensor([4.0, 1.0]) - EPS)
    norm.scale.weight.copy_(torch.tensor([[1.0], [0.0]]))
    norm.offset.weight.copy_(torch.tensor([[0.5], [-1.0]]))
    x = torch.tensor([3.0, 5.0])[None, :, None, None]
    # ((3 - 1) / 2) * (1 + 2) + 1 and (5 / 1) * 1 - 2, for w = 2.
    assert torch.allclose(norm(x, torch.tensor([[2.0]]))[0, :, 0, 0], torch.tensor([4.0, 3.0]))


def test_settled_statistics_are_those_of_the_batches() -> None:
    norm = ConditionalNorm(3, 2)
    rng = torch.Generator().manual_seed(0)
    batches = [torch.randn(4, 3, 5, 5, generator=rng) + index for index in range(3)]
    waiting = list(batches)
    settle_statistics(norm, lambda: norm(waiting.pop(), torch.zeros(4, 2)), 3)
    everything = torch.cat(batches)
    assert not norm.training
    assert torch.allclose(norm.running_mean, everything.mean(dim=(0, 2, 3)), atol=1e-5)
    assert torch.allclose(norm.running_var, everything.var(dim=(0, 2, 3), unbiased=False), atol=1e-5)


def test_several_sets_are_not_settled_as_one() -> None:
    with pytest.raises(ValueError, match="several sets"):
        settle_statistics(ConditionalNorm(3, 2, sets=2), lambda: None, 1)


def test_standing_statistics_equal_the_batch_they_were_taken_from() -> None:
    generator = _generator()
    ws = _rows(generator.mapping(torch.randn(8, 6), _c(0, 1, 2, 3, 4, 0, 1, 2)))
    generator.train()
    by_batch = synthesize(generator, ws, None)
    settle_statistics(generator, lambda: synthesize(generator, ws, None), 2)
    assert torch.allclose(synthesize(generator, ws, None), by_batch, atol=1e-4)


def test_style_matrices_never_move_the_class() -> None:
    generator = _generator()
    matrices = generator.style_matrices()
    # Row 0: 16 places of 32 channels; then gain and shift of 32, 16, 16, 16 channels, and so on.
    assert [tuple(m.shape) for m in matrices[:2]] == [(512, 9), (160, 9)]
    for matrix in matrices:
        assert float(matrix[:, 6:].abs().max()) == 0.0
        assert float(matrix[:, :6].abs().max()) > 0.0
    assert torch.equal(matrices[0][:, :6], generator.generator.gen_z.weight[:, :6])


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"widths": "4,x"}, "whole numbers"),
        ({"channels": 3}, "unknown settings channels"),
        ({"z_dim": 0}, "at least 1"),
    ],
)
def test_what_makes_no_network_is_refused(config: dict[str, object], reason: str) -> None:
    with pytest.raises(CardInvalid, match=reason):
        build_generator("biggan", config)


def test_classes_must_fit() -> None:
    with pytest.raises(CardInvalid, match="2 classes are named, but c_dim is 24"):
        build_generator("biggan", {}, ("a", "b"))


def test_gradient_reaches_z_and_every_row() -> None:
    generator = _generator()
    z = torch.randn(1, 6, requires_grad=True)
    ws = _rows(generator.mapping(z, _c(3)))
    ws.retain_grad()
    synthesize(generator, ws, None).square().sum().backward()
    assert z.grad is not None
    assert ws.grad is not None
    assert bool((ws.grad.abs().amax(dim=2) > 0).all())


def test_statistics_follow_truncation() -> None:
    """Of five sets each picture has those of its psi; nothing else moves them."""
    config = replace(CONFIG, statistics=5)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        generator = BigGANGenerator(config).eval().requires_grad_(False)
        for norm in generator.modules():
            if isinstance(norm, StandingNorm):
                norm.running_mean.normal_()
                norm.running_var.uniform_(0.5, 2.0)
    z, c = torch.randn(2, config.z_dim), _c(1, 4)
    w, center = generator.mapping(z, c), generator.center(c)
    assert w.shape[1] == generator.spec.w_dim == len(generator.w_avg) == config.read_dim + 1
    assert (w[:, -1].tolist(), center[:, -1].tolist()) == ([1.0, 1.0], [0.0, 0.0])
    assert all(m.shape[1] == config.w_dim and not bool(m[:, -1].any()) for m in generator.style_matrices())
    ws = torch.stack([truncate(_rows(w), center, psi, None)[0] for psi in (0.25, 0.625)])
    for index, mix in enumerate(((1, 1), (2, 3))):
        alone = BigGANGenerator(CONFIG).eval().requires_grad_(False)
        wanted = {
            key: (t[mix[0]] + t[mix[1]]) / 2 if ".running_" in key else t
            for key, t in generator.state_dict().items()
        }
        alone.load_state_dict(wanted)
        one = synthesize(alone, ws[[index], :, :-1], None)
        assert torch.allclose(synthesize(generator, ws, None)[[index]], one, atol=1e-5)
    ws.requires_grad_(True)
    synthesize(generator, ws, None).square().sum().backward()
    assert ws.grad is not None
    assert not bool(ws.grad[..., -1].any())
    moved = torch.func.jvp(lambda given: synthesize(generator, given, None), (ws.detach(),), (ws.detach(),))
    tangent = moved[1]
    assert bool(tangent.isfinite().all())
    with pytest.raises(ValueError, match="1 to 1001 sets"):
        replace(CONFIG, statistics=0)
