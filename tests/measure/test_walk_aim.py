"""Walk aim: units and senses of edits, of factor walks, and of whatever moves most."""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from wend.errors import InvalidInput
from wend.measure.attributes import AttributeColumn, Attributes
from wend.measure.walk_aim import Aim, aim_of, aim_of_edit, aimed, strongest


@dataclass(frozen=True)
class Walked:
    settings: dict[str, object] = field(default_factory=dict)


def _column(name: str, *values: float, period: float | None = None) -> AttributeColumn:
    return AttributeColumn(name, "of width", np.array(values), period)


def _aim(edit: str) -> Aim:
    aim = aim_of_edit(edit, 64)
    assert aim is not None
    return aim


def test_shifts_are_told_in_pixels() -> None:
    told = _aim("shift_x").of(_column("head_x", 0.25, -0.5))
    assert (told.name, told.unit, told.values.tolist()) == ("head_x", "px", [16.0, -32.0])


def test_the_tilt_turns_the_other_way() -> None:
    told = _aim("rotate2d").of(_column("tilt", 10.0, -5.0))
    assert (told.unit, told.values.tolist()) == ("degrees", [-10.0, 5.0])


def test_zoom_counts_doublings_and_finds_none_in_nothing() -> None:
    told = _aim("zoom").of(_column("head_scale", 2.0, 0.5, 0.0))
    assert told.unit == "log2 x"
    assert told.values[:2].tolist() == [1.0, -1.0]
    assert math.isnan(told.values[2])
    assert told.missing == 1


def test_hue_goes_round() -> None:
    told = _aim("hue").of(_column("picture_hue", 350.0, period=360.0))
    assert (told.unit, told.period, told.values.tolist()) == ("degrees", 360.0, [350.0])
    assert aim_of_edit("color picture_hue", 64) is None


def test_colour_by_channel() -> None:
    assert _aim("luminance").attribute == "luminance"
    own = aim_of(Walked({"edit": "color", "channel": "red"}), 64)
    assert own is not None
    assert own.attribute == "red"
    assert aim_of(Walked({"edit": "color"}), 64) == Aim("luminance", "of range")
    assert aim_of(Walked({"edit": "colorlab", "channel": "green-red"}), 64) is None
    assert aim_of_edit("rotate3d", 64) is None


@pytest.mark.parametrize("edit", ["Luminance", "brightness", "Shift_X", "shiftx", "zoom "])
def test_a_name_like_one_of_ours_says_nothing(edit: str) -> None:
    assert aim_of_edit(edit, 64) is None


def test_an_edit_of_a_users_own_says_nothing_whatever_it_is_called() -> None:
    assert aim_of(Walked({"edit": "zoom"}), 64) is not None
    assert aim_of(Walked({"edit": "zoom", "edit_sha256": "0" * 64}), 64) is None


def test_factor_walks_and_asked_factors() -> None:
    along = Walked({"factor": "head_x", "per_sd": 0.03, "factor_unit": "of width"})
    assert aim_of(along, 64) == Aim("head_x", "of width", per_alpha=0.03)
    assert aim_of(along, 64, "head_x") == Aim("head_x", "of width", per_alpha=0.03)
    assert aim_of(along, 64, "smile") == Aim("smile", "", per_alpha=None)
    assert aim_of(Walked(), 64) is None
    # A factor that is a choice has no unit to ask for.
    assert aim_of(Walked({"factor": "hat", "per_sd": 0.0, "factor_unit": "choice"}), 64) is None


def test_pixels_stay_where_they_are_aimed_at() -> None:
    seen = Attributes((_column("head_x", 0.5), _column("luminance", 0.1), _column("red", 0.2)))
    assert aimed(seen, Aim("luminance", "of range")).names == ("luminance", "head_x")
    plain = aimed(seen, Aim("head_x", "", per_alpha=None))
    assert (plain.names, plain["head_x"].unit) == (("head_x",), "of width")
    with pytest.raises(InvalidInput, match="tail is not measured"):
        aimed(seen, Aim("tail", "px"))


def test_what_moves_most_by_what_it_varies_in_the_world() -> None:
    changes = {"a": 1.0, "b": 3.0, "c": 9.0, "luminance": 99.0, "never": 5.0}
    spreads = {"a": 0.1, "b": 1.0, "c": 0.1, "luminance": 0.1, "never": 0.0}
    assert strongest(changes, spreads, weak=("c",)) == "a"
    with pytest.raises(InvalidInput, match="Nothing"):
        strongest({"a": 0.0, "c": 1.0}, spreads, weak=("c",))
