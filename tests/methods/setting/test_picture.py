"""Setting a picture: by what is seen, by what is predicted, and what is said where neither suffices."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.methods.factors_by_hand import DISC, LIGHT, LIT, NEARLY_X, SLANTED, X_IN_W, X_SD, X, Y, disc_bench
from wend.documents.picture import BlendLatent, Edit, Part, Picture, SeedLatent
from wend.errors import FactorOutOfReach, FactorsConflict, InvalidPicture, WalkNotFactor
from wend.library.walk_record import WalkRecord
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import Sliced, finish
from wend.methods.setting.picture import PictureDesk, SetFactors, set_picture, with_edits
from wend.methods.setting.reach import shared
from wend.methods.workbench import Workbench
from wend.pictures.factors import FactorValue, factor_values
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolver


class Loaded:
    """The bench's generator as pictures want it."""

    def __init__(self, bench: Workbench) -> None:
        self.exact = bench.generator
        self.hash = bench.shelf.store.get(DISC).card.hash


class Room:
    """Draws and predicts; counts the pictures drawn."""

    def __init__(self, bench: Workbench) -> None:
        self.resolver, self.loaded, self.shelf = Resolver(bench.shelf), Loaded(bench), bench.shelf
        self.drawn = 0
        self.desk = PictureDesk(self._draw, self._predict)

    def _draw(self, picture: Picture) -> Sliced[torch.Tensor]:
        self.drawn += 1
        yield
        return draw_final(self.loaded.exact, self.resolver.resolve(picture, self.loaded)).image

    def _predict(self, picture: Picture) -> Mapping[str, FactorValue]:
        found = factor_values(picture, self.shelf.walks(DISC), self.resolver, self.loaded)
        return {told.walk: told for told in found}

    def truth(self, picture: Picture) -> dict[str, float]:
        ws = self.resolver.resolve(picture, self.loaded).ws
        return {name: float(v) for name, v in self.loaded.exact.factor_values(ws[:, 0]).items()}  # type: ignore[attr-defined]  # the disc's own


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(disc_bench(tmp_path))


def picture(*edits: Edit, seed: int = 5) -> Picture:
    return Picture(model=DISC, latent=SeedLatent(seed=seed), psi=1.0, edits=edits)


def put(
    room: Room, shown: Picture, records: list[WalkRecord], values: list[float], is_seen: bool = False
) -> tuple[SetFactors, Picture]:
    sight = FactorSight(records, None) if is_seen else None
    found = finish(set_picture(shown, records, values, sight, room.desk))
    return found, with_edits(shown, found.edits)


def test_what_is_seen_comes_to_the_value_though_the_curve_is_wrong(room: Room) -> None:
    large = [seed for seed in range(20) if room.truth(picture(seed=seed))["size"] > 0.13]
    for seed in large[:6]:
        found, _ = put(room, picture(seed=seed), [LIT], [LIGHT + 0.01], is_seen=True)
        assert found.is_closed
        assert found.rounds <= 3
        assert found.measured[0] == pytest.approx(LIGHT + 0.01, abs=0.02 * 0.096)
        assert found.before[0] != pytest.approx(LIGHT + 0.01, abs=0.002), "it was elsewhere"
    assert room.drawn <= 6 * 4


def test_without_eyes_it_goes_by_its_own_prediction_and_says_so(room: Room) -> None:
    found, now = put(room, picture(), [X], [0.1], is_seen=True)
    assert (found.measured, found.is_closed, found.rounds, room.drawn) == ((None,), False, 0, 0)
    assert [note.code for note in found.notes] == ["open_loop"]
    assert found.predicted[0] == pytest.approx(0.1)
    assert room.truth(now)["x"] == pytest.approx(0.1, abs=1e-6)


def test_two_at_once_whose_lines_are_not_square(room: Room) -> None:
    found, now = put(room, picture(), [X, SLANTED], [0.1, -0.05])
    truth = room.truth(now)
    assert truth["x"] == pytest.approx(0.1, abs=2e-3)
    assert 0.6 * truth["x"] + 0.8 * truth["y"] == pytest.approx(-0.05, abs=2e-3)
    assert found.predicted == pytest.approx((0.1, -0.05), abs=2e-3)
    assert [note.code for note in found.notes] == ["open_loop", "open_loop", "conflict"]


def test_a_factor_in_w_and_other_edits_stay_as_they_are(room: Room) -> None:
    other = Edit(walk=Y.id, alpha=0.04)
    shown = picture(Edit(walk=X_IN_W.id, alpha=0.03), other)
    before = room.truth(shown)
    found, now = put(room, shown, [X_IN_W], [-0.1])
    assert now.edits[1] == other
    assert [edit.walk for edit in now.edits] == [X_IN_W.id, Y.id]
    after = room.truth(now)
    assert after.pop("x") == pytest.approx(-0.1, abs=1e-6)
    assert before.pop("x") == pytest.approx(found.before[0], abs=1e-6)
    assert after == pytest.approx(before)


def test_out_of_reach_is_refused_with_the_range(room: Room) -> None:
    with pytest.raises(FactorOutOfReach, match=r"from -0\.21 to 0\.21 of width, not 0\.3"):
        put(room, picture(), [X], [0.3])


def test_a_walk_without_values_is_refused(room: Room) -> None:
    with pytest.raises(WalkNotFactor):
        put(room, picture(), [replace(X, factor=None)], [0.1])


def test_factors_along_one_line_are_refused(room: Room) -> None:
    with pytest.raises(FactorsConflict, match="shift_x and nearly_x"):
        put(room, picture(), [X, NEARLY_X], [0.1, -0.1])


def test_far_out_it_is_said(room: Room) -> None:
    end = 3.0 * X_SD
    found, _ = put(room, picture(), [X], [end * 0.95])
    assert [note.code for note in found.notes] == ["open_loop", "unseen"]


def test_a_factor_that_ends_says_where_it_came_to(room: Room) -> None:
    small = next(seed for seed in range(20) if room.truth(picture(seed=seed))["size"] < 0.12)
    found, _ = put(room, picture(seed=small), [LIT], [LIGHT + 0.03], is_seen=True)
    assert found.measured[0] is not None
    assert found.measured[0] < LIGHT
    assert "short" in [note.code for note in found.notes]


def test_a_factor_in_z_of_a_picture_without_one_z_is_refused(room: Room) -> None:
    parts = (Part(seed=1, weight=0.5), Part(seed=2, weight=0.5))
    blend = picture().model_copy(update={"latent": BlendLatent(parts=parts)})
    # The disc's w is z itself, so its own blends have one; those of a mapping tell no factor in z.
    desk = PictureDesk(room.desk.draw, lambda _: {})
    with pytest.raises(InvalidPicture, match="no one z"):
        finish(set_picture(blend, [X], [0.1], None, desk))


def test_lines_in_rows_of_their_own_share_nothing() -> None:
    def rows(layers: tuple[int, int]) -> WalkRecord:
        assert X_IN_W.factor is not None
        walk = replace(X_IN_W.factor.walk, layers=layers)
        return replace(X_IN_W, layers=layers, factor=replace(X_IN_W.factor, walk=walk))

    assert shared([rows((0, 3)), rows((3, 10))]) == []
    assert shared([rows((0, 4)), rows((1, 5))])[0][2] == pytest.approx(0.75)
    with pytest.raises(FactorsConflict):
        shared([rows((0, 3)), rows((0, 3))])
