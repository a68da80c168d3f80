"""The portraits world keeps its word: every factor is named, seen, independent and differentiable."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.stats import spearmanr
from torch import Tensor

from wend.errors import InvalidFactor
from wend.worlds.factor import Categorical, Factor, Normal, WorldConfig
from wend.worlds.portraits import FACTORS, Portraits
from wend.worlds.world import Scene, draw, sample_factors

WORLD = Portraits()
NAMES = [factor.name for factor in FACTORS]
# A factor of something worn or grown is seen on those who have it.
WEARING = {"hat_hue": {"hat": 1.0}, "hair_length": {"hair_style": 2.0}}


@pytest.fixture(scope="module")
def scene() -> Scene:
    """48 portraits of 64 px."""
    return draw(WORLD, 48, seed=3, size=64)


def _label(name: str) -> int:
    return WORLD.labels.index(name)


def test_it_has_enough_factors() -> None:
    assert len(FACTORS) >= 25
    assert len(set(NAMES)) == len(NAMES)
    assert all(factor.low < factor.high for factor in FACTORS)


def test_shapes_and_ranges(scene: Scene) -> None:
    assert scene.images.shape == (48, 3, 64, 64)
    assert scene.images.dtype == torch.float32
    assert float(scene.images.min()) >= -1.0
    assert float(scene.images.max()) <= 1.0
    assert scene.labels.shape == (48, 64, 64)
    assert scene.labels.dtype == torch.uint8
    assert int(scene.labels.max()) < len(WORLD.labels)
    assert scene.lines.shape == (48, 1, 64, 64)
    assert float(scene.lines.min()) >= 0.0
    assert float(scene.lines.max()) <= 1.0
    assert set(scene.factors) == set(NAMES)


def test_same_seed_same_pictures_whatever_the_count(scene: Scene) -> None:
    again = draw(WORLD, 5, seed=3, size=64, chunk=2)
    assert torch.equal(again.images, scene.images[:5])
    assert torch.equal(again.labels, scene.labels[:5])
    assert torch.equal(again.lines, scene.lines[:5])
    assert not torch.equal(draw(WORLD, 5, seed=4, size=64).images, again.images)


@pytest.mark.parametrize("factor", FACTORS, ids=NAMES)
def test_each_factor_changes_the_picture(factor: Factor) -> None:
    values = sample_factors(WORLD, 6, seed=7)
    for name, value in WEARING.get(factor.name, {}).items():
        values[name] = torch.full((6,), value)
    # Several levels, since the two ends of a hue are the same colour.
    levels = factor.high + 1 if factor.is_discrete else 5
    images = torch.stack(
        [
            WORLD.render({**values, factor.name: torch.full((6,), float(level))}, 64).images
            for level in torch.linspace(factor.low, factor.high, int(levels))
        ]
    )
    changed = (images.amax(dim=0) - images.amin(dim=0)).amax(dim=1) > 4 / 255
    assert float(changed.float().mean()) >= 0.005


def test_factors_are_independent() -> None:
    values = sample_factors(WORLD, 4000, seed=11)
    table = np.stack([values[name].numpy() for name in NAMES], axis=1)
    ranks = np.asarray(spearmanr(table).statistic)
    np.fill_diagonal(ranks, 0.0)
    # 861 pairs of 4000: chance alone stays below 4.5 standard errors of 0.0158.
    assert np.abs(ranks).max() < 0.071


def test_laws_are_followed() -> None:
    values = sample_factors(WORLD, 4000, seed=12)
    for factor in FACTORS:
        if isinstance(factor.law, Categorical):
            for choice, weight in enumerate(factor.law.weights):
                share = float((values[factor.name] == choice).float().mean())
                assert share == pytest.approx(weight / sum(factor.law.weights), abs=0.025)
        else:
            # Every quarter of a continuous law is hit equally often.
            quarters = torch.quantile(values[factor.name], torch.tensor([0.25, 0.5, 0.75]))
            spread = float(factor.high - factor.low)
            expected = factor.quantile(torch.tensor([0.25, 0.5, 0.75]))
            assert float((quarters - expected).abs().max()) < 0.03 * spread, factor.name
        assert float(values[factor.name].min()) >= factor.low
        assert float(values[factor.name].max()) <= factor.high


def test_configured_correlation_and_law() -> None:
    config = WorldConfig(
        "test",
        laws=(("tilt", Normal(5.0, 2.0)), ("hat", Categorical((0.0, 1.0, 0.0)))),
        correlations=(("smile", "mouth_open", 0.7),),
    )
    values = sample_factors(Portraits(config), 4000, seed=13)
    assert float(values["tilt"].mean()) == pytest.approx(5.0, abs=0.15)
    assert bool((values["hat"] == 1).all())
    rank = spearmanr(values["smile"].numpy(), values["mouth_open"].numpy()).statistic
    # Spearman's rho of a Gaussian copula: 6/pi asin(rho/2) (Kruskal 1958).
    assert float(rank) == pytest.approx(6 / np.pi * np.arcsin(0.35), abs=0.03)


def test_labels_agree_with_the_picture(scene: Scene) -> None:
    labels, factors = scene.labels, scene.factors

    def share(name: str) -> Tensor:
        return (labels == _label(name)).float().mean(dim=(1, 2))

    assert bool((share("face") > 0.02).all())
    assert bool(((share("hat") > 0.005) == (factors["hat"] > 0)).all())
    assert bool(((share("glasses") > 0.005) == (factors["glasses"] > 0)).all())
    assert bool((share("earring")[factors["earrings"] == 0] == 0).all())
    assert bool((share("beard")[factors["beard"] == 0] == 0).all())
    # The corner above a head is background, the bottom row's middle is the shirt.
    assert float((labels[:, 0, 0] == _label("background")).float().mean()) > 0.9
    assert float((labels[:, -1, 32] == _label("shirt")).float().mean()) > 0.9


def test_background_label_is_where_the_head_leaves_the_picture_alone() -> None:
    values = {"head_x": torch.tensor([-0.16, 0.16]), "hat": torch.zeros(2), "hair_style": torch.zeros(2)}
    scene = WORLD.render(values, 64)
    untouched = (scene.labels == _label("background")).all(dim=0)
    # Where neither head is, both pictures show the same wall.
    difference = (scene.images[0] - scene.images[1]).abs().amax(dim=0)[untouched]
    assert bool(untouched.any())
    assert float(difference.quantile(0.95)) < 1e-6


def test_lines_lie_on_the_borders_of_labels(scene: Scene) -> None:
    is_border = torch.zeros_like(scene.labels, dtype=torch.bool)
    is_border[:, 1:] |= scene.labels[:, 1:] != scene.labels[:, :-1]
    is_border[:, :, 1:] |= scene.labels[:, :, 1:] != scene.labels[:, :, :-1]
    near = F.max_pool2d(is_border[:, None].float(), 5, stride=1, padding=2) > 0
    ink = scene.lines > 0.5
    assert 0.03 < float(ink.float().mean()) < 0.35
    assert float(near[ink].float().mean()) > 0.95


def test_sizes_show_the_same_picture() -> None:
    images = {size: draw(WORLD, 6, seed=5, size=size).images for size in (32, 64, 128)}
    for small, large in ((32, 64), (64, 128)):
        error = (F.avg_pool2d(images[large], 2) - images[small]).abs().mean()
        assert float(error) < 0.03


def test_edges_are_soft() -> None:
    soft = WORLD.render({"head_x": torch.tensor([0.0])}, 64).images
    moved = WORLD.render({"head_x": torch.tensor([0.1 / 64])}, 64).images
    change = (soft - moved).abs().amax(dim=1)
    # A tenth of a pixel moves edges by about a tenth of their contrast: no pixel jumps.
    assert 0.0 < float(change.max()) < 0.5


def test_values_beyond_the_range_stay_finite() -> None:
    for sign in (-1.0, 1.0):
        z = torch.eye(len(FACTORS)) * 100.0 * sign
        values = {f.name: f.from_z(z[:, i]) for i, f in enumerate(FACTORS)}
        scene = WORLD.render(values, 16)
        assert bool(torch.isfinite(scene.images).all())
        assert bool(torch.isfinite(scene.lines).all())


def test_unknown_factors_and_laws_are_refused() -> None:
    with pytest.raises(InvalidFactor, match="wings"):
        WORLD.render({"wings": torch.zeros(1)}, 16)
    with pytest.raises(InvalidFactor, match="lengths"):
        WORLD.render({"tilt": torch.zeros(1), "yaw": torch.zeros(2)}, 16)
    with pytest.raises(InvalidFactor, match="cannot follow"):
        Portraits(WorldConfig(laws=(("hat", Normal(0.0, 1.0)),)))
    with pytest.raises(InvalidFactor, match="3 choices"):
        Portraits(WorldConfig(laws=(("hat", Categorical((1.0,))),)))
    with pytest.raises(InvalidFactor, match="wings"):
        Portraits(WorldConfig(laws=(("wings", Normal(0.0, 1.0)),)))
    with pytest.raises(InvalidFactor, match="not both"):
        sample_factors(Portraits(WorldConfig(correlations=(("tilt", "wings", 0.5),))), 2, 0)


def test_gradient_reaches_every_continuous_factor() -> None:
    values = {name: value.requires_grad_(True) for name, value in sample_factors(WORLD, 3, seed=9).items()}
    weights = torch.randn(3, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    wearing = {"hat": torch.ones(3), "hair_style": torch.full((3,), 2.0)}
    loss = (WORLD.render({**values, **wearing}, 32).images * weights).sum()
    continuous = [factor.name for factor in FACTORS if not factor.is_discrete]
    gradients = torch.autograd.grad(loss, [values[name] for name in continuous], allow_unused=True)
    for name, gradient in zip(continuous, gradients, strict=True):
        assert gradient is not None, name
        assert bool(torch.isfinite(gradient).all()), name
        assert float(gradient.abs().max()) > 0.0, name
