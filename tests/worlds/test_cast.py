"""The cast: characters told apart at a glance, spreads as published, everything else the portraits'."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from wend.errors import InvalidFactor
from wend.worlds.cast import CLASS_FACTOR, SPREAD_RATIO, SPREADS, PortraitsCast
from wend.worlds.characters import BARE, CAST
from wend.worlds.factor import Categorical, Normal, WorldConfig
from wend.worlds.portraits import FACTORS, Portraits
from wend.worlds.registry import describe_biases, describe_laws
from wend.worlds.world import class_names, complete_values, factor_named, sample_factors

WORLD = PortraitsCast()


def test_who_is_in_it() -> None:
    names = class_names(WORLD)
    assert len(names) == len(set(names)) == 24
    assert {"captain", "pirate", "duchess", "genie"} <= set(names)
    assert [f.name for f in WORLD.factors] == [CLASS_FACTOR, *(f.name for f in FACTORS)]
    assert WORLD.labels == Portraits.labels
    assert class_names(Portraits()) == ()


def test_costumes_name_factors_and_choices_that_exist() -> None:
    known = {f.name: f for f in FACTORS}
    for character in CAST:
        assert not set(character.costume) & set(SPREADS), character.name
        assert not set(character.temper) & (set(SPREADS) | set(character.costume) | set(BARE)), character.name
        for name, worn in (BARE | character.costume).items():
            assert (worn in known[name].choices) if isinstance(worn, str) else not known[name].is_discrete


def test_spreads_reach_a_factor_six_and_do_not_go_together() -> None:
    sigmas = WORLD.class_sigmas()
    assert set(sigmas) == set(SPREADS)
    for name, values in sigmas.items():
        assert len(values) == 24
        assert 5.5 < max(values) / min(values) <= SPREAD_RATIO, name
        factor = factor_named(WORLD, name)
        means = {round(factor.given(k).moments()[0], 9) for k in range(24)}
        assert len(means) == 1, name
    for a, b in itertools.combinations(sigmas.values(), 2):
        assert abs(np.corrcoef(a, b)[0, 1]) < 0.3
        assert abs(np.corrcoef(np.log(a), np.log(b))[0, 1]) < 0.3


def test_what_is_drawn_has_those_spreads() -> None:
    values = sample_factors(WORLD, 24_000, seed=5)
    who = values[CLASS_FACTOR]
    assert torch.bincount(who.long(), minlength=24).min() > 850
    for name, sigmas in WORLD.class_sigmas().items():
        drawn = torch.stack([values[name][who == k].std() for k in range(24)])
        assert torch.allclose(drawn, torch.tensor(sigmas), rtol=0.09), name
    # What all pictures together do is the law of the factor itself.
    for name in ("head_x", "hat", "shirt_hue"):
        mean, sd = values[name].mean(), values[name].std()
        factor = factor_named(WORLD, name)
        if isinstance(factor.law, Normal):
            assert float(mean) == pytest.approx(factor.law.mean, abs=0.05 * factor.law.sd)
            assert float(sd) == pytest.approx(factor.law.sd, rel=0.03)
        else:
            assert float(mean) == pytest.approx(factor.moments()[0], abs=0.02)


def test_an_item_depends_on_its_seed_and_index_alone() -> None:
    few, many = sample_factors(WORLD, 5, seed=2), sample_factors(WORLD, 60, seed=2)
    for name, value in few.items():
        assert torch.allclose(value, many[name][:5], atol=1e-6), name


def test_a_character_wears_its_costume_and_what_is_given_wins() -> None:
    pirate = float(class_names(WORLD).index("pirate"))
    full = complete_values(WORLD, {CLASS_FACTOR: torch.tensor([pirate])})
    assert full["eyepatch"].tolist() == [1.0]
    assert full["hat"].tolist() == [2.0]
    assert full["beard"].tolist() == [1.0]
    bare = WORLD.render({CLASS_FACTOR: torch.tensor([pirate]), "hat": torch.zeros(1)}, 32)
    assert WORLD.labels.index("hat") not in bare.labels.unique().tolist()
    assert WORLD.labels.index("eyepatch") in bare.labels.unique().tolist()


def test_pictures_are_those_of_the_portraits_painter() -> None:
    values = sample_factors(WORLD, 3, seed=1)
    mine = WORLD.render(values, 32)
    theirs = Portraits().render({k: v for k, v in values.items() if k != CLASS_FACTOR}, 32)
    assert torch.equal(mine.images, theirs.images)
    assert torch.equal(mine.labels, theirs.labels)
    assert torch.equal(mine.lines, theirs.lines)
    assert torch.equal(mine.factors[CLASS_FACTOR], values[CLASS_FACTOR])


def test_a_thumbnail_tells_who_it_is() -> None:
    values = sample_factors(WORLD, 360, seed=8)
    with torch.no_grad():
        images = WORLD.render(values, 32).images
    small = F.avg_pool2d(images, 4).flatten(1)
    who = values[CLASS_FACTOR].long()
    known, unknown = slice(0, 264), slice(264, None)
    means = torch.stack([small[known][who[known] == k].mean(0) for k in range(24)])
    guess = torch.cdist(small[unknown], means).argmin(dim=1)
    # Even by the nearest mean of 8 x 8 pixels, whatever the pose and the light.
    assert float((guess == who[unknown]).float().mean()) > 0.9


def test_a_class_can_be_left_out() -> None:
    weights = tuple(float(c.name != "witch") for c in CAST)
    world = PortraitsCast(WorldConfig(laws=((CLASS_FACTOR, Categorical(weights)),)))
    who = sample_factors(world, 500, seed=3)[CLASS_FACTOR]
    assert float(class_names(world).index("witch")) not in who.unique().tolist()
    hats = factor_named(world, "hat").law
    assert isinstance(hats, Categorical)
    brimmed = sum(c.costume.get("hat") == "brimmed" for c in CAST) - 1
    assert hats.weights[2] == pytest.approx(brimmed / 23)


def test_laws_in_words_name_the_characters() -> None:
    laws = describe_laws(WORLD)
    assert "; left: pirate" in laws["eyepatch"]
    assert laws["glasses"].endswith("round: librarian, stargazer; square: professor, teacher")
    assert laws["jaw"].endswith("normal(0.9, sd 0.12): cowboy; normal(1, sd 0.12): grump")
    assert all(len(text) < 4000 for text in laws.values())
    biases = describe_biases(WORLD)
    assert "Never drawn: eyepatch right." in biases
    assert "character" not in biases


def test_laws_per_class_must_fit() -> None:
    one = WorldConfig(laws=(("tilt", (Normal(0.0, 1.0),)),))
    with pytest.raises(InvalidFactor, match="1 laws, one per class"):
        PortraitsCast(one)
    with pytest.raises(InvalidFactor, match="one per class"):
        Portraits(one)
    same = PortraitsCast(WorldConfig(laws=(("tilt", Normal(0.0, 2.0)),)))
    assert same.class_sigmas()["tilt"] == pytest.approx((2.0,) * 24)
