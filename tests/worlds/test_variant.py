"""Variants: what one line or one file changes in a world, and what is refused."""

from pathlib import Path

import pytest
import torch

from wend.errors import InvalidFactor, InvalidVariant, WorldNotFound
from wend.worlds.cast import PortraitsCast
from wend.worlds.factor import Categorical, Law, Normal, Uniform
from wend.worlds.registry import (
    VARIANTS,
    describe_biases,
    describe_laws,
    is_world,
    open_world,
    safe_name,
    world_text,
)
from wend.worlds.variant import read_variant
from wend.worlds.world import class_names, factor_named, sample_factors


def _law(text: str, factor: str) -> Law:
    return factor_named(open_world(text), factor).law


def _normal(text: str, factor: str) -> tuple[float, float]:
    law = _law(text, factor)
    assert isinstance(law, Normal)
    return law.mean, law.sd


def _weights(text: str, factor: str) -> tuple[float, ...]:
    law = _law(text, factor)
    assert isinstance(law, Categorical)
    return law.weights


def test_one_choice_in_every_picture() -> None:
    assert _weights("portraits:glasses=none", "glasses") == (1.0, 0.0, 0.0)
    values = sample_factors(open_world("portraits:glasses=square"), 300, seed=1)
    assert values["glasses"].unique().tolist() == [2.0]
    # Nothing else changes, not even the draw.
    plain = sample_factors(open_world("portraits"), 300, seed=1)
    assert all(torch.equal(values[name], plain[name]) for name in plain if name != "glasses")


def test_the_share_of_one_choice_keeps_the_proportions_of_the_others() -> None:
    # 0.76, 0.15, 0.09 without glasses: 0.15 to 0.09 is 5 to 3.
    assert _weights("portraits:glasses.none=0.2", "glasses") == pytest.approx((0.2, 0.5, 0.3))
    assert _weights("portraits:hat.beanie=0", "hat") == pytest.approx((0.8 / 0.88, 0.0, 0.08 / 0.88))
    assert _weights("portraits:hat=uniform", "hat") == (1.0, 1.0, 1.0)


def test_spreads_and_means() -> None:
    assert _law("portraits:head_x.sd=0.05", "head_x") == Normal(0.0, 0.05)
    assert _law("portraits:head_x.sd=2x", "head_x") == Normal(0.0, 0.06)
    assert _normal("portraits:smile.shift=-0.2", "smile") == pytest.approx((0.1, 0.4))
    assert _law("portraits:smile.mean=0, smile.sd=0.5x", "smile") == Normal(0.0, 0.2)
    assert _law("portraits:tilt=uniform", "tilt") == Uniform()
    # A uniform factor keeps its mean and takes the spread: 1 / sqrt(12) of the range, twice.
    assert _normal("portraits:jaw.sd=2x", "jaw") == pytest.approx((0.5, 2.0 / 12**0.5))


def test_in_a_world_with_classes_each_class_changes() -> None:
    plain, wide = PortraitsCast(), open_world("portraits-cast:tilt.sd=2x")
    assert isinstance(wide, PortraitsCast)
    for k in range(24):
        was, law = factor_named(plain, "tilt").given(k).law, factor_named(wide, "tilt").given(k).law
        assert isinstance(was, Normal)
        assert isinstance(law, Normal)
        assert (law.mean, law.sd) == pytest.approx((was.mean, 2.0 * was.sd))
    alike = open_world("portraits-cast:tilt.sd=3")
    assert factor_named(alike, "tilt").class_laws == ()
    without = open_world("portraits-cast:character.pirate=0")
    drawn = sample_factors(without, 600, seed=2)["character"].unique().tolist()
    assert len(drawn) == 23
    assert float(class_names(without).index("pirate")) not in drawn


def test_factors_that_go_together() -> None:
    world = open_world("portraits:smile~mouth_open=0.8")
    assert world.config.correlations == (("smile", "mouth_open", 0.8),)
    values = sample_factors(world, 2000, seed=1)
    assert float(torch.corrcoef(torch.stack([values["smile"], values["mouth_open"]]))[0, 1]) > 0.6
    odd = "portraits:smile~jaw=0.9,jaw~tilt=0.9,smile~tilt=-0.9"
    with pytest.raises(InvalidFactor, match="cannot all be correlated"):
        sample_factors(open_world(odd), 2, seed=1)


def test_bundled_variants() -> None:
    for name, meaning in VARIANTS.items():
        assert is_world(name)
        assert open_world(name).factors == open_world(meaning).factors != open_world("portraits").factors
    assert _law("portraits-x-double", "head_x") == Normal(0.0, 0.06)
    both = open_world("portraits-without-glasses:hat=none")
    assert both.config.name == "glasses=none,hat=none"
    assert "Never drawn: glasses round, glasses square, hat beanie, hat brimmed" in describe_biases(both)
    assert describe_laws(both)["hat"] == "choice(1, 0, 0) of none, beanie, brimmed"


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("atlantis:glasses=none", WorldNotFound, "atlantis"),
        ("portraits:", InvalidVariant, "nothing between"),
        ("portraits:glasses=none,,hat=none", InvalidVariant, "nothing between"),
        ("portraits:glasses", InvalidVariant, "not of the form"),
        ("portraits:glasses=monocle", InvalidVariant, "none, round, square"),
        ("portraits:glasses.monocle=0.5", InvalidVariant, "none, round, square"),
        ("portraits:glasses.round=1.5", InvalidVariant, "from 0 to 1"),
        ("portraits:glasses=none,glasses.none=0.5", InvalidVariant, "no other choice"),
        ("portraits:monocle=none", InvalidFactor, "monocle"),
        ("portraits:head_x=0.1", InvalidVariant, "head_x.sd"),
        ("portraits:head_x.width=0.1", InvalidVariant, "head_x.sd"),
        ("portraits:head_x.sd=wide", InvalidVariant, "needs a number"),
        ("portraits:head_x.sd=nan", InvalidVariant, "needs a number"),
        ("portraits:head_x.sd=1e999", InvalidVariant, "needs a number"),
        ("portraits:head_x.sd=0", InvalidFactor, "above 0"),
        ("portraits:head_x.sd=-1x", InvalidFactor, "above 0"),
        ("portraits:head_x.mean=0.5", InvalidFactor, "from -0.16 to 0.16"),
        ("portraits:head_x.sd=1x,head_x.sd=2x", InvalidVariant, "after another for head_x.sd"),
        ("portraits:smile~smile=0.5", InvalidVariant, "no correlation"),
        ("portraits:smile~jaw=1", InvalidVariant, "no correlation"),
        ("portraits-cast:character=pirate,character.pirate=0", InvalidVariant, "no other choice"),
        ("portraits:" + "jaw=uniform," * 100, InvalidVariant, "more than 1000 characters"),
    ],
)
def test_what_is_refused(text: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        open_world(text)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "few.toml"
    path.write_text('world = "portraits"\n[change]\nglasses = "none"\n"tilt.sd" = "2x"\n"hat.beanie" = 0.5\n')
    assert world_text(str(path)) == "portraits:glasses=none,tilt.sd=2x,hat.beanie=0.5"
    assert _law(world_text(str(path)), "tilt") == Normal(0.0, 9.0)
    assert world_text("portraits:tilt.sd=2x") == "portraits:tilt.sd=2x"
    assert world_text("photos.zip") == "photos.zip"
    for text, says in (
        ("world = 3\n", "no variant file"),
        ('world = "portraits"\nlaws = 3\n', "no variant file"),
        ('world = "portraits"\n[change]\ntilt = true\n', "neither a number nor a word"),
        ('world = "portraits"\n[change]\ntilt.sd = 3\n', "stand in quotes"),
        ('world = "portraits"\n[change]\nhat = "none,tilt=uniform"\n', "comma"),
        ("world = ", "cannot be read|no file that can be read"),
    ):
        path.write_text(text)
        with pytest.raises(InvalidVariant, match=says):
            read_variant(path)
    with pytest.raises(InvalidVariant, match="no file"):
        world_text(str(tmp_path / "missing.toml"))


def test_names_are_safe_in_files() -> None:
    assert safe_name("portraits") == "portraits"
    assert safe_name("portraits:glasses=none,head_x.sd=2x") == "portraits-glasses-none-head_x.sd-2x"
    long = "portraits-cast:" + ",".join(f"tilt~smile={k}" for k in range(20))
    assert len(safe_name(long)) <= 50
    assert safe_name(long) != safe_name(long + "1")
    assert not is_world("C:\\pictures")
    assert not is_world("photos")
