"""Owner of when a view is looked at: never before a render, seldom during a drag, always after it."""

import itertools

import pytest

from wend.engine.agenda import FRAMES, INTERVAL_S, MAX_REST_S, OVERDUE_S, QUIET_S, SHARE, Agenda
from wend.engine.request import ViewKey

A, B = ViewKey("a", 0), ViewKey("b", 0)


def anybody(key: ViewKey) -> bool:
    return True


def test_nothing_noted_is_nothing_to_do() -> None:
    agenda = Agenda()
    assert agenda.next(5.0, is_idle=True, may_look=anybody) is None
    assert agenda.wait_s(5.0, anybody) is None


def test_a_final_picture_is_looked_at_at_once_whatever_was_spent() -> None:
    agenda = Agenda()
    agenda.ended(A, 10.0)
    agenda.spent(0.05, 10.0)
    agenda.note(A, is_final=True, now=10.01)
    assert agenda.next(10.01, is_idle=True, may_look=anybody) == A
    assert agenda.wait_s(10.01, anybody) == 0.0


def test_a_mind_that_changes_all_the_time_is_followed_a_few_times_a_second() -> None:
    agenda = Agenda()
    looks = 0
    is_begun = False
    for step in range(1000):
        now = step / 1000
        agenda.ask(A, now, is_restart=is_begun)
        is_begun = agenda.next(now, is_idle=True, may_look=anybody) == A
        looks += is_begun
        if is_begun and looks % 2:  # whether such a look ends or begins anew
            agenda.ended(A, now)
            is_begun = False
    assert looks == pytest.approx(1.0 / INTERVAL_S, abs=1)
    # Asked for once in a while, it is followed at once.
    agenda.ask(A, 5.0)
    assert agenda.next(5.0, is_idle=True, may_look=anybody) == A


def test_renders_come_first_until_a_look_is_overdue() -> None:
    agenda = Agenda()
    agenda.note(A, is_final=True, now=0.0)
    assert agenda.next(0.9 * OVERDUE_S, is_idle=False, may_look=anybody) is None
    assert agenda.next(0.9 * OVERDUE_S, is_idle=True, may_look=anybody) == A
    assert agenda.next(OVERDUE_S, is_idle=False, may_look=anybody) == A


def test_a_view_whose_frame_has_not_left_is_not_looked_at() -> None:
    agenda = Agenda()
    agenda.note(A, is_final=True, now=0.0)
    assert agenda.next(100.0, is_idle=True, may_look=lambda key: False) is None
    assert agenda.wait_s(100.0, lambda key: False) is None


def test_live_pictures_are_looked_at_every_interval_however_many_come() -> None:
    agenda = Agenda()
    looks = []
    for step in range(200):  # a frame every 10 ms for two seconds
        now = step * 0.01
        agenda.note(A, is_final=False, now=now)
        if agenda.next(now, is_idle=True, may_look=anybody) == A:
            looks.append(now)
            agenda.spent(0.001, now)
            agenda.ended(A, now)
    gaps = [b - a for a, b in itertools.pairwise(looks)]
    assert looks[0] == 0.0
    assert len(looks) == pytest.approx(2.0 / INTERVAL_S, abs=2)
    assert min(gaps) >= INTERVAL_S - 1e-9


@pytest.mark.parametrize("frame_s", [0.003, 0.012, 0.045, 0.2])
@pytest.mark.parametrize("slice_s", [0.005, 0.03, 0.1])
def test_half_of_all_frames_come_as_without_looks(frame_s: float, slice_s: float) -> None:
    agenda = Agenda()
    now = 0.0
    delays = []
    for _ in range(400):  # a client that asks again at once: the device never rests
        now += frame_s
        agenda.note(A, is_final=False, now=now)
        key = agenda.next(now, is_idle=True, may_look=anybody)
        if key is not None:
            now += slice_s
            agenda.spent(slice_s, now)
            agenda.ended(key, now)
        delays.append(key is not None)
    assert 0 < sum(delays) <= len(delays) / FRAMES + 1


def test_the_last_picture_of_a_hand_that_holds_still_is_looked_at() -> None:
    agenda = Agenda()
    agenda.spent(0.01, 0.0)
    agenda.note(A, is_final=False, now=0.1)
    assert agenda.next(0.1, is_idle=True, may_look=anybody) is None
    assert agenda.wait_s(0.1, anybody) == pytest.approx(QUIET_S)
    assert agenda.next(0.1 + QUIET_S, is_idle=True, may_look=anybody) == A


def test_slow_networks_get_their_share_of_the_device_and_no_more() -> None:
    agenda = Agenda()
    now = spent = 0.0
    slice_s = 0.05
    while now < 10.0:
        agenda.note(A, is_final=False, now=now)
        agenda.note(B, is_final=False, now=now)
        key = agenda.next(now, is_idle=True, may_look=anybody)
        if key is not None:
            now += slice_s
            spent += slice_s
            agenda.spent(slice_s, now)
            agenda.ended(key, now)
        now += 0.002
    assert spent / now == pytest.approx(SHARE, rel=0.15)


def test_one_slow_slice_does_not_blind_for_long() -> None:
    agenda = Agenda()
    agenda.spent(20.0, 0.0)  # weights read from a cold disk
    agenda.note(A, is_final=False, now=0.0)
    assert agenda.wait_s(0.0, anybody) == pytest.approx(MAX_REST_S)


def test_views_take_turns() -> None:
    agenda = Agenda()
    seen = []
    now = 0.0
    for _ in range(40):
        agenda.note(A, is_final=False, now=now)
        agenda.note(B, is_final=False, now=now)
        key = agenda.next(now, is_idle=True, may_look=anybody)
        if key is not None:
            seen.append(key)
            agenda.spent(0.0, now)
            agenda.ended(key, now)
        now += 0.1
    assert abs(seen.count(A) - seen.count(B)) <= 1
    assert len(seen) >= 10


def test_what_is_forgotten_is_not_looked_at() -> None:
    agenda = Agenda()
    agenda.note(A, is_final=True, now=0.0)
    agenda.forget(A)
    assert agenda.next(1.0, is_idle=True, may_look=anybody) is None
    assert len(agenda) == 0
