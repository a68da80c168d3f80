"""Analytic generators: z is linear in the factors, pictures and gradients are the world's own."""

import pytest
import torch

from wend.errors import CardInvalid, InvalidShape
from wend.generators.analytic import AnalyticGenerator
from wend.generators.build import build_generator
from wend.generators.generator import Generator, synthesize
from wend.latents.seed import z_of_seeds
from wend.latents.truncation import truncate
from wend.worlds.cast import PortraitsCast
from wend.worlds.disc import Disc
from wend.worlds.factor import Factor, Normal, WorldConfig
from wend.worlds.portraits import Portraits
from wend.worlds.sprites import SpritesColor
from wend.worlds.world import class_names, factor_named


def _ws(generator: Generator, z: torch.Tensor) -> torch.Tensor:
    return generator.mapping(z)[:, None]


def test_spec() -> None:
    generator = AnalyticGenerator(Portraits())
    spec = generator.spec
    assert (spec.resolution, spec.z_dim, spec.w_dim, spec.num_ws) == (64, 42, 42, 1)
    assert spec.layer_names == ("render",)
    assert spec.noise_sizes == (0,)
    assert generator.style_matrices() == []
    assert generator.constant_noise() == [None]
    assert generator.w_avg.tolist() == [0.0] * 42
    assert list(generator.parameters()) == []
    assert generator.device == torch.device("cpu")


@pytest.mark.parametrize("world", [Portraits(), Disc()])
def test_pictures_are_the_worlds(world: Portraits | Disc) -> None:
    generator = AnalyticGenerator(world)
    z = z_of_seeds([0, 1, 2], generator.spec.z_dim)
    values = {factor.name: factor.from_z(z[:, i]) for i, factor in enumerate(world.factors)}
    expected = world.render(values, world.default_size).images
    assert torch.equal(synthesize(generator, _ws(generator, z), None), expected)


def test_z_is_linear_in_the_factors() -> None:
    generator = AnalyticGenerator(Portraits())
    z = z_of_seeds([3, 4], 42)
    a, b = (generator.factor_values(t) for t in (z[:1], z[1:]))
    middle = generator.factor_values(z.mean(dim=0, keepdim=True))
    for factor in generator.world.factors:
        if not factor.is_discrete:
            expected = (a[factor.name] + b[factor.name]) / 2
            assert torch.allclose(middle[factor.name], expected, atol=1e-4), factor.name


def test_truncation_goes_to_the_mean_of_every_factor() -> None:
    generator = AnalyticGenerator(Disc())
    ws = truncate(_ws(generator, z_of_seeds([5], 4)), generator.w_avg, 0.0, None)
    centred = Disc().render({"x": torch.zeros(1)}, 32).images
    assert torch.allclose(synthesize(generator, ws, None), centred, atol=1e-5)


def test_one_coordinate_moves_one_factor() -> None:
    generator = AnalyticGenerator(Disc())
    z = torch.zeros(2, 4)
    z[1, 0] = 2.0
    images = synthesize(generator, _ws(generator, z), None)
    # Two standard deviations of x: 0.14 of 32 pixels; a whole-pixel shift would be 1/32.
    mass = (images[:, 0] + 1.0) / 2.0 - 0.2
    axis = torch.arange(32) + 0.5
    x = (mass * axis).sum(dim=(1, 2)) / mass.sum(dim=(1, 2))
    y = (mass * axis[:, None]).sum(dim=(1, 2)) / mass.sum(dim=(1, 2))
    assert float(x[1] - x[0]) == pytest.approx(0.14 * 32, abs=0.02)
    assert float(y[1] - y[0]) == pytest.approx(0.0, abs=1e-3)


def test_states_can_be_kept_and_taken_apart() -> None:
    generator = AnalyticGenerator(Disc())
    w = generator.mapping(z_of_seeds([0, 1], 4))
    state = generator.start(2, torch.bfloat16)
    assert state.rgb is None
    done = generator.step(state, w, None)
    assert done.row == 1
    assert done.take(1, 2).rgb is not None
    assert torch.equal(generator.step(state.take(0, 1), w[:1], None).rgb, done.take(0, 1).rgb)  # type: ignore[arg-type]  # checked above


def test_gradient_is_exact() -> None:
    generator = AnalyticGenerator(Disc(), resolution=8)
    z = z_of_seeds([1], 4).requires_grad_(True)
    target = synthesize(generator, _ws(generator, z_of_seeds([2], 4)), None)
    loss = (synthesize(generator, _ws(generator, z), None) - target).square().sum()
    (gradient,) = torch.autograd.grad(loss, z)
    for index in range(4):
        step = torch.zeros(1, 4)
        step[0, index] = 1e-2
        with torch.no_grad():
            ends = [
                (synthesize(generator, _ws(generator, z + s), None) - target).square().sum()
                for s in (step, -step)
            ]
        assert float(gradient[0, index]) == pytest.approx(
            float((ends[0] - ends[1]) / 2e-2), rel=2e-2, abs=1e-2
        )


def test_laws_and_size_identify_it() -> None:
    same, other = AnalyticGenerator(Disc()), AnalyticGenerator(Disc())
    assert {k: v.tolist() for k, v in same.canonical_tensors().items()} == {
        k: v.tolist() for k, v in other.canonical_tensors().items()
    }
    changed = AnalyticGenerator(Disc(WorldConfig(laws=(("x", Normal(0.0, 0.01)),))))
    assert changed.canonical_tensors()["disc.x"].tolist() != same.canonical_tensors()["disc.x"].tolist()


def test_a_world_with_classes_takes_them_as_c() -> None:
    world = PortraitsCast()
    generator = AnalyticGenerator(world)
    assert generator.spec.classes == class_names(world)
    assert (generator.spec.z_dim, generator.spec.w_dim) == (42, 42 + 24)
    z = z_of_seeds(list(range(24)), 42)
    w = generator.mapping(z, torch.eye(24))
    values = generator.factor_values(w)
    assert values["character"].tolist() == list(range(24))
    # Exactly what the world's own laws, class by class, make of the same z.
    for i, factor in enumerate(f for f in world.factors if f.name != "character"):
        expected = torch.cat([factor.given(k).from_z(z[k : k + 1, i]) for k in range(24)])
        assert torch.allclose(values[factor.name], expected, rtol=1e-4, atol=1e-5), factor.name
    assert torch.equal(
        synthesize(generator, w[:2, None], None),
        world.render({k: v[:2] for k, v in values.items()}, 64).images,
    )


def test_truncation_keeps_the_class_and_goes_to_its_own_mean() -> None:
    world = PortraitsCast()
    generator = AnalyticGenerator(world)
    w = generator.mapping(z_of_seeds([1, 2], 42), torch.eye(24)[[5, 14]])
    centre = generator.w_avg
    at = {
        psi: generator.factor_values(truncate(w[:, None], centre, psi, None)[:, 0])
        for psi in (0.5, -0.5, 0.01)
    }
    for values in at.values():
        assert values["character"].tolist() == [5.0, 14.0]
    law = factor_named(world, "background_hue").given(14).law
    assert isinstance(law, Normal)
    assert float(at[0.01]["background_hue"][1]) == pytest.approx(law.mean, abs=1.0)


def test_a_step_in_w_moves_every_class_equally_far() -> None:
    generator = AnalyticGenerator(PortraitsCast())
    names = [f.name for f in generator.coordinates]
    w = generator.mapping(torch.zeros(24, 42), torch.eye(24))
    moved = w.clone()
    moved[:, names.index("head_x")] += 1.0
    step = generator.factor_values(moved)["head_x"] - generator.factor_values(w)["head_x"]
    law = generator.coordinates[names.index("head_x")].law
    assert isinstance(law, Normal)
    assert torch.allclose(step, torch.full((24,), law.sd), rtol=1e-4)
    # Root mean square of the classes' own.
    own = torch.tensor([f.law.sd for k in range(24) for f in [_given(k)] if isinstance(f.law, Normal)])
    assert law.sd == pytest.approx(float(own.square().mean().sqrt()), rel=1e-5)


def _given(k: int) -> Factor:
    return factor_named(PortraitsCast(), "head_x").given(k)


def test_classes_must_be_given() -> None:
    generator = AnalyticGenerator(SpritesColor())
    with pytest.raises(InvalidShape, match="not nothing"):
        generator.mapping(torch.zeros(2, 6))
    with pytest.raises(InvalidShape, match=r"c must have shape \[2, 3\]"):
        generator.mapping(torch.zeros(2, 6), torch.eye(3))


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidShape, match=r"\[N, 4\]"):
        AnalyticGenerator(Disc()).mapping(torch.zeros(1, 5))
    for config in (
        {},
        {"world": "atlantis"},
        {"world": "disc", "size": 3},
        {"world": "disc", "resolution": 2},
    ):
        with pytest.raises(CardInvalid):
            build_generator("analytic", config)
    for world, classes in (("disc", ("a",)), ("sprites-color", ()), ("sprites-color", ("heart", "square"))):
        with pytest.raises(CardInvalid, match="classes"):
            build_generator("analytic", {"world": world}, classes)
    with pytest.raises(CardInvalid, match="monocle"):
        build_generator("analytic", {"world": "portraits:monocle=none"})
    assert build_generator("analytic", {"world": "disc", "resolution": 64}).spec.resolution == 64
