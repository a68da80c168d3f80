"""A tally adds up, and keeps what was last where nothing new was drawn."""

from wend.engine.status import Tally


def test_a_batch_without_frames_keeps_the_last_time() -> None:
    tally = Tally()
    tally.drawn(2, 3, 4.5)
    tally.drawn(0, 1, None)
    tally.add(replaced=1, failed=2)
    tally.add(failed=1, restarts=1)
    tally.looked(7)
    status = tally.status(waiting=5, works=6)
    counters = status.counters
    assert (counters.rendered, counters.batch, counters.render_ms) == (2, 1, 4.5)
    assert (counters.replaced, counters.failed, counters.restarts, counters.looks) == (1, 3, 1, 7)
    assert (counters.waiting, counters.works) == (5, 6)
    assert status.precision == "float32"
