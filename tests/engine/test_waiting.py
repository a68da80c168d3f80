"""Owner of whose turn it is: one request per view, oldest served first, batches of one model and quality."""

from wend.documents.picture import Picture, SeedLatent
from wend.engine.request import Quality, RenderRequest, ViewKey
from wend.engine.waiting import LIVE_BATCH, Waiting


def request(
    name: str,
    revision: int = 1,
    quality: Quality = "live",
    model: str = "m",
    arrived: float = 0.0,
    view: int = 0,
) -> RenderRequest:
    picture = Picture(model=model, latent=SeedLatent(seed=0))
    return RenderRequest(ViewKey(name, view), revision, picture, quality, "jpeg", arrived)


def turn(waiting: Waiting) -> list[str]:
    return [r.key.session for r in waiting.take(waiting.ready())]


def test_the_newest_request_of_a_view_waits() -> None:
    waiting = Waiting()
    assert not waiting.put(request("a", 1))
    assert waiting.put(request("a", 2))
    assert len(waiting) == 1
    assert [r.revision for r in waiting.take(waiting.ready())] == [2]
    assert waiting.take(waiting.ready()) == []


def test_a_view_waits_for_its_delivery() -> None:
    waiting = Waiting()
    waiting.put(request("a", 1))
    turn(waiting)
    waiting.put(request("a", 2))
    assert waiting.ready() == frozenset()
    waiting.delivered(ViewKey("a", 0))
    assert turn(waiting) == ["a"]


def test_the_view_served_longest_ago_comes_first() -> None:
    waiting = Waiting()
    order = []
    for _ in range(3):
        for name in "cab":
            waiting.put(request(name, quality="final"))
        for _ in range(2):
            order += turn(waiting)
        for name in "cab":
            waiting.delivered(ViewKey(name, 0))
    assert order == ["c", "a", "b", "c", "a", "b"]


def test_among_new_views_the_earliest_comes_first() -> None:
    waiting = Waiting()
    waiting.put(request("late", quality="final", arrived=2.0))
    waiting.put(request("early", quality="final", arrived=1.0))
    assert turn(waiting) == ["early"]


def test_turns_go_by_session_however_many_views_it_has() -> None:
    waiting = Waiting()
    order = []
    for _ in range(6):
        for view in range(8):
            waiting.put(request("greedy", quality="final", view=view))
        waiting.put(request("modest", quality="final", arrived=1.0))
        (name,) = turn(waiting)
        order.append(name)
        waiting.delivered(ViewKey("modest", 0))
        for view in range(8):
            waiting.delivered(ViewKey("greedy", view))
    assert order == ["greedy", "modest"] * 3


def test_a_batch_takes_one_view_of_every_session_first() -> None:
    waiting = Waiting()
    for view in range(8):
        waiting.put(request("greedy", view=view))
    waiting.put(request("modest", arrived=1.0))
    assert turn(waiting) == ["greedy", "modest", "greedy", "greedy"]


def test_a_single_render_does_not_overtake_a_drag_that_waits() -> None:
    waiting = Waiting()
    waiting.put(request("drag", quality="final"))
    order = turn(waiting)
    waiting.delivered(ViewKey("drag", 0))
    waiting.put(request("once-a", quality="final", arrived=1.0))
    waiting.put(request("drag", quality="final", arrived=2.0))
    order += turn(waiting)
    waiting.put(request("once-b", quality="final", arrived=0.5))
    order += turn(waiting) + turn(waiting)
    assert order == ["drag", "once-a", "drag", "once-b"]


def test_live_requests_of_one_model_are_batched_up_to_the_bucket() -> None:
    waiting = Waiting()
    for index in range(LIVE_BATCH + 2):
        waiting.put(request(f"v{index}", arrived=float(index)))
    assert turn(waiting) == ["v0", "v1", "v2", "v3"]
    assert turn(waiting) == ["v4", "v5"]


def test_other_models_and_final_requests_are_not_batched() -> None:
    waiting = Waiting()
    waiting.put(request("a", arrived=0.0))
    waiting.put(request("other", model="n", arrived=1.0))
    waiting.put(request("final", quality="final", arrived=2.0))
    waiting.put(request("b", arrived=3.0))
    assert turn(waiting) == ["a", "b"]
    assert turn(waiting) == ["other"]
    assert turn(waiting) == ["final"]


def test_only_views_asked_for_are_taken() -> None:
    waiting = Waiting()
    waiting.put(request("a"))
    waiting.put(request("b"))
    assert [r.key.session for r in waiting.take({ViewKey("b", 0)})] == ["b"]


def test_forgetting_a_session_drops_all_of_it() -> None:
    waiting = Waiting()
    waiting.put(request("a"))
    turn(waiting)
    waiting.put(request("a"))
    waiting.forget("a")
    assert len(waiting) == 0
    waiting.put(request("a"))
    assert turn(waiting) == ["a"]


def test_drain_takes_what_waits_and_frees_every_view() -> None:
    waiting = Waiting()
    waiting.put(request("a"))
    turn(waiting)
    waiting.put(request("a", 2))
    waiting.put(request("b"))
    assert {r.key.session for r in waiting.drain()} == {"a", "b"}
    waiting.put(request("a", 3))
    assert turn(waiting) == ["a"]
