"""Variability law: discs of five kinds that differ in spread alone, moved in z (each by its own spread) and
in w (all alike)."""

import json
from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.measure.test_model_truth import DiscEye
from tests.measure.test_smoothness import SquaredDistance
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.latents.walk import Direction
from wend.measure.classes import class_seeds
from wend.measure.export import to_csv, to_json
from wend.measure.probe import Probe
from wend.measure.slices import finish
from wend.measure.variability import VariabilityLaw, class_sigmas, variability_law
from wend.measure.walk_aim import Aim
from wend.measure.walk_judge import Judge
from wend.worlds.disc import FACTORS, Disc
from wend.worlds.factor import Categorical, Factor, Normal, WorldConfig
from wend.worlds.world import Scene

SDS = (0.01, 0.02, 0.03, 0.04, 0.05)
KINDS = ("a", "b", "c", "d", "e")
SIZE = 32
AIM = Aim("x", "px", float(SIZE))
JUDGE = Judge(DiscEye(), DiscEye(), SquaredDistance())


class Discs:
    """The disc world with a kind for each spread of x."""

    name = "discs"
    labels: tuple[str, ...] = Disc.labels
    default_size = SIZE
    class_factor: str | None = "kind"

    def __init__(self) -> None:
        self.config = WorldConfig()
        even = (1.0,) * len(SDS)
        kind = Factor("kind", "choice", 0, len(SDS) - 1, Categorical(even), "which", KINDS)
        x = FACTORS[0].with_class_laws([Normal(0.0, sd) for sd in SDS], even)
        self.factors = (kind, x, *FACTORS[1:])

    def render(self, values: Mapping[str, Tensor], size: int) -> Scene:
        return Disc().render({name: value for name, value in values.items() if name != "kind"}, size)


def _law(space: str) -> VariabilityLaw:
    world = Discs()
    generator = AnalyticGenerator(world, SIZE)
    probe = Probe(generator, 1.0, class_seeds(len(SDS), 8))
    width = generator.spec.z_dim if space == "z" else generator.spec.w_dim
    walk = Direction(torch.eye(width)[0], 1.0, "z" if space == "z" else "w", (0, 1))
    sigmas = finish(class_sigmas(world, AIM, 10, 0, SIZE))
    return finish(variability_law("shift_x", probe, walk, 1.5, AIM, JUDGE, world, sigmas))


def test_what_varies_more_is_moved_further() -> None:
    law = _law("z")
    sigmas = np.array([c.sigma for c in law.classes])
    np.testing.assert_allclose(sigmas, SIZE * np.array(SDS), rtol=0.05)
    # A step in z is one standard deviation of the class: the reach is 3 of them.
    np.testing.assert_allclose([c.reach for c in law.classes], 3.0 * SIZE * np.array(SDS), rtol=0.08)
    assert [c.name for c in law.classes] == list(KINDS)
    assert law.correlation.r > 0.99
    assert law.correlation.low > 0.8
    assert law.slope == pytest.approx(3.0, rel=0.08)
    assert law.p_value < 1e-3
    assert law.per_class == 8
    assert law.own.r > 0.5
    assert all(c.error < 0.1 for c in law.classes)


def test_what_is_moved_alike_follows_no_law() -> None:
    law = _law("w")
    assert min(c.reach for c in law.classes) > 1.0
    assert abs(law.slope) < 0.05


def test_what_pixels_tell_is_measured_in_the_worlds_pictures() -> None:
    aim = Aim("luminance", "of range")
    sigmas = finish(class_sigmas(Discs(), aim, 60, 0, 16))
    # Brightness and size have one law for all kinds, and the place does not change the mean.
    assert max(sigmas) < 1.6 * min(sigmas)
    assert min(sigmas) > 0.0


def test_it_is_told_in_numbers_rows_and_points() -> None:
    law = _law("z")
    answer = json.loads(to_json(law.as_dict()))
    assert answer["correlation"]["r"] == law.correlation.r
    assert len(to_csv(law.table()).splitlines()) == 6
    chart = law.chart()
    assert chart.correlation == pytest.approx(law.correlation.r)
    assert chart.names == KINDS


def test_refusals() -> None:
    with pytest.raises(InvalidInput, match="no classes"):
        finish(class_sigmas(Disc(), AIM, 10, 0, SIZE))
    generator = AnalyticGenerator(Discs(), SIZE)
    walk = Direction(torch.eye(generator.spec.z_dim)[0], 1.0, "z", (0, 1))
    probe = Probe(generator, 1.0, list(range(7)))
    with pytest.raises(InvalidInput, match="5 classes"):
        finish(variability_law("shift_x", probe, walk, 1.0, AIM, JUDGE, Discs(), SDS))
