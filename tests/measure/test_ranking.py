"""Distance ranking: changes of known size, and distances that do or do not see them."""

import torch
from torch import Tensor

from wend.measure.ranking import Triples, draw_triples, ranking_accuracy, standard_deviation
from wend.measure.slices import finish
from wend.perception.distance import PixelDistance
from wend.worlds.registry import open_world

WORLD = open_world("portraits")


def test_triples_change_two_different_factors_that_can_be_seen() -> None:
    triples = finish(draw_triples(WORLD, 6, 5, 32))
    assert triples.base.shape == (6, 32, 32, 3)
    assert not bool((triples.small_factor == triples.large_factor).any())
    chosen = {*triples.small_factor.tolist(), *triples.large_factor.tolist()}
    assert not any(WORLD.factors[i].is_discrete for i in chosen)
    changed = (triples.large.float() - triples.base.float()).abs().amax(dim=(1, 2, 3))
    assert bool((changed > 0).all())


def test_triples_are_the_same_again() -> None:
    a, b = (finish(draw_triples(WORLD, 3, 5, 32)) for _ in range(2))
    assert all(torch.equal(x, y) for x, y in zip(vars(a).values(), vars(b).values(), strict=True))


def test_the_standard_deviation_of_a_uniform_law() -> None:
    hue = next(f for f in WORLD.factors if f.name == "shirt_hue")
    assert standard_deviation(hue) == 360.0 / 12.0**0.5


def grey(level: int) -> Tensor:
    return torch.full((1, 32, 32, 3), level, dtype=torch.uint8)


def test_accuracy_counts_triples_in_order() -> None:
    none = torch.zeros(3, dtype=torch.long)
    triples = Triples(
        torch.cat([grey(100)] * 3),
        torch.cat([grey(110), grey(150), grey(100)]),
        torch.cat([grey(120), grey(120), grey(100)]),  # right, wrong, and a tie, which is not right
        none, none,
    )  # fmt: skip
    assert finish(ranking_accuracy(PixelDistance(), triples)) == 1.0 / 3.0


def test_images_are_altered_before_they_are_compared() -> None:
    none = torch.zeros(1, dtype=torch.long)
    triples = Triples(grey(100), grey(110), grey(120), none, none)
    assert finish(ranking_accuracy(PixelDistance(), triples, torch.zeros_like)) == 0.0
