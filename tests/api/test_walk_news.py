"""Walk news: told when a family lands or a search ends, not more often."""

import asyncio
from pathlib import Path

from tests.engine.library import build_library
from tests.jobs.office import FakeClock
from wend.api.outbox import Outboxes
from wend.api.walk_news import LOOK_INTERVAL_S, MEASURED_INTERVAL_S, WalkNews
from wend.api.walks import list_walks
from wend.engine.request import WorkProgress
from wend.protocol.messages import Progress, WalksChanged

FAMILIES = ("test", "more")


def report(
    fraction: float, work: str = "discover:tiny", done: bool = False, failure: str | None = None
) -> WorkProgress:
    return WorkProgress(work, "tiny", "Measuring", fraction, None, done=done, failure=failure)


def test_walks_are_announced_as_they_land(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)

    async def run() -> None:
        outboxes, clock = Outboxes(), FakeClock()
        outboxes.attach(asyncio.get_running_loop())
        news = WalkNews(outboxes, shelf, FAMILIES, clock.steady)
        outbox = outboxes.open("s")

        async def told(progress: WorkProgress) -> bool:
            outboxes.post_event(progress)
            await asyncio.sleep(0)  # what it posts is heard on the loop's next round
            await asyncio.gather(*news._tasks)
            messages = [(await outbox.take()).content for _ in range(len(outbox))]
            assert isinstance(messages[0], Progress)
            return WalksChanged(model="tiny") in messages

        assert not await told(report(0.1))
        shelf.save(store.get("tiny").card.hash, "more", ())
        assert not await told(report(0.5)), "the shelf was looked at again at once"
        clock.now += LOOK_INTERVAL_S
        assert not await told(report(0.5, work="train:tiny"))
        assert await told(report(0.6))
        clock.now += LOOK_INTERVAL_S
        assert not await told(report(0.7))
        # A page that hears of walks looks for them, and asks again where they are not complete.
        assert not await told(report(0.5, done=True, failure="The device was lost."))
        assert await told(report(1.0, done=True))

    assert not list_walks(shelf, FAMILIES, "tiny").is_complete
    asyncio.run(run())
    walks = list_walks(shelf, FAMILIES, "tiny")
    assert walks.is_complete
    assert [walk.id for walk in walks.walks] == ["test/0", "test/1"]


def test_walks_that_were_measured_are_told_now_and_then(tmp_path: Path) -> None:
    _, shelf = build_library(tmp_path)

    async def run() -> None:
        outboxes, clock = Outboxes(), FakeClock()
        outboxes.attach(asyncio.get_running_loop())
        news = WalkNews(outboxes, shelf, FAMILIES, clock.steady)
        outbox = outboxes.open("s")

        async def is_told(fraction: float, done: bool = False) -> bool:
            news.hear(report(fraction, "footprints:tiny", done))
            messages = [(await outbox.take()).content for _ in range(len(outbox))]
            return WalksChanged(model="tiny") in messages

        assert not await is_told(0.1)
        clock.now += MEASURED_INTERVAL_S
        assert await is_told(0.2)
        assert not await is_told(0.3)
        assert await is_told(1.0, done=True)

    asyncio.run(run())
