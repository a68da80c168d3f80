"""The factor code: numbers for a network, and back to units."""

import pytest
import torch

from wend.errors import InvalidInput
from wend.perception.factor_code import FactorCode, is_circular
from wend.perception.network import Attribute, Choice

CODE = FactorCode(
    (Attribute("tilt", "degrees", -25.0, 25.0), Attribute("hue", "degrees", 0.0, 360.0)),
    (2.0, 180.0),
    (4.0, 100.0),
    (Choice("hat", ("none", "beanie", "brimmed")),),
)


def test_a_full_turn_is_a_circle_and_a_part_of_one_is_not() -> None:
    assert [is_circular(a) for a in CODE.attributes] == [False, True]
    assert CODE.width == 1 + 2 + 3


def test_raw_numbers_in_units() -> None:
    measured = CODE.decode(torch.tensor([[0.5, 0.0, -2.0, 0.0, 0.0, 0.0]]))
    assert measured.values["tilt"].tolist() == [4.0]
    assert measured.values["hue"].tolist() == pytest.approx([270.0])
    assert measured.chances["hat"].tolist()[0] == pytest.approx([1 / 3] * 3)


def test_decoding_undoes_encoding() -> None:
    values = {"tilt": torch.tensor([-25.0, 7.0]), "hue": torch.tensor([1.0, 359.0])}
    back = CODE.decode_plain(CODE.encode(values))
    for name, value in values.items():
        assert back[name].tolist() == pytest.approx(value.tolist(), abs=1e-4)


def test_gradients_reach_every_kind_of_number() -> None:
    raw = torch.tensor([[0.5, 1.0, 1.0, 0.1, 0.2, 0.3]], requires_grad=True)
    measured = CODE.decode(raw)
    (measured.values["tilt"] + measured.values["hue"] + measured.chances["hat"][:, 0]).sum().backward()
    assert raw.grad is not None
    assert bool((raw.grad != 0).all())


def test_a_card_gives_the_code_back() -> None:
    assert FactorCode.from_config(CODE.as_config()) == CODE


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("lows", [1.0]),
        ("scales", ["wide", "narrow"]),
        ("units", "degrees"),
        ("choices", ["hat"]),
        ("choices", ["hat: none"]),
    ],
)
def test_a_configuration_that_is_none_is_refused(key: str, value: list[float | str] | str) -> None:
    config: dict[str, list[bool | int | float | str] | str] = {**CODE.as_config()}
    config[key] = [*value] if isinstance(value, list) else value
    with pytest.raises(InvalidInput):
        FactorCode.from_config(config)
