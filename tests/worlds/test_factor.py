"""Factors and laws: quantiles, the linear coordinate z, and the worlds by name."""

import pytest
import torch

from wend.errors import WorldNotFound
from wend.worlds.factor import Categorical, Factor, Normal, Uniform, WorldConfig
from wend.worlds.portraits import Portraits
from wend.worlds.registry import WORLDS, describe_biases, describe_laws, open_world
from wend.worlds.sprites import Sprites

U = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0], dtype=torch.float64)


def test_quantiles() -> None:
    assert Factor("a", "x", 2.0, 4.0, Uniform(), "").quantile(U).tolist() == [2.0, 2.5, 3.0, 3.5, 4.0]
    normal = Factor("a", "x", -10.0, 10.0, Normal(1.0, 2.0), "").quantile(U)
    # 0.6745 is the upper quartile of a standard normal.
    assert torch.allclose(normal[1:4], 1.0 + 2.0 * torch.tensor([-0.67449, 0.0, 0.67449]).double(), atol=1e-4)
    choice = Factor("a", "choice", 0, 2, Categorical((2.0, 1.0, 1.0)), "", ("p", "q", "r"))
    assert choice.quantile(torch.tensor([0.49, 0.51, 0.74, 0.76])).tolist() == [0.0, 1.0, 1.0, 2.0]


def test_z_is_linear_and_keeps_the_law() -> None:
    z = torch.tensor([-5.0, 0.0, 1.0, 5.0], dtype=torch.float64)
    assert Factor("a", "x", -1.0, 1.0, Normal(0.5, 0.1), "").from_z(z).tolist() == pytest.approx(
        [0.0, 0.5, 0.6, 1.0]
    )
    uniform = Factor("a", "x", 0.0, 1.0, Uniform(), "").from_z(z)
    assert uniform.tolist() == pytest.approx([0.5 + value / 12**0.5 for value in z.tolist()])
    choice = Factor("a", "choice", 0, 1, Categorical((0.975, 0.025)), "", ("no", "yes"))
    assert choice.from_z(torch.tensor([0.0, 1.9, 2.0])).tolist() == [0.0, 0.0, 1.0]


def test_registry() -> None:
    for name in WORLDS:
        assert open_world(name).name == name
    with pytest.raises(WorldNotFound):
        open_world("atlantis")


def test_laws_in_words() -> None:
    config = WorldConfig(
        laws=(("tilt", Normal(0.0, 6.0)), ("earrings", Categorical((9.3, 0.7)))),
        correlations=(("smile", "mouth_open", 0.5),),
    )
    laws = describe_laws(Portraits(config))
    assert laws["tilt"] == "normal(0, sd 6), -25 to 25 degrees"
    assert laws["earrings"] == "choice(0.93, 0.07) of none, gold"
    assert laws["smile~mouth_open"].endswith("0.5")


def test_biases_in_words() -> None:
    biases = describe_biases(Portraits(WorldConfig(laws=(("earrings", Categorical((9.3, 0.7))),))))
    assert "earrings gold (7 %)" in biases
    assert "eyepatch left (0.3 %)" in biases
    assert "earrings none" not in biases
    assert "normal laws" in describe_biases(Portraits())
    assert "nothing in it is rare" in describe_biases(Sprites())
