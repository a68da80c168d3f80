"""Walk names: after the largest clear effects, low end first, never the same twice."""

import pytest

from wend.measure.effect import Effect
from wend.methods.discover.name import name_walk, notable, renumbered, runs_backwards, say_moves, turned


def effect(
    name: str, change: float, size: float = 2.0, agreement: float = 1.0, unit: str = "-1..1"
) -> Effect:
    return Effect(name, unit, change, size, agreement)


HAT = Effect("hat", "chance", 0.7, 1.75, 1.0, ("none", "top_hat"))


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ([effect("head_x", 0.1)], "Head left/right"),
        ([effect("head_x", -0.1)], "Head right/left"),
        ([effect("smile", 0.4)], "Smile"),
        ([effect("yaw", 9.0), effect("smile", -0.4, 1.8)], "Face turns left/right, smile more/less"),
        ([effect("background_hue", -30.0)], "Background hue"),
        (
            [effect("background_hue", 30.0), effect("light_level", -0.2, 1.8)],
            "Background hue, light bright/dim",
        ),
        ([effect("background_hue", 30.0), effect("light_level", -0.2, 1.6)], "Background hue"),
        ([effect("smile", 1.0), effect("yaw", 9.0), effect("tilt", 9.0)], "Smile, face turns left/right"),
        ([effect("size", 0.1)], "Small/large"),
        ([HAT], "Hat none/top hat"),
    ],
)
def test_names(found: list[Effect], name: str) -> None:
    assert name_walk(found, ()) == name


def test_a_name_is_given_once() -> None:
    found = [effect("smile", 1.0)]
    assert name_walk(found, ["Smile"]) == "Smile (2)"
    assert name_walk(found, ["Smile", "Component 1", "Smile (2)"]) == "Smile (3)"
    assert name_walk([], ["Smile"]) is None


def test_what_is_worth_a_name() -> None:
    small, torn = effect("yaw", 3.0, size=0.9), effect("tilt", 3.0, size=3.0, agreement=0.6)
    assert notable([torn, small]) == ()
    four = [effect(name, 1.0, size) for name, size in (("x", 4.0), ("y", 3.0), ("smile", 2.0), ("tilt", 1.5))]
    assert notable(four) == tuple(four[:3])
    assert notable([torn, four[2], small]) == (four[2],)


def test_a_walk_that_runs_backwards_reads_better_turned() -> None:
    fewer, off = effect("smile", -0.4), Effect("hat", "chance", 0.7, 1.75, 1.0, ("top_hat", "none"))
    assert runs_backwards(fewer)
    assert runs_backwards(off)
    assert not runs_backwards(turned(fewer))
    assert turned(fewer).change == 0.4
    assert turned(off) == HAT
    assert not runs_backwards(HAT)


def test_how_much_moves() -> None:
    found = [effect("head_x", 0.053, unit="of width"), effect("head_scale", -0.2, unit="x"), HAT]
    assert say_moves(found) == "head x +0.053 of width, head scale -0.2 ×, hat from none to top_hat"


def test_of_one_name_the_clearest_has_no_number() -> None:
    named = [("Light", 0.1), ("Light (2)", 0.5), ("Hat", 0.2), ("Light (3)", 0.1)]
    assert renumbered(named, ()) == ("Light (2)", "Light", "Hat", "Light (3)")
    # What another has is left to it.
    assert renumbered(named, ["Light"]) == ("Light (3)", "Light (2)", "Hat", "Light (4)")
