"""Owner of the way from pixels to bytes: off the caller's thread, in order, failures answered."""

import threading

import numpy as np

from wend.documents.picture import Picture, SeedLatent
from wend.engine.delivery import Delivery
from wend.engine.request import EngineEvent, RenderFailure, RenderRequest, RenderResult, ViewKey


def request(name: str, revision: int) -> RenderRequest:
    picture = Picture(model="m", latent=SeedLatent(seed=0))
    return RenderRequest(ViewKey(name, 0), revision, picture, "live", "png", 0.0)


def test_frames_of_a_view_keep_their_order_and_leave_other_threads() -> None:
    events: list[EngineEvent] = []
    threads: set[str] = set()

    def deliver(event: EngineEvent) -> None:
        threads.add(threading.current_thread().name)
        events.append(event)

    delivery = Delivery(deliver, lambda r: None)
    rng = np.random.RandomState(0)
    for revision in range(1, 21):
        # Large, slow pictures alternate with tiny ones that could overtake them.
        side = 200 if revision % 2 else 8
        for name in "abc":
            pixels = rng.randint(0, 256, (side, side, 3), dtype=np.uint8)
            delivery.send(request(name, revision), pixels, 1.0, 2.0)
    delivery.close()
    for name in "abc":
        revisions = [e.revision for e in events if isinstance(e, RenderResult) and e.key.session == name]
        assert revisions == list(range(1, 21))
    assert threading.current_thread().name not in threads


def test_what_cannot_be_encoded_is_answered_and_frees_its_view() -> None:
    events: list[EngineEvent] = []
    freed: list[RenderRequest] = []
    delivery = Delivery(events.append, freed.append)
    delivery.send(request("a", 1), np.zeros((4, 4, 2), np.uint8), 1.0, 1.0)
    delivery.send(request("a", 2), np.zeros((4, 4, 3), np.uint8), 1.0, 1.0)
    delivery.close()
    failure, result = events
    assert isinstance(failure, RenderFailure)
    assert failure.code == "render_failed"
    assert isinstance(result, RenderResult)
    assert result.size == (4, 4)
    assert [r.revision for r in freed] == [1]
