"""What is worked out of a view is its newest picture, and who waits for one is answered."""

from collections.abc import Sequence

import pytest

from wend.documents.picture import Picture, SeedLatent
from wend.engine.pace import WAITING
from wend.engine.request import Quality, RenderRequest, ViewKey, WorkProgress
from wend.engine.running import Running
from wend.engine.settling import Settling
from wend.errors import WendError

KEY = ViewKey("s", 0)


class Slices:
    """So many slices are left."""

    def __init__(self, left: int = 1) -> None:
        self.left = left

    def advance(self) -> bool:
        self.left -= 1
        return self.left <= 0


class Breaks:
    """Cannot be worked out."""

    def advance(self) -> bool:
        raise ValueError("broken")


class Desk:
    """A settling, and all that it asks for."""

    def __init__(self) -> None:
        self.works: list[Running] = []
        self.shown: list[int] = []
        self.failed: list[tuple[int, str]] = []
        self.settling = Settling(self.works.append, self._again, self._fail)

    def _again(self, request: RenderRequest) -> None:
        self.shown.append(request.revision)

    def _fail(self, requests: Sequence[RenderRequest], error: WendError) -> None:
        self.failed += [(request.revision, error.code) for request in requests]

    def settle(self) -> None:
        while not self.settling.advance(KEY):
            pass


def ask(revision: int, quality: Quality) -> RenderRequest:
    return RenderRequest(KEY, revision, Picture(model="tiny", latent=SeedLatent(seed=0)), quality, "png", 0.0)


def test_a_newer_live_picture_replaces_an_older_final_one() -> None:
    desk = Desk()
    older = Slices(5)
    desk.settling.want(ask(1, "final"), older)
    assert not desk.settling.advance(KEY)
    desk.settling.want(ask(2, "live"), Slices())
    desk.settle()
    assert desk.shown == [2]
    assert older.left == 4
    assert len(desk.works) == 1


def test_a_drag_that_pauses_is_worked_out_where_it_stands() -> None:
    desk = Desk()
    slices = [Slices(2) for _ in range(4)]
    for revision, pending in enumerate(slices):
        desk.settling.want(ask(revision, "live"), pending)
    desk.settle()
    assert desk.shown == [3]
    assert [pending.left for pending in slices] == [0, 2, 2, 0]


def test_a_final_picture_does_not_wait_for_the_drag_before_it() -> None:
    desk = Desk()
    for revision, quality in enumerate[Quality](("live", "live", "final")):
        desk.settling.want(ask(revision, quality), Slices())
    desk.settle()
    assert desk.shown == [2]


def test_a_view_that_needs_nothing_is_left_alone() -> None:
    desk = Desk()
    desk.settling.want(ask(1, "live"), Slices())
    desk.settling.want(ask(2, "live"), Slices())
    desk.settling.drop(KEY)
    assert desk.settling.advance(KEY)
    assert desk.shown == []


def test_who_waits_when_the_device_is_lost_is_named() -> None:
    desk = Desk()
    desk.settling.want(ask(1, "final"), Slices())
    assert [request.revision for request in desk.settling.clear()] == [1]
    assert desk.settling.clear() == []


def test_what_breaks_is_answered_once_and_the_view_goes_on() -> None:
    desk = Desk()
    desk.settling.want(ask(1, "final"), Breaks())
    with pytest.raises(ValueError, match="broken"):
        desk.settling.advance(KEY)
    desk.works[0].say(WorkProgress("w", "tiny", WAITING, 0.0, None, done=True, failure="broken"))
    assert desk.failed == [(1, "render_failed")]
    desk.settling.want(ask(2, "final"), Slices())
    desk.settle()
    assert desk.shown == [2]


def test_work_that_cannot_begin_is_answered_and_the_next_begins() -> None:
    desk = Desk()
    desk.settling.want(ask(1, "final"), Slices())
    desk.works[0].say(WorkProgress("w", "tiny", WAITING, 0.0, None, done=True, failure="no such model"))
    assert desk.failed == [(1, "render_failed")]
    desk.settling.want(ask(2, "final"), Slices())
    assert len(desk.works) == 2
