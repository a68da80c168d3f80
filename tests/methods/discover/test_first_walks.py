"""Principal components and closed-form factorisation find axes that are known."""

from itertools import pairwise

import torch

from tests.methods.linear_generator import LinearGenerator, random_axes
from wend.generators.biggan import BigGANConfig, BigGANGenerator
from wend.generators.build import build_generator
from wend.generators.chain import ChainGenerator
from wend.generators.plain import PlainGenerator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.generators.vae import VAEConfig, VAEDecoder
from wend.measure.slices import finish
from wend.methods.discover.candidate import FAMILIES, candidates, layer_range
from wend.methods.discover.ganspace import WSample, feature_axes, oriented, principal_axes
from wend.methods.discover.sefa import closed_form_axes

AXES = random_axes(6)
SDS = torch.tensor([5.0, 3.0, 2.0, 1.0, 0.5, 0.1])
# Rows of style matrices are normalised, so an axis is told apart by how many channels answer to it.
LINEAR = LinearGenerator(AXES, SDS, torch.ones(4, 6))


def _sample(generator: LinearGenerator, count: int = 20_000) -> WSample:
    sample = WSample(generator, count)
    finish(sample.gather())
    return sample


def test_covariance_is_that_of_w() -> None:
    sample = _sample(LINEAR)
    expected = AXES.T @ torch.diag(SDS**2) @ AXES
    assert float((sample.covariance - expected).abs().max()) < 0.5
    assert sample.num_slices == 10


def test_sampling_is_seeded_and_leaves_the_global_random_state_alone() -> None:
    before = torch.random.get_rng_state()
    first, second = _sample(LINEAR, 3000).covariance, _sample(LINEAR, 3000).covariance
    assert torch.equal(first, second)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_components_are_the_axes_in_units_of_their_own_sd() -> None:
    for index, axis in enumerate(principal_axes(_sample(LINEAR).covariance, 6)):
        assert abs(float(axis.vector @ AXES[index].double())) > 0.999
        assert abs(axis.sd / float(SDS[index]) - 1.0) < 0.03
        assert abs(float(axis.vector.norm()) - 1.0) < 1e-9


def test_signs_are_fixed() -> None:
    vector = torch.tensor([0.1, -0.9, 0.3])
    assert torch.equal(oriented(vector), -vector)
    assert torch.equal(oriented(-vector), -vector)
    for axis in principal_axes(_sample(LINEAR, 2000).covariance, 6):
        assert float(axis.vector[axis.vector.abs().argmax()]) > 0.0


def test_factorisation_finds_what_most_channels_answer_to() -> None:
    # Axis 2 drives 6 channels, axis 4 three, axis 0 one, at very different lengths.
    matrix = torch.cat([AXES[2].repeat(6, 1) * 0.1, AXES[4].repeat(3, 1) * 9.0, AXES[:1]])
    found = closed_form_axes([matrix[:4], matrix[4:]], 3)
    for vector, index in zip(found, (2, 4, 0), strict=True):
        assert abs(float(vector @ AXES[index].double())) > 0.999


def test_factorisation_maximises_the_change_of_styles() -> None:
    rng = torch.Generator().manual_seed(0)
    matrix = torch.randn(40, 6, generator=rng).double()
    matrix /= matrix.norm(dim=1, keepdim=True)
    first = closed_form_axes([matrix], 1)[0]
    others = torch.randn(200, 6, generator=rng).double()
    others /= others.norm(dim=1, keepdim=True)
    assert float((matrix @ first).norm()) >= float((others @ matrix.T).norm(dim=1).max())


def test_thirds_cover_every_row_once() -> None:
    for num_ws in (4, 6, 10, 18):
        rows = [layer_range(f"pca-w-{third}", num_ws) for third in ("coarse", "middle", "fine")]
        assert rows[0][0] == 0
        assert rows[-1][1] == num_ws
        assert all(a[1] == b[0] for a, b in pairwise(rows))
    assert layer_range("sefa-all", 10) == (0, 10)
    assert layer_range("pca-w", 10) == (0, 10)


def test_candidates_of_a_trained_kind() -> None:
    config = StyleGAN2Config(resolution=16, z_dim=8, w_dim=8, channel_base=64, channel_max=8)
    generator = StyleGAN2Generator(config).requires_grad_(False)
    sample = WSample(generator, 500)
    finish(sample.gather())
    found = {family: list(candidates(family, generator, sample)) for family in FAMILIES}
    assert [len(found[family]) for family in FAMILIES] == [0, 8, 6, 6, 6, 5, 5, 5, 5]
    fine = found["sefa-fine"][0]
    assert fine.id == "sefa-fine/1"
    assert fine.title == "Style 1 (fine)"
    assert fine.direction.layers == (4, 6)
    matrices = torch.cat(generator.style_matrices()[4:6]).double()
    matrices /= matrices.norm(dim=1, keepdim=True)
    top = torch.linalg.eigh(matrices.T @ matrices).eigenvectors[:, -1]
    assert abs(float(fine.direction.vector.double() @ top)) > 0.9999
    assert abs(fine.direction.unit - sample.sd_along(oriented(top))) < 1e-6


def test_feature_components_are_those_of_a_sample_and_its_regression() -> None:
    # Härkönén et al. 2020, section 3.2, done the long way: sample, decompose features, regress.
    rng = torch.Generator().manual_seed(1)
    covariance = torch.diag(torch.tensor([4.0, 1.0, 1.0, 0.25, 0.0])).double()
    matrix = torch.randn(30, 5, generator=rng).double()
    w = torch.randn(200_000, 5, generator=rng).double() @ covariance.sqrt()
    features = w @ matrix.T
    values, vectors = torch.linalg.eigh(features.T @ features / len(w))
    for index, axis in enumerate(feature_axes(covariance, matrix, 3)):
        component, variance = vectors[:, -1 - index], values[-1 - index]
        coordinates = features @ component
        regression = (w.T @ coordinates) / coordinates.square().sum() * variance.sqrt()
        move = axis.vector * axis.sd
        assert float(torch.minimum((move - regression).norm(), (move + regression).norm())) < 0.03
        assert abs(axis.share - float(variance / values.sum())) < 0.01


def test_feature_components_never_leave_where_w_varies() -> None:
    covariance = torch.diag(torch.tensor([1.0, 1.0, 0.0])).double()
    axes = feature_axes(covariance, torch.tensor([[1.0, 0.0, 5.0], [0.0, 2.0, 5.0]]), 3)
    assert [axis.vector.abs().round(decimals=6).tolist() for axis in axes] == [[0, 1, 0], [1, 0, 0]]
    assert [round(axis.sd, 6) for axis in axes] == [1.0, 1.0]
    assert [round(axis.share, 6) for axis in axes] == [0.8, 0.2]


def test_walks_of_a_class_conditional_generator_keep_the_class() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator = BigGANGenerator(BigGANConfig("4,2,1", 8, z_dim=6, embed_dim=4, c_dim=3, reduction=2))
    generator.requires_grad_(False)
    sample = WSample(generator, 3000)
    finish(sample.gather())
    assert float(sample.covariance[6:].abs().max()) < 1e-12
    found = [c for family in FAMILIES for c in candidates(family, generator, sample)]
    assert {c.method for c in found} == {"pca", "sefa"}
    for candidate in found:
        assert float(candidate.direction.vector[6:].abs().max()) < 1e-6, candidate.id
        assert 0.9 < candidate.direction.unit < 1.1, candidate.id
    shares = [float(c.settings["variance_share"]) for c in found if c.family == "pca-w"]
    assert shares == sorted(shares, reverse=True)
    assert abs(sum(shares) - 1.0) < 1e-6


def test_a_short_z_has_a_walk_for_every_coordinate() -> None:
    """Of a generator without w: its coordinates, and what its first layer hears most, all in z."""
    config = VAEConfig(32, 4, 1, channels=4, hidden=8)
    generator = PlainGenerator(VAEDecoder(config), 32, 4).eval().requires_grad_(False)
    sample = WSample(generator)
    finish(sample.gather())
    found = {family: list(candidates(family, generator, sample)) for family in FAMILIES}
    assert [one.key for one in found["factors"]] == ["z1", "z2", "z3", "z4"]
    axes = torch.stack([one.direction.vector for one in found["factors"]])
    assert torch.equal(axes, torch.eye(4))
    assert all(one.direction.space == "z" for family in found.values() for one in family)
    heard = generator.first.weight @ found["pca-w"][0].direction.vector
    assert float(heard.norm()) > 0.95 * float(torch.linalg.matrix_norm(generator.first.weight, 2))
    assert found["pca-w-coarse"] == found["sefa-coarse"] == []
    # A chain has layers, and z goes into the first of them alone: a third of them is no slider of its own.
    chain = build_generator("progressive", {"z_dim": 8, "widths": "8,8,4"})
    assert isinstance(chain, ChainGenerator)
    assert chain.spec.num_ws >= 3
    sample = WSample(chain)
    finish(sample.gather())
    families = {family: list(candidates(family, chain, sample)) for family in FAMILIES}
    assert {family for family, walks in families.items() if walks and family != "factors"} == {
        "pca-w",
        "sefa-all",
    }
    long = PlainGenerator(VAEDecoder(VAEConfig(32, 40, 1, 4, 8)), 32, 40)
    assert list(candidates("factors", long, sample)) == []
