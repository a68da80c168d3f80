"""Effects: what moves most against what is usual comes first; hues the shorter way; choices too."""

import numpy as np
import pytest
from torch import Tensor

from wend.generators.analytic import AnalyticGenerator
from wend.measure.attributes import AttributeColumn, Attributes, ChoiceColumn
from wend.measure.effect import effects, lead_of, look_at
from wend.measure.probe import Probe
from wend.perception.network import Attribute, Choice, Measurement
from wend.worlds.disc import Disc


def attributes(x: list[float], hue: list[float], hat: list[float]) -> Attributes:
    chances = np.array([[1.0 - chance, chance] for chance in hat])
    return Attributes(
        (
            AttributeColumn("x", "of width", np.array(x)),
            AttributeColumn("hue", "degrees", np.array(hue), 360.0),
        ),
        (ChoiceColumn("hat", ("none", "beanie"), chances),),
    )


OWN = attributes([-0.1, 0.1, -0.1, 0.1], [350.0, 10.0, 350.0, 10.0], [0.0] * 4)
STILL = attributes([0.0] * 4, [355.0] * 4, [0.1] * 4)


def test_changes_are_told_in_usual_spreads() -> None:
    moved = effects(OWN, STILL, attributes([0.2, 0.2, 0.3, -0.1], [5.0] * 4, [0.1] * 4))
    assert [effect.name for effect in moved] == ["x", "hue"]
    x, hue = moved
    assert (x.unit, x.agreement) == ("of width", 0.75)
    assert x.change == pytest.approx(0.2)
    assert x.size == pytest.approx(2.0)
    # From 355 to 5 degrees are 10, not 350; the pictures' own hues scatter by 10 about 0.
    assert [hue.change, hue.size, hue.agreement] == pytest.approx([10.0, 1.0, 1.0])


def test_a_choice_that_turns_over() -> None:
    moved = effects(OWN, STILL, attributes([0.0] * 4, [355.0] * 4, [0.9] * 4))
    assert moved[0].name == "hat"
    assert moved[0].options == ("none", "beanie")
    assert [moved[0].change, moved[0].size] == pytest.approx([0.8, 2.0])
    back = effects(OWN, attributes([0.0] * 4, [355.0] * 4, [0.9] * 4), STILL)
    assert back[0].options == ("beanie", "none")


def test_what_never_varies_or_is_not_found_is_left_out() -> None:
    gone = attributes([float("nan")] * 4, [355.0] * 4, [0.1] * 4)
    assert [e.name for e in effects(OWN, STILL, gone)] == ["hue"]
    assert "x" not in [e.name for e in effects(STILL, STILL, OWN)]


class Eye:
    """Reads how bright a picture is, and remembers how many it was shown at once."""

    attributes = (Attribute("level", "-1..1", -1.0, 1.0),)
    choices: tuple[Choice, ...] = ()

    def __init__(self) -> None:
        self.shown: list[int] = []

    def measure(self, images: Tensor) -> Measurement:
        self.shown.append(len(images))
        return Measurement({"level": images.mean(dim=(1, 2, 3))}, {})


def test_a_slice_of_a_look_draws_a_chunk_or_reads_one() -> None:
    probe, eye = Probe(AnalyticGenerator(Disc()), 1.0, list(range(5))), Eye()
    looking = look_at(probe, eye)
    read: list[list[int]] = []
    for _ in looking:
        read.append(eye.shown[sum(map(len, read)) :])
    # In turns: a chunk is drawn, and what was drawn is read in a slice of its own.
    assert read == [[], [2], [], [2], [], [1]]


def test_a_lead_is_the_share_of_all_that_moves() -> None:
    # x goes 2 spreads alone; then the hue 1 spread as well: 4 of 4 + 1.
    alone = attributes([0.2] * 4, [355.0] * 4, [0.1] * 4)
    assert lead_of("x", OWN, STILL, alone) == pytest.approx(1.0)
    both = attributes([0.2] * 4, [5.0] * 4, [0.1] * 4)
    assert lead_of("x", OWN, STILL, both) == pytest.approx(0.8)
    assert lead_of("hue", OWN, STILL, both) == pytest.approx(0.2)
    # Hues that go either way have no name and count all the same; so does a choice.
    scattered = attributes([0.2] * 4, [345.0, 5.0, 345.0, 5.0], [0.1] * 4)
    assert lead_of("x", OWN, STILL, scattered) == pytest.approx(0.8)
    hat = attributes([0.2] * 4, [355.0] * 4, [0.9] * 4)
    assert lead_of("x", OWN, STILL, hat) == pytest.approx(0.5)


def test_nothing_leads_where_nothing_moves_or_is_known() -> None:
    assert lead_of("x", OWN, STILL, STILL) == 0.0
    assert lead_of("x", STILL, STILL, attributes([0.2] * 4, [5.0] * 4, [0.1] * 4)) == 0.0
